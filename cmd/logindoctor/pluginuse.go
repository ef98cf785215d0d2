package main

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"logindoctor/report"
)

// pluginName begins the name of a program that a monitor calls; a link to logindoctor may have it.
const pluginName = "check_"

// calledAsPlugin reports whether a monitor called the program by such a name.
func calledAsPlugin(program string) bool {
	return strings.HasPrefix(filepath.Base(program), pluginName)
}

// pluginArgs turns the arguments that plugins share into those of run, and plugin output into the default.
// https://www.monitoring-plugins.org/doc/guidelines.html, "Standard Options"
func pluginArgs(args []string) []string {
	out := []string{"run", "--progress", "none"}
	long := map[string]string{"-H": "", "--hostname": "", "-t": "--timeout"}
	for i := 0; i < len(args); i++ {
		flag, value, together := strings.Cut(args[i], "=")
		if len(args[i]) > 2 && !strings.HasPrefix(args[i], "--") && (strings.HasPrefix(args[i], "-H") || strings.HasPrefix(args[i], "-t")) {
			flag, value, together = args[i][:2], args[i][2:], true
		}
		name, known := long[flag]
		if !known {
			out = append(out, args[i])
			continue
		}
		if !together && i+1 < len(args) {
			i++
			value = args[i]
		}
		if name != "" {
			out = append(out, name)
		}
		out = append(out, value)
	}
	if !slices.ContainsFunc(out, func(s string) bool {
		return s == "-o" || s == "--output" || strings.HasPrefix(s, "-o") || s == "--json"
	}) {
		out = append(out, "-o", "nagios")
	}
	return out
}

// forMonitor reports whether whoever reads the output knows four exit codes and one line: a plugin by its name, or one
// whose output was asked for.
func forMonitor(program string, args []string) bool {
	if calledAsPlugin(program) {
		return true
	}
	return asksFor(args, "nagios") || asksFor(args, "checkmk")
}

// asksFor reports whether the arguments ask for a format, for arguments that may not even be understood.
func asksFor(args []string, format string) bool {
	for i, arg := range args {
		if arg == "--output="+format || arg == "-o"+format || arg == format && i > 0 && (args[i-1] == "-o" || args[i-1] == "--output") {
			return true
		}
	}
	return false
}

// answerMonitor gives a monitor what it can read: trouble is one line on standard output and UNKNOWN, and so are help and
// the version, which are no result (ux.md 2.4).
func (a *app) answerMonitor(code exitCode, trouble string, args []string) exitCode {
	if trouble == "" {
		if code == exitOK && slices.ContainsFunc(args, asksForHelp) {
			return exitNotDone
		}
		return code
	}
	first, _, _ := strings.Cut(trouble, "\n")
	format := "LOGINDOCTOR UNKNOWN - %s\n"
	if asksFor(args, "checkmk") {
		format = `3 "LoginDoctor" - %s` + "\n"
	}
	fmt.Fprintf(a.out, format, strings.ReplaceAll(first, "|", "/"))
	return profiled(exitNotDone, args)
}

// profiled is the code for trouble in the profile that the arguments name, whose numbers mean something else to whoever
// reads them: a misuse, or nothing known.
func profiled(code exitCode, args []string) exitCode {
	for i, arg := range args {
		flag, name, together := strings.Cut(arg, "=")
		if !together && i+1 < len(args) {
			name = args[i+1]
		}
		at := slices.IndexFunc(exitProfiles, func(p exitProfile) bool { return p.name == name })
		if flag != "--exit-codes" || at < 0 || name == "nsight" && runtime.GOOS != "windows" {
			continue
		}
		switch code {
		case exitUsage:
			return exitProfiles[at].usage
		case exitNotDone:
			return exitProfiles[at].codes[report.Unknown]
		}
	}
	return code
}

func asksForHelp(arg string) bool {
	return slices.Contains([]string{"-h", "--help", "-V", "--version"}, arg)
}

// slowLimits are the times from which a pathway counts as slow and as too slow.
func (f *flags) slowLimits() (warn, crit float64, err error) {
	w, err := duration("warning", f.warning)
	if err != nil {
		return 0, 0, err
	}
	c, err := duration("critical", f.critical)
	if err == nil && w > 0 && c > 0 && c < w {
		err = misuse(fmt.Sprintf("--critical %s comes before --warning %s.", f.critical, f.warning), "--warning 5s --critical 10s")
	}
	return report.Seconds(w), report.Seconds(c), err
}
