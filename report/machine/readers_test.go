package machine

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"logindoctor/report"
	"logindoctor/report/internal/samples"
)

// missing skips a test for which a program of others is not installed; where everything must be there it fails.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("LOGINDOCTOR_CI") == "1" {
		t.Fatalf("%s is not installed; .ci/test installs it", what)
	}
	t.Skipf("%s is not installed", what)
}

// A reading is what a reader of JUnit files saw.
type reading struct {
	Reader                           string
	Suites, Texts                    []string
	Tests, Failures, Errors, Skipped int
}

// TestJUnitReaders has two programs of others read the files: they see the same cases, and the whole text of a failure.
func TestJUnitReaders(t *testing.T) {
	script := filepath.Join("..", "testdata", "node", "readers.cjs")
	if _, err := os.Stat(filepath.Join(filepath.Dir(script), "node_modules", "junit2json")); err != nil {
		missing(t, "junit2json")
	}
	for name, r := range samples.All() {
		file := filepath.Join(t.TempDir(), name+".xml")
		if err := os.WriteFile(file, []byte(rendered(t, JUnit, r, report.Options{})), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("node", script, file).Output()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var seen []reading
		if err := json.Unmarshal(out, &seen); err != nil || len(seen) != 2 {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		a, b := seen[0], seen[1]
		if a.Tests == 0 || a.Tests != b.Tests || a.Failures+a.Errors != b.Failures || a.Skipped != b.Skipped {
			t.Errorf("%s: %s sees %+v, %s sees %+v", name, a.Reader, a, b.Reader, b)
		}
		wrong := r.Verdict.State == report.Broken || r.Verdict.State == report.Unknown
		if (a.Failures+a.Errors > 0) != wrong {
			t.Errorf("%s is %s, and readers see %d failures and %d errors", name, r.Verdict.State, a.Failures, a.Errors)
		}
		for _, read := range seen {
			if f := r.Primary(); wrong && f != nil && !slices.ContainsFunc(read.Texts, func(s string) bool { return strings.Contains(s, f.Code) }) {
				t.Errorf("%s: %s sees no text of %s in %.300q", name, read.Reader, f.Code, read.Texts)
			}
		}
	}
}

// TestPromtool has the linter of Prometheus read the metrics.
func TestPromtool(t *testing.T) {
	path, err := exec.LookPath("promtool")
	if err != nil {
		missing(t, "promtool")
	}
	check := func(metrics string) (string, error) {
		cmd := exec.Command(path, "check", "metrics")
		cmd.Stdin = strings.NewReader(metrics)
		said, err := cmd.CombinedOutput()
		return string(said), err
	}
	if said, err := check("x_milliseconds 1\nx_milliseconds 2\n"); err == nil {
		t.Fatalf("promtool is content with anything: %s", said)
	}
	for name, r := range samples.All() {
		for _, f := range []report.Renderer{Prometheus, OpenMetrics} {
			if said, err := check(rendered(t, f, r, report.Options{})); err != nil || said != "" {
				t.Errorf("%s: %v: %s", name, err, said)
			}
		}
	}
}
