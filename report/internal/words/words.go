// Package words says what several formats tell alike: who must act, what was left out, and through whose eyes it was seen.
package words

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"logindoctor/checks"
	"logindoctor/report"
	"logindoctor/report/internal/fold"
)

// ColumnNames are the headings of report.ColumnIDs.
var ColumnNames = map[string]string{"dns": "DNS", "tcp": "TCP", "tls": "TLS", "web": "Web", "idp": "IdP", "login": "Login"}

// NotOnTheWay is the word of a cell whose column does not exist on a pathway.
const NotOnTheWay = "n/a"

// Cell is the word for one column of a pathway. What was not established is never "ok".
func Cell(p *report.Pathway, column string) string {
	c, ok := p.Column(column)
	if !ok {
		return NotOnTheWay
	}
	return State(c.State)
}

// State is the word for the state of a check.
func State(state string) string {
	switch state {
	case checks.Passed.String():
		return "ok"
	case checks.Warned.String():
		return "warn"
	case checks.Failed.String():
		return "FAIL"
	case checks.Blocked.String(), checks.Skipped.String():
		return "-"
	}
	return "?"
}

// Who names the owner of a finding and the day by which to act, without a full stop.
func Who(f *report.Finding, vendor string) string {
	who := report.OwnerName(f.Owner, vendor)
	if day := report.Day(f.Due); day != "" {
		who += ", by " + day
	}
	return who
}

// mostBlameless is how many are cleared of a fault; more would not be read.
const mostBlameless = 3

// Blameless is the sentence that says who is not at fault, "Not the user, not ConnectWise."; it may be empty.
func Blameless(f *report.Finding, vendor string) string {
	var names []string
	for _, o := range f.NotAtFault[:min(len(f.NotAtFault), mostBlameless)] {
		names = append(names, "not "+report.Blameless(o, vendor))
	}
	if names == nil {
		return ""
	}
	return "N" + strings.Join(names, ", ")[1:] + "."
}

// Consequences are the codes that a cause explains, each once, in the order of the report.
func Consequences(r *report.Report, cause *report.Finding) []string {
	var codes []string
	for _, f := range r.With(report.Consequence) {
		if f.Cause == cause.Fingerprint && !slices.Contains(codes, f.Code) {
			codes = append(codes, f.Code)
		}
	}
	return codes
}

// By names whom a step is for if that is not the owner of the finding; else it is empty.
func By(s report.Step, f *report.Finding, vendor string) string {
	if s.Owner == "" || s.Owner == f.Owner || s.Text == "" {
		return ""
	}
	return report.OwnerName(s.Owner, vendor)
}

