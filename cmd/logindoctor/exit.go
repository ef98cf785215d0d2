package main

import (
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"logindoctor/report"
)

// An exitCode is what the process ends with. Verdicts follow the Nagios meaning unless a profile says otherwise; a
// verdict is a result and not a failure of the tool, so nothing goes to standard error for it (ux.md 2.4).
type exitCode int

const (
	exitOK         exitCode = 0
	exitDifferent  exitCode = 1 // lab score: something was missed; diff: something changed
	exitNotDone    exitCode = 3 // a command that does not diagnose could not do its work
	exitUsage      exitCode = 64
	exitInterrupt  exitCode = 130
	exitTerminated exitCode = 143
)

// An exitProfile maps the four verdicts to exit codes.
type exitProfile struct {
	name  string
	codes map[string]exitCode
	usage exitCode
	use   string
}

func profile(name string, ok, degraded, broken, unknown, usage exitCode, use string) exitProfile {
	return exitProfile{name, map[string]exitCode{report.OK: ok, report.Degraded: degraded, report.Broken: broken,
		report.Unknown: unknown}, usage, use}
}

var exitProfiles = []exitProfile{
	profile("nagios", 0, 1, 2, 3, exitUsage, "people, Nagios, Icinga, Checkmk, systemd, cron (default)"),
	profile("binary", 0, 0, 1, 1, exitUsage, "shell &&, CI, Datto, Kubernetes; moved by --fail-on"),
	profile("nsight", 0, 1001, 1002, 1003, 1064, "N-sight RMM and Task Scheduler on Windows"),
	profile("sam", 0, 2, 3, 4, 4, "SolarWinds SAM"),
	profile("zero", 0, 0, 0, 0, exitUsage, "collectors that drop output on non-zero"),
}

// verdicts in the order of severity that --fail-on uses.
var verdicts = []string{report.OK, report.Degraded, report.Unknown, report.Broken}

// parseExitCodes reads --exit-codes: the name of a profile, or "ok=A,degraded=B,broken=C,unknown=D".
func parseExitCodes(text string) (exitProfile, error) {
	for _, p := range exitProfiles {
		if p.name == text && text == "nsight" && runtime.GOOS != "windows" {
			return p, misuse("The exit codes of profile nsight do not fit into 8 bits on this system.", "--exit-codes binary")
		}
		if p.name == text {
			return p, nil
		}
	}
	p := profile("custom", 0, 1, 2, 3, exitUsage, "")
	for _, pair := range strings.Split(text, ",") {
		verdict, number, ok := strings.Cut(pair, "=")
		n, err := strconv.Atoi(number)
		if !ok || err != nil || n < 0 || n > 255 || !slices.Contains(verdicts, verdict) {
			return p, misuse(fmt.Sprintf("--exit-codes %q names neither a profile nor codes from 0 to 255.", text),
				"--exit-codes binary    or:  --exit-codes ok=0,degraded=0,broken=2,unknown=3    (logindoctor help exit-codes)")
		}
		p.codes[verdict] = exitCode(n)
	}
	return p, nil
}

// failOn moves the lowest verdict that counts as failure in the binary profile.
func (p exitProfile) failOn(lowest string) (exitProfile, error) {
	if lowest == "" {
		return p, nil
	}
	from := map[string]string{"degraded": report.Degraded, "risk": report.Degraded, "unknown": report.Unknown, "broken": report.Broken}[lowest]
	if p.name != "binary" || from == "" {
		return p, misuse("--fail-on takes broken, degraded, risk or unknown, and goes with --exit-codes binary.",
			"--exit-codes binary --fail-on degraded")
	}
	moved := profile(p.name, 0, 0, 0, 0, p.usage, p.use)
	for _, v := range verdicts[slices.Index(verdicts, from):] {
		moved.codes[v] = 1
	}
	return moved, nil
}

// exitTable is the text of "help exit-codes".
func exitTable() string {
	var b strings.Builder
	b.WriteString("Exit codes of run and lab run, by profile (--exit-codes)\n\n")
	fmt.Fprintf(&b, "  %-8s %4s %9s %7s %8s %6s  %s\n", "Profile", "ok", "degraded", "broken", "unknown", "usage", "For")
	for _, p := range exitProfiles {
		fmt.Fprintf(&b, "  %-8s %4d %9d %7d %8d %6d  %s\n", p.name, p.codes[report.OK], p.codes[report.Degraded],
			p.codes[report.Broken], p.codes[report.Unknown], p.usage, p.use)
	}
	b.WriteString(`
  ok=A,degraded=B,broken=C,unknown=D sets them one by one.
  Where --exit-codes names a profile, misuse and trouble before any verdict have its codes for usage and unknown.
  Called as check_..., or with -o nagios or checkmk: misuse, help and version are 3, as plugins have it.
  130 after Ctrl+C and 143 after a termination, with the report of what is known.
  Commands that do not diagnose: 0 done, 3 not done, 64 misuse.
  history show --max-age: as run.   diff --exit-code: 0 same, 1 different, 3 not comparable.
  lab score: 0 nothing missed, 1 something missed, 3 could not score.
  demo: 0 if both diagnoses were the expected ones, else 3.
`)
	return b.String()
}
