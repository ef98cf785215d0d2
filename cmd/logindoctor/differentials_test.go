package main

import (
	"fmt"
	"strings"
	"testing"
	"text/tabwriter"

	"logindoctor/checks"
	"logindoctor/checks/suite"
	"logindoctor/fixtures"
	"logindoctor/report"
)

// differentials are the symptoms that have the same words for unlike causes, and the evidence that decided.
var differentials = []struct {
	symptom string
	cases   []differential
}{
	{"the authority is not known", []differential{
		{"tls.chain/leaf-alone", "tls-missing-intermediate"},
		{"tls.issuer/gateway", "tls-interception-untrusted"},
		{"tls.chain/own-signature", "tls-self-signed"},
		{"tls.chain/new-root", "host-root-store-stale"},
	}},
	{"expired or not yet valid", []differential{
		{"tls.dates/over", "tls-leaf-expired"},
		{"tls.chain/issuer-ended", "tls-expired-intermediate"},
		{"machine.clock/year-ahead", "host-clock-skew-large"},
		{"tls.dates/too-early", "LD3202"},
	}},
	{"a reset after the hello", []differential{
		{"tls.version/cut-by-name", "net-sni-reset"},
		{"tls.version/cut-by-size", "LD3010"},
		{"tls.version/cut", "tls-handshake-cut"},
	}},
	{"a hang", []differential{
		{"tcp.size/tunnel", "net-mtu-blackhole"},
		{"web.answer/silent", "LD4001"},
		{"tcp.connect/proxy-stalls", "LD2319"},
		{"tcp.connect/dropped", "net-tcp-timeout-filtered"},
	}},
}

// A differential is a scenario and the cause that it has.
type differential struct{ scenario, cause string }

// TestDifferentials diagnoses worlds that look alike to their users, and prints side by side what decided.
func TestDifferentials(t *testing.T) {
	for _, d := range differentials {
		t.Run(d.symptom, func(t *testing.T) {
			rows := make([]string, len(d.cases))
			t.Run("worlds", func(t *testing.T) {
				for i, c := range d.cases {
					t.Run(c.scenario, func(t *testing.T) {
						t.Parallel()
						rows[i] = decide(t, c)
					})
				}
			})
			var b strings.Builder
			w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "scenario\tfirst cause\twhat decided")
			for _, row := range rows {
				fmt.Fprintln(w, row)
			}
			w.Flush()
			t.Logf("%s:\n%s", d.symptom, b.String())
		})
	}
}

// decide returns the row of one world.
func decide(t *testing.T, c differential) string {
	t.Helper()
	s, _, err := scenario(c.scenario)
	if err != nil {
		t.Fatal(err)
	}
	w, err := fixtures.Start(t.Context(), s, fixtures.Options{Dir: t.TempDir(), Hidden: true, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	r := diagnosed(t, w)
	first := r.Findings[0]
	if code := findCode(c.cause); first.Role != report.RootCause || code == nil || first.Code != code.ID {
		t.Errorf("the first cause is %s, want %s", first.Code, c.cause)
	}
	book, err := (&app{}).explainers(suite.All)
	if err != nil {
		t.Fatal(err)
	}
	var seen []checks.Evidence
	for key, value := range first.Params {
		seen = append(seen, checks.Public(key, value))
	}
	known, _, _ := strings.Cut(checks.Fill(book[first.Code].How, seen), "\n\n")
	if known == "" || strings.Contains(known, "{") {
		t.Errorf("%s does not say what decided: %q", first.Code, known)
	}
	return fmt.Sprintf("%s\t%s %s\t%s", c.scenario, first.Code, first.Title, strings.Join(strings.Fields(known), " "))
}