// Evidence returns the ids of what the findings rest on, each once, in their order; what was looked for and is empty is
// nothing to show.
func Evidence(r *report.Report, findings []*report.Finding) []string {
	var ids []string
	for _, f := range findings {
		for _, id := range f.Evidence {
			if e, ok := r.Evidence[id]; ok && e.Value != "" && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// Observations returns the ids of all evidence, "e2" before "e12".
func Observations(r *report.Report) []string {
	return slices.SortedFunc(maps.Keys(r.Evidence), func(a, b string) int {
		return cmp.Or(cmp.Compare(number(a), number(b)), strings.Compare(a, b))
	})
}

func number(id string) int {
	n, _ := strconv.Atoi(strings.TrimLeft(id, "e"))
	return n
}

// ranks order the states of checks.
var ranks = []string{checks.Failed.String(), checks.Errored.String(), checks.Warned.String(), checks.Blocked.String(),
	checks.Skipped.String(), checks.Passed.String()}

// Rank is the place of a state in a list of checks: what needs attention first, and a state that nobody knows before all.
func Rank(state string) int { return slices.Index(ranks, state) }

// Aside is the word in front of a finding that is no cause.
func Aside(f *report.Finding) string {
	if f.Impact == checks.Info.String() {
		return "info"
	}
	return "warn"
}

// With names the pathways in a state.
func With(r *report.Report, state string) []string {
	var ids []string
	for _, p := range r.Pathways {
		if p.State == state {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// Others answers whether the causes are all there is, without a promise about what was never reached; it may be empty.
func Others(r *report.Report) string {
	if r.Verdict.State != report.Broken || r.Verdict.ChecksRun == 0 {
		return ""
	}
	what := "No other problem"
	switch {
	case r.Verdict.OtherBlocking > 0:
		what = report.Count(r.Verdict.OtherBlocking, "other blocking problem")
	case len(r.With(report.Unrelated)) > 0:
		what = "Nothing else blocks"
	}
	s := fmt.Sprintf("%s in the %s that could run", what, report.Count(r.Verdict.ChecksRun, "check"))
	switch n := r.Verdict.UntestedBehind; n {
	case 0:
		return s + "."
	case 1:
		return s + "; 1 lies behind this one."
	default:
		return fmt.Sprintf("%s; %d lie behind this one.", s, n)
	}
}

// Untested are the things left out, grouped by the reason, "password entry (no test account)". Names and reasons keep
// at most longest bytes each.
func Untested(r *report.Report, longest int) []string {
	var parts, reasons []string
	if n := r.Verdict.UntestedBehind; n > 0 {
		parts = append(parts, report.Count(n, "step")+" behind the failed one")
	}
	byReason := map[string][]string{}
	for _, u := range r.Untested {
		reason := strings.TrimSuffix(u.Reason, ".")
		if !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
		byReason[reason] = append(byReason[reason], cmp.Or(u.What, u.Pathway, u.Check))
	}
	for _, reason := range reasons {
		names := strings.Join(slices.Compact(byReason[reason]), ", ")
		parts = append(parts, fmt.Sprintf("%s (%s)", fold.Head(names, longest), fold.Head(reason, longest)))
	}
	return parts
}

// Sessions are how a list names a session.
var Sessions = map[string]string{"interactive": "interactive", "service": "service session", "system": "system session",
	"container": "in a container"}

// TestedAs lists user, session, computer, system and proxy as far as they are known.
func TestedAs(r *report.Report) []string {
	c := r.Context
	all := []string{c.User, Sessions[c.Session], c.Host, strings.TrimSpace(c.OS.Name + " " + c.OS.Version), Proxy(c.Proxy)}
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}

// Proxy names the proxy of a context; it is empty if that is not known.
func Proxy(s string) string {
	switch s {
	case "":
		return ""
	case "none":
		return "no proxy"
	}
	return "proxy " + s
}

// Quiet is what is written in place of a document if quiet was asked for: the closing line or, where all is well and only
// the rest is asked for, nothing.
func Quiet(r *report.Report, o report.Options) (line string, quiet bool) {
	switch {
	case o.Quiet > 1 && r.Verdict.State == report.OK:
		return "", true
	case o.Quiet > 0:
		return strings.Join(r.Closing(), " ") + "\n", true
	}
	return "", false
}

// When is the start of the run on the clock of the tested computer.
func When(r *report.Report) string { return r.Local().Format("2 Jan 2006 15:04 -07:00") }

// Act is what to do in a step, or how to prove that it was done, as one sentence.
func Act(s report.Step) string {
	switch {
	case s.Command == "":
		return report.Sentence(s.Text)
	case s.Text == "":
		return "Prove it with: " + s.Command + "."
	}
	return strings.TrimRight(s.Text, ".: ") + ": " + s.Command + "."
}

// A Piece of a text is prose or, where it stood between backticks, code.
type Piece struct {
	Code bool
	Text string
}

// Pieces splits a text of our own at its backticks. One without a partner is prose.
func Pieces(s string) []Piece {
	parts := strings.Split(s, "`")
	if len(parts)%2 == 0 {
		return []Piece{{Text: s}}
	}
	var all []Piece
	for i, part := range parts {
		if part != "" {
			all = append(all, Piece{Code: i%2 == 1, Text: part})
		}
	}
	return all
}

// FindingOf returns the finding that a check reported with a code, or nil.
func FindingOf(r *report.Report, c *report.Check, code string) *report.Finding {
	var same *report.Finding
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Code != code {
			continue
		}
		if c.Subject == "" || c.Subject == f.Endpoint || slices.Contains(f.Hosts, c.Subject) {
			return f
		}
		if same == nil {
			same = f
		}
	}
	return same
}

// Behind says why a check has no result of its own.
func Behind(c *report.Check) string {
	switch {
	case c.Reason != "":
		return c.Reason
	case len(c.BlockedBy) > 0:
		return "blocked by " + strings.Join(c.BlockedBy, ", ")
	}
	return "no reason given"
}
