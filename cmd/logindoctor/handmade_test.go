package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/suite"
	"logindoctor/fixtures"
)

// explainedByHand are causes and what they explain where a world would need a whole browser for each, or settings of a system
// that the lab cannot write.
var explainedByHand = []struct{ cause, symptoms string }{
	// What the browser says is more than what programs read in the redirects.
	{"LD5101", "LD5015"}, {"LD5102", "LD5015"}, {"LD5103", "LD5015"}, {"LD5107", "LD5015"}, {"LD5109", "LD5015"}, {"LD5110", "LD5015"},
	{"LD5302", "LD5015"}, {"LD5303", "LD5015"}, {"LD5304", "LD5015"}, {"LD5399", "LD5015"}, {"LD5002", "LD5015"}, {"LD5108", "LD5015"},
	{"LD5398", "LD5015"}, {"LD5013", "LD5016"},
	{"LD4004", "LD5011"}, {"LD4005", "LD5012"},
	{"LD1301", "LD5105"}, {"LD4403", "LD4401"}, {"LD5001", "LD6005"}, {"LD5002", "LD6005"}, {"LD5003", "LD6005"},
	{"LD3219", "LD3203"}, {"LD1101", "LD6201"},
	// The name servers of a computer without a network cannot be asked; those of the lab are on the computer itself.
	{"LD1001", "LD2107"}, {"LD1001", "LD2112 LD1105"}, {"LD1001", "LD2117"}, {"LD2210", "LD2117"}, {"LD2111", "LD2122"}, {"LD2207", "LD2122"},
	{"LD2112", "LD2312"}, {"LD2113", "LD2312"}, {"LD2310", "LD2204"}, {"LD2312", "LD2204"}, {"LD4310", "LD3001"}, {"LD4311", "LD3001"},
	// The messages of single sign-on need providers that others wrote.
	{"LD5120", "LD5143"}, {"LD5121", "LD5143"}, {"LD5122", "LD5143"}, {"LD5123", "LD5143"}, {"LD5125", "LD5143"}, {"LD5126", "LD5143"},
	{"LD5127", "LD5143"}, {"LD5128", "LD5143"}, {"LD5158", "LD5157"}, {"LD5159", "LD5156"}, {"LD5211", "LD5236"}, {"LD5213", "LD5236"},
	{"LD5214", "LD5236"}, {"LD5216", "LD5259"}, {"LD5217", "LD5236"}, {"LD5218", "LD5236"}, {"LD5250", "LD5246"}, {"LD5251", "LD5247"},
}

// hitByHand are codes that stop one kind of client, "program" or "browser", on a host that both kinds meet.
var hitByHand = map[string]string{
	"LD1202": "program", "LD2306": "program", "LD2310": "program", "LD3204": "program", "LD3205": "program", "LD3210": "program",
	"LD3211": "program", "LD3212": "program", "LD3217": "program", "LD3219": "program", "LD4203": "program", "LD3220": "browser",
	"LD2116": "browser", "LD2117": "browser",
}

// byHand are runs that no world made.
func byHand(t *testing.T) (all []*recorded) {
	t.Helper()
	for _, e := range explainedByHand {
		symptoms := strings.Fields(e.symptoms)
		want := fixtures.Want{Primary: []fixtures.Mention{{Code: e.cause}}}
		for _, s := range symptoms {
			want.Consequences = append(want.Consequences, fixtures.Mention{Code: s})
		}
		all = append(all, madeByHand(t, want, append(symptoms, e.cause)...))
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
	return &recorded{&fixtures.Scenario{Name: fmt.Sprintf("by hand: %s", strings.Join(codes, " ")), Want: want}, &fixtures.World{}, run}
}

// TestRulesThatNoWorldShows replays runs that were made by hand.
func TestRulesThatNoWorldShows(t *testing.T) {
	for _, r := range byHand(t) {
		if wrong := r.judged(t); len(wrong) > 0 {
			t.Errorf("%s: %q", r.Name, wrong)
		}
	}
}
