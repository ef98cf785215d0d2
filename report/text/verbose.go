package text

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"logindoctor/checks"
	"logindoctor/report"
	"logindoctor/report/internal/fold"
)

// rank orders the states of checks: what needs attention first.
var rank = []string{checks.Failed.String(), checks.Errored.String(), checks.Warned.String(), checks.Blocked.String(),
	checks.Skipped.String(), checks.Passed.String()}

// checks lists every node on one line, failures first.
func (p *page) checks(r *report.Report) {
	if len(r.Checks) == 0 {
		return
	}
	rows := slices.Clone(r.Checks)
	slices.SortStableFunc(rows, func(a, b report.Check) int {
		return cmp.Compare(slices.Index(rank, a.State), slices.Index(rank, b.State))
	})
	p.blank()
	p.title(fmt.Sprintf("All checks (%d)", len(rows)))
	names := 0
	for _, c := range rows {
		names = max(names, len(c.Check))
	}
	for _, c := range rows {
		p.check(c, names)
	}
}

// check writes "FAIL     tls.issuer  web-sso  login.example  884 ms  LD3204".
func (p *page) check(c report.Check, names int) {
	const states = 7 // columns of the longest word
	word := map[string]string{"pass": "ok", "fail": "FAIL"}[c.State]
	if word == "" {
		word = c.State
	}
	parts := []string{fold.Pad(p.text(c.Check), names)}
	if len(c.Pathways) > 0 {
		parts = append(parts, strings.Join(c.Pathways, ","))
	}
	if c.Subject != "" {
		parts = append(parts, c.Subject)
	}
	if c.DurationSeconds > 0 {
		parts = append(parts, fmt.Sprintf("%.0f ms", c.DurationSeconds*1000))
	}
	parts = append(parts, c.Findings...)
	switch {
	case c.Reason != "":
		parts = append(parts, c.Reason)
	case len(c.BlockedBy) > 0:
		parts = append(parts, "behind "+strings.Join(c.BlockedBy, ", "))
	}
	for i, s := range parts {
		if i < len(parts)-1 {
			parts[i] = fold.Keep(s + " ") // two blanks between parts
		}
	}
	head := "    " + p.paintCell(fold.Pad(word, states)) + "  "
	p.hang(head, 4+states+2, p.text(strings.Join(parts, " ")))
}

// observations lists every piece of evidence with what the other side said.
func (p *page) observations(r *report.Report) {
	if len(r.Evidence) == 0 {
		return
	}
	ids := make([]string, 0, len(r.Evidence))
	for id := range r.Evidence {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int {
		return cmp.Or(cmp.Compare(number(a), number(b)), strings.Compare(a, b))
	})
	p.blank()
	p.title("Observations")
	for _, id := range ids {
		e := r.Evidence[id]
		where := e.Node
		if where == "" {
			where = e.Check
		}
		p.coded(id, fmt.Sprintf("%s, %s: %s", where, e.Label, e.Value))
		if e.Raw != "" {
			p.block("", "      ", "raw: "+e.Raw)
		}
	}
}

// number is that of "e12".
func number(id string) int {
	n, _ := strconv.Atoi(strings.TrimLeft(id, "e"))
	return n
}
