package brief

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"logindoctor/report"
	"logindoctor/report/internal/fold"
	"logindoctor/report/internal/samples"
	"logindoctor/report/redact"
)

var update = flag.Bool("update", false, "write the golden files")

func rendered(t *testing.T, r *report.Report, o report.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Render(&b, redact.Apply(r, redact.Internal), o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	for name, r := range samples.All() {
		file := filepath.Join("testdata", name+".golden")
		got := rendered(t, r, report.Options{})
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(file); err != nil || got != string(want) {
			t.Errorf("%s differs (%v):\n%s", file, err, got)
		}
	}
}

func TestBudgetAndBookends(t *testing.T) {
	for name, r := range samples.All() {
		for _, o := range []report.Options{{}, {ASCII: true}, {Width: 60}, {Width: 200}} {
			got := rendered(t, r, o)
			if len(got) > Budget {
				t.Errorf("%s: %d bytes", name, len(got))
			}
			lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
			word := report.Word(r.Verdict.State)
			if !strings.HasPrefix(lines[0], word) || !strings.HasPrefix(lines[len(lines)-1], word) {
				t.Errorf("%s: no verdict at both ends:\n%s", name, got)
			}
			for _, l := range lines {
				if width := max(o.Width, 60); o.Width > 0 && fold.Width(l) > width {
					t.Errorf("%s: %d columns: %s", name, fold.Width(l), l)
				}
			}
			if o.ASCII && strings.IndexFunc(got, func(r rune) bool { return r > '~' }) >= 0 {
				t.Errorf("%s: not ASCII:\n%s", name, got)
			}
			if f := redact.Apply(r, redact.Internal).Primary(); f != nil && !strings.Contains(got, "Fix by: "+f.Owner) {
				t.Errorf("%s: no owner:\n%s", name, got)
			}
		}
	}
}

func TestUngatedReportIsRefused(t *testing.T) {
	if err := Render(&bytes.Buffer{}, samples.Broken(), report.Options{}); err != report.ErrUngated {
		t.Errorf("got %v", err)
	}
}
