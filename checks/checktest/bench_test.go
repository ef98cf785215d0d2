package checktest_test

import (
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/checktest"
	"logindoctor/checks/runner"
	"logindoctor/checks/suite"
	"logindoctor/fixtures"
)

// BenchmarkHealthyRun diagnoses the whole product of the lab without a browser. The lab shares the processor.
func BenchmarkHealthyRun(b *testing.B) {
	s, err := fixtures.Parse("healthy", []byte("Everything works.\n-- world --\n-- run --\n--level quick\n-- want --\nprimary none\n"))
	if err != nil {
		b.Fatal(err)
	}
	w, err := fixtures.Start(b.Context(), s, fixtures.Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	o, err := checktest.Options(w)
	if err != nil {
		b.Fatal(err)
	}
	o.Checks = suite.All
	nodes := 0
	for b.Loop() {
		nodes = healthy(b, runner.Run(b.Context(), o))
	}
	b.ReportMetric(float64(nodes), "nodes/op")
}

// healthy counts the nodes that looked, and allows none that saw a fault.
func healthy(b *testing.B, r *checks.Run) (looked int) {
	b.Helper()
	for _, n := range r.Nodes {
		switch n.State {
		case checks.Skipped:
		case checks.Passed, checks.Warned:
			looked++
		default:
			b.Fatalf("%s: %s %s", n.ID, n.State, n.Reason)
		}
	}
	return looked
}
