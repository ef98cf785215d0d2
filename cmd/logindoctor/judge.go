package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/fixtures"
	"logindoctor/report"
)

// A judgement compares what a scenario wants with what a diagnosis said.
type judgement struct {
	want  fixtures.Want
	world *fixtures.World
	got   *report.Report
	wrong []string
}

// judge returns one sentence for every wish that the report does not fulfil.
func judge(want fixtures.Want, w *fixtures.World, r *report.Report) []string {
	j := judgement{want: want, world: w, got: r}
	j.primary()
	for _, m := range want.Also {
		j.present(m, report.RootCause, report.Unrelated)
	}
	for _, m := range want.Consequences {
		j.present(m, report.Consequence)
	}
	for _, code := range want.Never {
		if j.find(fixtures.Mention{Code: code}) != nil {
			j.miss("%s appears", code)
		}
	}
	for _, words := range want.Asks {
		if !slices.ContainsFunc(r.Limits, func(l report.Limit) bool { return strings.Contains(strings.ToLower(l.Text), strings.ToLower(words)) }) {
			j.miss("nobody is asked %q", words)
		}
	}
	j.pathways()
	j.states()
	for _, at := range want.Attempts {
		if n := w.Attempts(at.Who); n != at.N {
			j.miss("%d attempts at %s, want %d", n, at.Who, at.N)
		}
	}
	return j.wrong
}

func (j *judgement) miss(format string, args ...any) {
	j.wrong = append(j.wrong, fmt.Sprintf(format, args...))
}

func (j *judgement) primary() {
	got, first := primaryOf(j.got), firstCause(j.got)
	if j.want.Healthy {
		if first != nil || j.got.Verdict.State != report.OK {
			j.miss("verdict %s, primary %s, want a healthy world%s", j.got.Verdict.State, got, said(first))
		}
		return
	}
	if j.want.Owner != "" && (first == nil || first.Owner != string(j.want.Owner)) {
		j.miss("owner is not %s", j.want.Owner)
	}
	if len(j.want.Primary) == 0 {
		return
	}
	if first == nil || !slices.ContainsFunc(j.want.Primary, func(m fixtures.Mention) bool { return j.matches(*first, m) }) {
		j.miss("primary %s, want %s%s", got, mentions(j.want.Primary), said(first))
	} else if c := findCode(first.Code); c.Impact == checks.Blocking && first.Impact == checks.Degrading.String() {
		j.miss("%s is %s, because a second look did not find it", first.Code, first.Impact)
	}
	j.noOther()
}

// noOther demands that every further cause is one that the scenario names: what the first one brings about is a consequence.
func (j *judgement) noOther() {
	for _, f := range j.got.Findings[min(1, len(j.got.Findings)):] {
		if f.Role == report.RootCause && !slices.ContainsFunc(j.want.Also, func(m fixtures.Mention) bool { return j.matches(f, m) }) {
			j.miss("%s on %s is a cause as well", f.Code, cmp.Or(f.Endpoint, "machine"))
		}
	}
}

// said is what a finding says, behind a colon.
func said(f *report.Finding) string {
	if f == nil {
		return ""
	}
	return ": " + f.Text
}

// firstCause returns the first cause of a report, nil if there is none.
func firstCause(r *report.Report) *report.Finding {
	if len(r.Findings) == 0 || r.Findings[0].Role != report.RootCause {
		return nil
	}
	return &r.Findings[0]
}

// primaryOf names the first cause of a report with its host, "none" if there is none.
func primaryOf(r *report.Report) string {
	f := firstCause(r)
	if f == nil {
		return "none"
	}
	if f.Endpoint == "" {
		return f.Code + " on machine"
	}
	return f.Code + " on " + strings.Join(f.Hosts, ", ")
}

func mentions(list []fixtures.Mention) string {
	var s []string
	for _, m := range list {
		text := m.Code
		if c := findCode(m.Code); c != nil && c.ID != m.Code {
			text += " (" + c.ID + ")"
		}
		if m.On != "" {
			text += " on " + m.On
		}
		s = append(s, text)
	}
	return strings.Join(s, " or ")
}

func (j *judgement) matches(f report.Finding, m fixtures.Mention) bool {
	if c := findCode(m.Code); f.Code != m.Code && (c == nil || c.ID != f.Code) {
		return false
	}
	switch m.On {
	case "":
		return true
	case "machine":
		return f.Endpoint == ""
	}
	host := j.world.Host(m.On)
	return slices.ContainsFunc(f.Hosts, func(h string) bool { return h == host || strings.HasPrefix(h, host+":") })
}

func (j *judgement) find(m fixtures.Mention) *report.Finding {
	for i, f := range j.got.Findings {
		if j.matches(f, m) {
			return &j.got.Findings[i]
		}
	}
	return nil
}

func (j *judgement) present(m fixtures.Mention, roles ...string) {
	f := j.find(m)
	if f == nil || !slices.Contains(roles, f.Role) {
		j.miss("%s is not there as %s", mentions([]fixtures.Mention{m}), strings.Join(roles, " or "))
	}
}

func (j *judgement) pathways() {
	for _, want := range j.want.Pathways {
		at := slices.IndexFunc(j.got.Pathways, func(p report.Pathway) bool { return p.ID == want.ID })
		if at < 0 {
			j.miss("pathway %s was not tested", want.ID)
			continue
		}
		got := j.got.Pathways[at]
		if got.State != want.State || want.Depth != "" && got.Depth != want.Depth {
			j.miss("pathway %s is %s at depth %s, want %s %s", want.ID, got.State, got.Depth, want.State, want.Depth)
		}
	}
}

func (j *judgement) states() {
	for _, want := range j.want.States {
		at := slices.IndexFunc(j.got.Checks, func(c report.Check) bool { return slices.Contains(j.nodes(want), c.ID) })
		if at < 0 {
			j.miss("no check %s", strings.Join(j.nodes(want), " or "))
		} else if got := j.got.Checks[at].State; got != want.State.String() {
			j.miss("%s is %s, want %s", j.got.Checks[at].ID, got, want.State)
		}
	}
}

// nodes are the ids that the node may have: a host and a pathway may have the same name in a scenario.
func (j *judgement) nodes(want fixtures.WantState) []string {
	if want.On == "machine" {
		return []string{want.Check}
	}
	return []string{want.Check + "@" + j.world.Host(want.On), want.Check + "@" + want.On}
}
