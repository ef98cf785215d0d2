package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"logindoctor/fixtures"
	"logindoctor/report"
	"logindoctor/report/redact"
)

// demoReport is the file that demo writes: the broken diagnosis, for a look at the machine's form.
const demoReport = "logindoctor-demo.json"

func (a *app) demoCommand() *cobra.Command {
	var install bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "One healthy and one broken sign-in world, diagnosed for real",
		Long: `One healthy and one broken sign-in world, started on this computer and diagnosed for real. Nothing is recorded and
nothing leaves this computer. Exits 0 if both diagnoses were the expected ones.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context(), install) },
	}
	cmd.Flags().BoolVar(&install, "install-browser", false, "if there is no Chrome, Edge or Chromium, install Chromium with the system's package manager")
	return cmd
}

func (a *app) demo(ctx context.Context, install bool) error {
	extra, err := a.demoBrowser(ctx, install)
	if err != nil {
		return err
	}
	asExpected := true
	for i, name := range []string{"ok", "broken"} {
		s, _, err := scenario(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(a.out, "%d. %s\n\n", i+1, strings.Join(strings.Fields(s.Story), " "))
		missed, err := a.demonstrate(ctx, s, extra, name == "broken")
		if err != nil {
			return err
		}
		for _, m := range missed {
			fmt.Fprintf(a.out, "Not as expected: %s\n", report.Clean(m))
		}
		asExpected = asExpected && len(missed) == 0
		fmt.Fprintln(a.out)
	}
	fmt.Fprintf(a.out, "The second report is in %s. Yours:  logindoctor run na.myconnectwise.net\n", demoReport)
	if !asExpected {
		return exitError{exitNotDone}
	}
	return nil
}

// demonstrate diagnoses one world, prints the report and returns what is not as the scenario wants it.
func (a *app) demonstrate(ctx context.Context, s *fixtures.Scenario, extra []string, keep bool) ([]string, error) {
	dir, remove, err := scratch()
	if err != nil {
		return nil, err
	}
	defer remove()
	w, err := fixtures.Start(ctx, s, fixtures.Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	defer w.Close()
	r, err := a.apart(ctx, w, extra...)
	if err != nil {
		return nil, err
	}
	r.Demo = true
	outputs := []string{"text"}
	if keep {
		outputs = append(outputs, "json="+demoReport)
	}
	list, err := parseOutputs(outputs)
	if err != nil {
		return nil, err
	}
	return judge(s.Want, w, r), a.write(r, destination{redact: redact.Internal, outputs: list, look: a.flags.look})
}

// demoBrowser makes sure of a browser, or says that the demo goes on without one.
func (a *app) demoBrowser(ctx context.Context, install bool) (extra []string, err error) {
	if haveBrowser() && haveCertutil() {
		return nil, nil
	}
	if install {
		return nil, a.installBrowser(ctx)
	}
	if haveBrowser() {
		return nil, nil
	}
	fmt.Fprint(a.out, "No Chrome, Edge or Chromium found, so no page is opened. Install one with:  logindoctor demo --install-browser\n\n")
	return []string{"--browser", "none"}, nil
}

// An installer is a package manager with the packages that hold Chromium and, on Linux, certutil.
type installer struct {
	os, program string
	commands    [][]string
}

var installers = []installer{
	{"linux", "apt-get", [][]string{{"apt-get", "update", "-q"}, {"apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium", "chromium-headless-shell", "libnss3-tools"}}},
	{"linux", "dnf", [][]string{{"dnf", "install", "-y", "chromium", "nss-tools"}}},
	{"linux", "zypper", [][]string{{"zypper", "--non-interactive", "install", "chromium", "mozilla-nss-tools"}}},
	{"linux", "pacman", [][]string{{"pacman", "-Sy", "--noconfirm", "chromium", "nss"}}},
	{"linux", "apk", [][]string{{"apk", "add", "chromium", "nss-tools"}}},
	{"darwin", "brew", [][]string{{"brew", "install", "--cask", "chromium"}}},
	{"windows", "winget", [][]string{{"winget", "install", "--exact", "--id", "Hibbiki.Chromium", "--accept-package-agreements", "--accept-source-agreements"}}},
}

func (a *app) installBrowser(ctx context.Context) error {
	for _, i := range installers {
		if i.os != runtime.GOOS {
			continue
		}
		if _, err := exec.LookPath(i.program); err != nil {
			continue
		}
		for _, command := range i.commands {
			fmt.Fprintf(a.out, "Installing: %s\n", strings.Join(command, " "))
			if err := a.runInstaller(ctx, command); err != nil {
				return fmt.Errorf("install a browser: %s: %w", strings.Join(command, " "), err)
			}
		}
		fmt.Fprintln(a.out)
		return nil
	}
	return misuse("No package manager that logindoctor knows is here.", "install Chrome, Edge or Chromium by hand, then:  logindoctor demo")
}

// runInstaller keeps the package manager's chatter back unless it ends with a failure.
func (a *app) runInstaller(ctx context.Context, command []string) error {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	said, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	lines := bufio.NewScanner(strings.NewReader(string(said)))
	for lines.Scan() {
		fmt.Fprintln(a.err, report.Clean(lines.Text()))
	}
	return err
}
