package main

import (
	"slices"
	"strings"
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/suite"
	"logindoctor/fixtures"
)

// explainedByHand are causes and what they explain where the lab has no world for both.
var explainedByHand = []struct{ cause, symptom string }{
	{"LD1301", "LD5105"}, // a provider that needs no cookies, and a browser that keeps none: that needs a computer of its own
	{"LD6019", "LD5203"}, // behind a password at the provider of the company
	// The providers of others refuse such requests on pages of their own, with no answer that could be altered.
	{"LD5123", "LD5143"}, {"LD5128", "LD5143"}, {"LD5211", "LD5236"}, {"LD5213", "LD5236"}, {"LD5214", "LD5236"},
}

// hitByHand are codes that stop one kind of client, "program" or "browser", on a host that both kinds meet: a firewall that
// knows programs, and a browser that trusts a certificate for itself alone.
var hitByHand = map[string]string{"LD1202": "program", "LD3211": "program", "LD3220": "browser"}

// byHand are runs that no world made.
func byHand(t *testing.T) (all []*recorded) {
	t.Helper()
	for _, e := range explainedByHand {
		want := fixtures.Want{Primary: []fixtures.Mention{{Code: e.cause}}, Consequences: []fixtures.Mention{{Code: e.symptom}}}
		all = append(all, madeByHand(t, want, e.symptom, e.cause))
	}
	for code, client := range hitByHand {
		want := fixtures.Want{}
		for _, c := range []string{"program", "browser"} {
			state := "ok"
			if c == client {
				state = "broken"
			}
			want.Pathways = append(want.Pathways, fixtures.WantPathway{ID: c, State: state})
		}
		all = append(all, madeByHand(t, want, code))
	}
	return all
}

// madeByHand is a run on one host, met by a program and by a browser, in which some codes were found.
func madeByHand(t *testing.T, want fixtures.Want, codes ...string) *recorded {
	t.Helper()
	host := &checks.Subject{Host: "na.example", Port: 443, Role: checks.RoleWeb}
	run := &checks.Run{Complete: true, Ways: map[string][]*checks.Subject{"program": {host}, "browser": {host}}, Target: &checks.Target{
		Pathways: []*checks.Pathway{{ID: "program", Client: checks.Programs}, {ID: "browser", Client: checks.Browsers}}}}
	for _, id := range codes {
		for _, c := range suite.All {
			at := slices.IndexFunc(c.Codes, func(code *checks.Code) bool { return code.ID == id })
			if at < 0 {
				continue
			}
			code := c.Codes[at]
			f := &checks.Finding{Code: code, Certainty: checks.Likely, Owner: code.Owner, Impact: code.Impact}
			n := &checks.Node{ID: c.ID, Check: c, State: checks.Failed, Pathways: []string{"program", "browser"}, Findings: []*checks.Finding{f}}
			switch c.Scope {
			case checks.PerHost:
				n.Subject, f.Subject = host, host
			case checks.PerPathway:
				n.Pathway, f.Subject = run.Target.Pathways[1], host
			}
			run.Nodes = append(run.Nodes, n)
		}
	}
	if len(run.Nodes) != len(codes) {
		t.Fatalf("%v: %d codes are declared", codes, len(run.Nodes))
	}
	s := &fixtures.Scenario{Name: "by hand: " + strings.Join(codes, " "), Want: want}
	return &recorded{staged{Scenario: s}, &fixtures.World{}, run}
}

// TestRulesThatNoWorldShows replays runs that were made by hand.
func TestRulesThatNoWorldShows(t *testing.T) {
	for _, r := range byHand(t) {
		if wrong := r.judged(t); len(wrong) > 0 {
			t.Errorf("%s: %q", r.Name, wrong)
		}
	}
}
