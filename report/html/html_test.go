package html

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"logindoctor/report"
	"logindoctor/report/internal/samples"
)

var update = flag.Bool("update", false, "write the golden files")

// rendered gates a report if it was not and renders it.
func rendered(t testing.TB, r *report.Report, o report.Options) string {
	t.Helper()
	var b bytes.Buffer
	if !r.Gated() {
		r = report.Gate(r, report.Internal)
	}
	if err := Render(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	for _, name := range []string{"broken", "healthy", "degraded", "unknown", "hostile", "causes"} {
		file := filepath.Join("testdata", name+".html")
		got := rendered(t, samples.All()[name], report.Options{})
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(file); err != nil || got != string(want) {
			t.Errorf("%s differs (%v); look at it, then run with -update", file, err)
		}
	}
}
