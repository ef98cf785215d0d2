package main

import (
	"slices"
	"testing"
	"time"

	"logindoctor/checks/world"
	"logindoctor/fixtures"
)

// BenchmarkWhole diagnoses the customers' portal, near and over a line that takes 30 ms there and back, as a program of its own
// each time: the network alone, the sign-in alone with the checks that it requires, and both, in turn. The browser starts while
// the network is checked, so both should take as long as the longer part. The ratio is the median of the rounds.
//
//	go test -run '^$' -bench Whole -benchtime 9x ./cmd/logindoctor
func BenchmarkWhole(b *testing.B) {
	if _, err := world.FindBrowser(""); err != nil {
		b.Skip(err)
	}
	b.Run("near", func(b *testing.B) { wholes(b, "") })
	b.Run("30ms", func(b *testing.B) { wholes(b, "link * delay 15ms\n") })
}

func wholes(b *testing.B, line string) {
	w := start(b, "Everything works.\n-- world --\n"+line+"-- run --\n--login\n--pathway portal\n-- want --\nprimary none\n", fixtures.Options{})
	var network, flow, whole, ratios []float64
	for b.Loop() {
		n := wholeRun(b, w, "reach", "--browser", "none")
		f := wholeRun(b, w, "login", "--only", "login.portal")
		all := wholeRun(b, w, "login")
		network, flow, whole = append(network, n), append(flow, f), append(whole, all)
		ratios = append(ratios, all/max(n, f))
	}
	b.ReportMetric(median(network), "network-ms")
	b.ReportMetric(median(flow), "flow-ms")
	b.ReportMetric(median(whole), "whole-ms")
	b.ReportMetric(median(ratios), "ratio")
	b.ReportMetric(slices.Max(ratios), "worst")
}

// wholeRun returns how many milliseconds a diagnosis takes that must get as deep as wanted.
func wholeRun(b *testing.B, w *fixtures.World, depth string, args ...string) float64 {
	began := time.Now()
	r := diagnosed(b, w, append(args, "--history", "none")...)
	took := time.Since(began)
	if p := r.Pathways[0]; p.State != "ok" || p.Depth != depth {
		b.Fatalf("%s at depth %s, want ok at %s", p.State, p.Depth, depth)
	}
	return float64(took.Microseconds()) / 1000
}

func median(of []float64) float64 {
	of = slices.Sorted(slices.Values(of))
	return of[len(of)/2]
}
