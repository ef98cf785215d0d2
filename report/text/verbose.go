package text

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"logindoctor/report"
	"logindoctor/report/internal/fold"
	"logindoctor/report/internal/words"
)

// checks lists every node on one line, failures first.
func (p *page) checks(r *report.Report) {
	if len(r.Checks) == 0 {
		return
	}
	rows := slices.Clone(r.Checks)
	slices.SortStableFunc(rows, func(a, b report.Check) int {
		return cmp.Compare(words.Rank(a.State), words.Rank(b.State))
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
	p.blank()
	p.title("Observations")
	for _, id := range words.Observations(r) {
		e := r.Evidence[id]
		p.coded(id, fmt.Sprintf("%s, %s: %s", cmp.Or(e.Node, e.Check), e.Label, e.Value))
		if e.Raw != "" {
			p.block("", "      ", "raw: "+e.Raw)
		}
	}
}
