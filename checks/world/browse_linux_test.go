package world

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"logindoctor/checks"
)

// descendants lists the processes below this one, as /proc tells them.
func descendants(t *testing.T) []int {
	t.Helper()
	var all []int
	for _, below := range children(t, os.Getpid()) {
		all = append(all, below)
		all = append(all, children(t, below)...)
	}
	return all
}

func children(t *testing.T, pid int) []int {
	t.Helper()
	lists, err := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/children")
	if err != nil {
		t.Fatal(err)
	}
	var all []int
	for _, list := range lists {
		text, _ := os.ReadFile(list) // a process may end meanwhile
		for field := range strings.FieldsSeq(string(text)) {
			if child, err := strconv.Atoi(field); err == nil {
				all = append(all, child)
			}
		}
	}
	return all
}

// TestBrowseChildKilled kills what this process started: the child. The browser and its folder must go too. Neither of
// them was told the script's secret in a place where others can read it.
func TestBrowseChildKilled(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := newSite(t)
	script := waiting()
	script.Steps = append(script.Steps, checks.Step{Name: "password", Do: checks.DoFill, Secret: checks.NewSecret(testPassword)})
	events := s.start(t.Context(), script)
	until(t, events, checks.EventStart)
	for _, pid := range append(children(t, os.Getpid()), usersOf(t, os.TempDir())...) {
		for _, file := range []string{"cmdline", "environ"} {
			text, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), file)) // a process may end meanwhile
			if strings.Contains(string(text), testPassword) {
				t.Errorf("process %d has the secret in its %s", pid, file)
			}
		}
	}
	for _, pid := range children(t, os.Getpid()) {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
	if end := collect(t, events).End(); end.Outcome != checks.OutcomeCrashed || end.Error != "the browser's process ended early: signal: killed" {
		t.Errorf("end %+v", end)
	}
	s.nothingIsLeft()
	noBrowserIn(t, os.TempDir())
}

// TestBrowseBrowserKilled kills the browser itself.
func TestBrowseBrowserKilled(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := newSite(t)
	script := waiting()
	script.Steps = append([]checks.Step{{Name: "first", Do: checks.DoOpen, URL: "https://nowhere.test/", Optional: true, Within: 5 * time.Second}}, script.Steps...)
	events := s.start(t.Context(), script)
	until(t, events, checks.EventStep) // it has started for good
	for _, child := range children(t, os.Getpid()) {
		for _, pid := range usersOf(t, os.TempDir()) {
			if pid != child {
				_ = syscall.Kill(pid, syscall.SIGKILL) // one may take others with it
			}
		}
	}
	if end := collect(t, events).End(); end.Outcome != checks.OutcomeCrashed || !strings.HasPrefix(end.Error, "the browser ended by itself") {
		t.Errorf("end %+v", end)
	}
	s.nothingIsLeft()
}

// TestBrowseBrowserThatFailsOnce has a browser that ends as soon as it is started, the first time only.
func TestBrowseBrowserThatFailsOnce(t *testing.T) {
	s := newSite(t)
	s.needsBrowser("")
	s.serve("portal.test", html("<p>here</p>"))
	path, err := FindBrowser("")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	s.options.Browser = filepath.Join(folder, "headless-shell")
	text := "#!/bin/sh\n[ -e " + folder + "/was-here ] || { touch " + folder + "/was-here; exit 1; }\nexec " + path + " \"$@\"\n"
	if err := os.WriteFile(s.options.Browser, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	script := checks.Script{Name: "open", Steps: []checks.Step{{Name: "open", Do: checks.DoOpen, URL: "https://portal.test/"}}}
	if end := s.browse(script).End(); end.Outcome != checks.OutcomeDone {
		t.Errorf("end %+v", end)
	}
	if _, err := os.Stat(filepath.Join(folder, "was-here")); err != nil {
		t.Error("the first browser was never started")
	}
}

// TestBrowseParentKilled runs a second copy of this program, kills it, and looks for the browser that it had started.
func TestBrowseParentKilled(t *testing.T) {
	if folder := os.Getenv("LOGINDOCTOR_TEST_PARENT"); folder != "" {
		s := newSite(t)
		events := s.start(t.Context(), waiting())
		until(t, events, checks.EventStart)
		os.Stdout.WriteString("\nbrowsing\n")
		collect(t, events)
		return
	}
	newSite(t).needsBrowser("")
	folder := t.TempDir()
	parent := exec.Command(os.Args[0], "-test.run=^TestBrowseParentKilled$")
	parent.Env = append(os.Environ(), "LOGINDOCTOR_TEST_PARENT="+folder, "TMPDIR="+folder)
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan() && lines.Text() != "browsing"; {
	}
	if len(usersOf(t, folder)) == 0 {
		t.Error("no browser was started")
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait() // killed
	noBrowserIn(t, folder)
	t.Setenv("TMPDIR", folder)
	if left := profilesOf(t, folder); len(left) != 1 {
		t.Errorf("the killed program left %v", left)
	}
	mine, err := newProfile()
	if err != nil {
		t.Fatal(err)
	}
	defer mine.remove()
	profilesOf(t, folder)
	next, err := newProfile() // mine is old as well now, but not abandoned
	if err != nil {
		t.Fatal(err)
	}
	next.remove()
	if left := profilesOf(t, folder); len(left) != 1 || left[0] != mine.folder {
		t.Errorf("left %v, want %s", left, mine.folder)
	}
}

// profilesOf lists the folders of browsers and makes them look a little old.
func profilesOf(t *testing.T, folder string) []string {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(folder, profilePrefix+"*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range left {
		if err := os.Chtimes(f, time.Now(), time.Now().Add(-2*freshFor)); err != nil {
			t.Fatal(err)
		}
	}
	return left
}

// usersOf lists the processes whose command line names a folder.
func usersOf(t *testing.T, folder string) []int {
	t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	var all []int
	for _, file := range lines {
		text, _ := os.ReadFile(file) // a process may end meanwhile
		if strings.Contains(string(text), folder) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			all = append(all, pid)
		}
	}
	return slices.DeleteFunc(all, func(pid int) bool { return pid == os.Getpid() })
}

// noBrowserIn waits until no process names a folder; a browser that lives on ends in the time limit of all tests.
func noBrowserIn(t *testing.T, folder string) {
	t.Helper()
	for len(usersOf(t, folder)) > 0 {
		runtime.Gosched()
	}
}
