package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"logindoctor/fixtures"
	"logindoctor/report"
)

const (
	goodAPI   = "The API signs in.\n-- world --\n-- want --\nprimary none\n"
	brokenAPI = "The API host is gone.\n-- world --\ndns * api rcode NXDOMAIN soa\n-- want --\nprimary none\n"
)

var closingID = regexp.MustCompile(`(?m)\bRun ([0-9A-Z]{4,})\.$`)

// keptRun diagnoses a world into a history and returns the short id in the last line.
func keptRun(t *testing.T, scenario, file string, code int, flags ...string) string {
	t.Helper()
	w := start(t, scenario, fixtures.Options{})
	args := append([]string{"run", "--pathway", "api", "--level", "quick", "--history", file}, flags...)
	out, trouble, got := logindoctor(t, w, append(args, w.Args()...)...)
	m := closingID.FindSubmatch(out)
	if got != code || m == nil || len(trouble) > 0 {
		t.Fatalf("exit code %d, want %d and the id of the run:\n%s%s", got, code, out, trouble)
	}
	return string(m[1])
}

// offline runs the program where there is no world.
func offline(t *testing.T, code int, args ...string) (stdout, stderr string) {
	t.Helper()
	out, trouble, got := called(t, nil, args...)
	if got != code {
		t.Fatalf("%v: exit code %d, want %d:\n%s%s", args, got, code, out, trouble)
	}
	return string(out), string(trouble)
}

func TestHistory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state", "history.db")
	good := keptRun(t, goodAPI, file, 0, "--site", "berlin")
	bad := keptRun(t, brokenAPI, file, 2, "--site", "berlin")

	out, _ := offline(t, 0, "history", "--history", file)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], bad+"\t") || !strings.HasPrefix(lines[1], good+"\t") ||
		!strings.Contains(lines[0], "\tberlin\tBROKEN\tLD2101\t0 of 1\t") || !strings.Contains(lines[1], "\tberlin\tOK\t\t1 of 1\t") {
		t.Errorf("history says:\n%s", out)
	}
	if out, _ := offline(t, 0, "history", "--history", file, "--site", "oslo"); out != "" {
		t.Errorf("runs of another place: %s", out)
	}
	if out, _ := offline(t, 0, "history", "--history", file, "--since", "1h"); strings.Count(out, "\n") != 2 {
		t.Errorf("since an hour: %s", out)
	}
	latest, _ := offline(t, 0, "history", "show", "latest", "--history", file, "-o", "json")
	byID, _ := offline(t, 0, "render", strings.ToLower(bad), "--history", file, "-o", "json")
	var r report.Report
	if err := json.Unmarshal([]byte(latest), &r); err != nil || r.Verdict.State != report.Broken || byID != latest {
		t.Errorf("latest is %s, %v; by its id it is the same: %v", r.Verdict.State, err, byID == latest)
	}
	if out, _ := offline(t, 0, "history", "--history", file, "--prune"); out != "Dropped 0 runs.\n" {
		t.Errorf("prune says %q", out)
	}

	out, _ = offline(t, 1, "diff", "last-ok", "latest", "--history", file, "--exit-code")
	if !strings.HasPrefix(out, "Since the last ok run (") || !strings.Contains(out, "api went ok -> BROKEN") ||
		!strings.Contains(out, "New finding       LD2101") || !regexp.MustCompile(`Not comparable +.*login\.api`).MatchString(out) {
		t.Errorf("diff says:\n%s", out)
	}
	back, _ := offline(t, 0, "diff", bad, good, "--history", file, "-o", "json")
	var d report.Difference
	if err := json.Unmarshal([]byte(back), &d); err != nil || d.State != report.Changed || len(d.Changes) == 0 || d.Changes[0].State != report.Resolved {
		t.Errorf("the other way round: %v\n%s", err, back)
	}
	page := filepath.Join(t.TempDir(), "diff.html")
	offline(t, 0, "diff", "last-ok", "latest", "--history", file, "-o", "html="+page, "-o", "none")
	if text, err := os.ReadFile(page); err != nil || !bytes.Contains(text, []byte("What changed since the last ok run (")) {
		t.Errorf("the page of the comparison: %v", err)
	}
	offline(t, 0, "diff", page, bad, "--history", file, "--exit-code") // the page holds the newer report
	if out, _ := offline(t, 0, "compare", good, good, "--history", file, "--exit-code"); !strings.Contains(out, "nothing changed") {
		t.Errorf("with itself: %s", out)
	}
}

