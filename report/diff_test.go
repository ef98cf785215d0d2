package report_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"logindoctor/report"
	"logindoctor/report/internal/samples"
)

// told writes a difference in one line.
func told(d *report.Difference) string {
	parts := []string{d.State}
	for _, p := range d.Pathways {
		if p.State != report.Same {
			parts = append(parts, fmt.Sprintf("%s:%s>%s=%s", p.ID, p.Old, p.New, p.State))
		}
	}
	for _, c := range d.Changes {
		parts = append(parts, c.Code+"="+c.State)
	}
	for _, u := range d.Unseen {
		parts = append(parts, fmt.Sprintf("%s?%s>%s", u.Node, u.Old, u.New))
	}
	for _, f := range d.Facts {
		parts = append(parts, fmt.Sprintf("%s %s %v>%v", f.Node, f.Label, f.Old, f.New))
	}
	return strings.Join(parts, " ")
}

// clock is a healthy report with one finding of a check on this computer.
func clock(value string) *report.Report {
	r := samples.Healthy()
	r.Checks = []report.Check{{ID: "machine.clock", Check: "machine.clock", Stage: "machine", State: "warn", Required: true, Findings: []string{"LD1102"}}}
	r.Findings = []report.Finding{{Code: "LD1102", Fingerprint: "v1:91d0aa4412bb7f03", Role: report.Unrelated, Impact: "risk", Owner: "device-it",
		Title: "Clock wrong", Text: "The clock is " + value + " behind.", Evidence: []string{"e1"}}}
	r.Evidence = map[string]report.Evidence{"e1": {Check: "machine.clock", Node: "machine.clock", Label: "offset", Value: value, Class: "public"},
		"e2": {Check: "machine.clock", Node: "machine.clock", Label: "asked", Value: "ntp.test", Class: "public"}}
	return r
}

func TestDiff(t *testing.T) {
	without := func(state string) *report.Report {
		r := clock("3 s")
		r.Findings, r.Checks[0].State, r.Checks[0].Findings = nil, state, nil
		return r
	}
	gone := without("pass")
	gone.Checks = nil
	asked := clock("41 s")
	asked.Evidence["e2"] = report.Evidence{Check: "machine.clock", Node: "machine.clock", Label: "asked", Value: "other.test", Class: "public"}
	heavier := clock("41 s")
	heavier.Findings[0].Impact, heavier.Findings[0].Fingerprint = "blocking", "v1:0000000000000000"
	shallow := clock("41 s")
	shallow.Pathways[0].Depth = "reach"
	dark := clock("41 s")
	dark.Pathways[1].State, dark.Verdict.State = report.Unknown, report.Unknown
	fewer := clock("41 s")
	fewer.Pathways = fewer.Pathways[:3]
	coverage := clock("41 s")
	coverage.Findings = append(coverage.Findings, report.Finding{Code: "LD9102", Fingerprint: "v1:9102", Impact: "info", Title: "Stopped"})
	for _, c := range []struct {
		name     string
		old, new *report.Report
		want     string
	}{
		{"the same twice", clock("41 s"), clock("41 s"), "same LD1102=same"},
		{"a measurement differs", clock("41 s"), clock("38 s"), "same LD1102=same"},
		{"it is gone", clock("41 s"), without("pass"), "changed LD1102=resolved"},
		{"it came", without("pass"), clock("41 s"), "changed LD1102=new"},
		{"nobody looked again", clock("41 s"), without("blocked"), "not_comparable LD1102=not_comparable machine.clock?warn>blocked"},
		{"the check could not look", clock("41 s"), without("error"), "not_comparable LD1102=not_comparable machine.clock?warn>error"},
		{"the check is no part of it", clock("41 s"), gone, "not_comparable LD1102=not_comparable machine.clock?warn>"},
		{"nobody had looked before", without("skipped"), clock("41 s"), "not_comparable LD1102=not_comparable machine.clock?skipped>warn"},
		{"it weighs more", clock("41 s"), heavier, "changed LD1102=changed"},
		{"another observation", clock("41 s"), asked, "same LD1102=same machine.clock asked [ntp.test]>[other.test]"},
		{"less deep", clock("41 s"), shallow, "not_comparable web-sso:ok>ok=not_comparable LD1102=same"},
		{"not judged", clock("41 s"), dark, "not_comparable desktop:ok>unknown=not_comparable LD1102=same"},
		{"not judged twice", dark, dark, "not_comparable desktop:unknown>unknown=not_comparable LD1102=same"},
		{"a pathway less", clock("41 s"), fewer, "not_comparable api:ok>=not_comparable LD1102=same"},
		{"about the run itself", coverage, clock("41 s"), "same LD1102=same LD9102=resolved"},
	} {
		if got := told(report.Diff(c.old, c.new)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// Whatever a check could not see is neither the same nor resolved (ux.md 2.12, convention 52).
func TestDiffNeverCallsTheUntestedResolved(t *testing.T) {
	for _, state := range []string{"blocked", "skipped", "error"} {
		for name, r := range samples.All() {
			after := samples.All()[name]
			after.Findings = nil
			for i := range after.Checks {
				after.Checks[i].State, after.Checks[i].Findings = state, nil
			}
			for i := range r.Checks { // each finding is some check's
				r.Checks[i].Subject = ""
				r.Checks[i].Findings = codesOf(r)
			}
			d := report.Diff(r, after)
			for _, c := range d.Changes {
				if c.State == report.Resolved || c.State == report.Same || c.TestedInNew {
					t.Errorf("%s, %s: %s is %s", name, state, c.Code, c.State)
				}
			}
			if d.State == report.Same {
				t.Errorf("%s, %s: the same", name, state)
			}
		}
	}
}

func codesOf(r *report.Report) []string {
	var codes []string
	for _, f := range r.Findings {
		if !slices.Contains(codes, f.Code) {
			codes = append(codes, f.Code)
		}
	}
	return codes
}

// What this computer is set to matters to a change; which servers told the time does not, unless that is the change.
func TestDiffRelates(t *testing.T) {
	with := func(check, value, state string) *report.Report {
		r := samples.Healthy()
		r.Checks = []report.Check{{ID: check, Check: check, State: state, Required: true}}
		r.Evidence = map[string]report.Evidence{"e1": {Check: check, Node: check, Label: "who", Value: value, Class: "public"}}
		return r
	}
	for check, want := range map[string]bool{"machine.proxy": true, "machine.clock": false, "tls.chain": false} {
		d := report.Diff(with(check, "one", "pass"), with(check, "two", "pass"))
		if len(d.Facts) != 1 || d.Facts[0].Related != want {
			t.Errorf("%s: %+v", check, d.Facts)
		}
	}
}

func TestDiffFindsWhatBecameSlow(t *testing.T) {
	slow := samples.Healthy()
	slow.Pathways[0].Columns[3].DurationSeconds = 1.2 // was 0.61
	slow.Pathways[1].Columns[0].DurationSeconds = 0.09
	d := report.Diff(samples.Healthy(), slow)
	if len(d.Slower) != 1 || d.Slower[0].Pathway != "web-sso" || d.Slower[0].Column != "web" {
		t.Errorf("slower are %+v", d.Slower)
	}
}
