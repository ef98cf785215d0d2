package html

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"logindoctor/report"
	"logindoctor/report/internal/samples"
	"logindoctor/report/redact"
)

// compared is the page of the broken sample with what changed since all was well.
func compared(t *testing.T) string {
	t.Helper()
	old, new := redact.Apply(samples.Healthy(), redact.Internal), redact.Apply(samples.Broken(), redact.Internal)
	var b bytes.Buffer
	if err := RenderDiff(&b, new, report.Diff(old, new), "the last ok run (13 Mar 2026 17:20)", report.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestDiffPage(t *testing.T) {
	got := compared(t)
	file := filepath.Join("testdata", "diff.html")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(file); err != nil || got != string(want) {
		t.Errorf("%s differs (%v); look at it, then run with -update", file, err)
	}
	text := seen(mustParse(t, got))
	for _, want := range []string{"What changed since the last ok run (13 Mar 2026 17:20)", "web-sso and desktop went ok -> BROKEN.", "not comparable"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not shown", want)
		}
	}
	if strings.Index(text, "What changed since") > strings.Index(text, "Cause") {
		t.Error("what changed does not come first")
	}
	r, err := Read(strings.NewReader(got))
	if err != nil || r.Verdict.PrimaryFinding != "LD3204" {
		t.Errorf("the page of a comparison is not read back: %v", err)
	}
	if err := RenderDiff(&bytes.Buffer{}, samples.Broken(), &report.Difference{}, "", report.Options{}); err != report.ErrUngated {
		t.Errorf("ungated: %v", err)
	}
}