// A monitor reads what a scheduled run stored. Old results are unknown, and so is an empty history.
func TestMonitorReadsTheStoredRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "history.db")
	out, _ := offline(t, 3, "history", "show", "latest", "--max-age", "15m", "--history", file, "-o", "datto")
	if !strings.Contains(out, "\nSTATUS=UNKNOWN LD9401 fix by operator: No recent result\n") {
		t.Errorf("without a history: %s", out)
	}
	keptRun(t, brokenAPI, file, 2)
	for format, want := range map[string]string{"datto": "STATUS=BROKEN LD2101 ", "nagios": "LOGINDOCTOR CRITICAL - ", "checkmk": `2 "LoginDoctor api" `} {
		if out, _ := offline(t, 2, "history", "show", "latest", "--max-age", "15m", "--history", file, "-o", format); !strings.Contains(out, want) {
			t.Errorf("%s: %s", format, out)
		}
	}
	if _, err := os.Stat(file); err != nil {
		t.Fatal(err)
	}
	out, _ = offline(t, 3, "history", "show", "latest", "--max-age", "1ms", "--history", file, "-o", "checkmk")
	if !strings.HasPrefix(out, `3 "LoginDoctor api" `) || !strings.Contains(out, "no recent result") {
		t.Errorf("too old: %s", out)
	}
	offline(t, 1, "history", "show", "latest", "--max-age", "1ms", "--history", file, "--exit-codes", "binary", "-o", "none")
}

// A run that cannot be kept is told all the same, with one sentence on why.
func TestRunIsToldThoughItCannotBeKept(t *testing.T) {
	newer := filepath.Join(t.TempDir(), "newer.db")
	keptRun(t, goodAPI, newer, 0)
	patch(t, newer, 60, []byte{0, 0, 0, 9}) // user_version, https://www.sqlite.org/fileformat2.html 1.3
	damaged := filepath.Join(t.TempDir(), "damaged.db")
	if err := os.WriteFile(damaged, bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	w := start(t, goodAPI, fixtures.Options{})
	for file, want := range map[string]string{
		newer:               "was written by a newer logindoctor (layout 9; this one knows up to ",
		damaged:             "is damaged or no history of logindoctor",
		"/dev/null/history": "not a directory",
	} {
		args := append([]string{"run", "--pathway", "api", "--level", "quick", "--history", file}, w.Args()...)
		out, trouble, code := logindoctor(t, w, args...)
		if code != 0 || !bytes.HasPrefix(out, []byte("✓ OK ")) || bytes.Contains(out, []byte("Run ")) {
			t.Errorf("%s: exit code %d\n%s", file, code, out)
		}
		if s := string(trouble); !strings.HasPrefix(s, "This run was not kept. ") || !strings.Contains(s, want) || strings.Count(s, "\n") != 2 {
			t.Errorf("%s: %q", file, s)
		}
	}
	_, trouble := offline(t, 3, "history", "--history", newer)
	if !strings.Contains(trouble, "newer logindoctor") || !strings.Contains(trouble, "\nTry:  ") {
		t.Errorf("history of a newer version: %s", trouble)
	}
}

func patch(t *testing.T, file string, at int64, with []byte) {
	t.Helper()
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(with, at); err != nil {
		t.Fatal(err)
	}
}

// Nothing is kept of what was seen in the lab, nor if that was asked for.
func TestNothingIsKept(t *testing.T) {
	state := t.TempDir()
	t.Setenv("XDG_STATE_HOME", state)
	t.Setenv("LOGINDOCTOR_HISTORY", "")
	w := start(t, goodAPI, fixtures.Options{})
	out, _, code := logindoctor(t, w, append([]string{"run", "--pathway", "api", "--level", "quick"}, w.Args()...)...) // as the lab does it
	if code != 0 || closingID.Match(out) {
		t.Errorf("exit code %d\n%s", code, out)
	}
	if entries, err := os.ReadDir(state); err != nil || len(entries) > 0 {
		t.Errorf("kept %v, %v", entries, err)
	}
	_, trouble := offline(t, 64, "history", "--history", "none")
	if !strings.Contains(trouble, "Try:  --history FILE") {
		t.Errorf("said %s", trouble)
	}
}

func TestSince(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{"": {}, "7d": now.AddDate(0, 0, -7), "90m": now.Add(-90 * time.Minute),
		"2026-11-01": time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)} {
		if got, err := sinceTime(text, now); err != nil || !got.Equal(want) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"soon", "-3h", "99999999d", "2026-13-01"} {
		if got, err := sinceTime(text, now); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}
