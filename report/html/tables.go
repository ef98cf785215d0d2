package html

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/report"
	"logindoctor/report/internal/words"
)

// A pathway is one row of the table of pathways.
type pathway struct {
	ID, Took, Result string
	Cells            []cell
}

// A cell is the word of a column, with the check that it leads to.
type cell struct {
	Word, Tone, Anchor string
	Strong             bool
}

func pathways(r *report.Report) []pathway {
	var list []pathway
	for i := range r.Pathways {
		p := &r.Pathways[i]
		row := pathway{ID: p.ID, Took: report.Span(p.DurationSeconds), Result: p.Result}
		for _, id := range report.ColumnIDs {
			row.Cells = append(row.Cells, newCell(r, p, id))
		}
		list = append(list, row)
	}
	return list
}

func newCell(r *report.Report, p *report.Pathway, column string) cell {
	c, ok := p.Column(column)
	if !ok {
		return cell{Word: words.NotOnTheWay, Tone: "idle"}
	}
	return cell{word(c.State), tone(c.State), anchorOf(r, p.ID, column), strong(c.State)}
}

// anchorOf leads to the worst check of a column, or is empty if it has none.
func anchorOf(r *report.Report, pathway, column string) string {
	worst := -1
	for i := range r.Checks {
		c := &r.Checks[i]
		if columnOf(c) != column || !slices.Contains(c.Pathways, pathway) {
			continue
		}
		if worst < 0 || words.Rank(c.State) < words.Rank(r.Checks[worst].State) {
			worst = i
		}
	}
	if worst < 0 {
		return ""
	}
	return anchor(worst)
}

func anchor(check int) string { return fmt.Sprintf("check-%d", check+1) }

// columnOf is the column to which a row belongs (engine.md 1.2).
func columnOf(c *report.Check) string {
	switch {
	case c.Role == string(checks.RoleIDP), c.Role == string(checks.RoleCDN):
		return "idp"
	case c.Stage == "app":
		return "login"
	}
	return c.Stage
}

// A lane is the timing of one pathway.
type lane struct {
	ID   string
	Rows []bar
}

// A bar is one step; its place is in thousandths of the whole.
type bar struct {
	Step, State, Start, Took, X, Width string
}

// timing draws every step that took time.
func (v *view) timing(r *report.Report) {
	end, longest := 0.0, 0.0
	for _, p := range r.Pathways {
		for _, c := range p.Columns {
			end = max(end, c.StartSeconds+c.DurationSeconds)
			if c.DurationSeconds > longest {
				longest = c.DurationSeconds
				v.Slowest = fmt.Sprintf("The slowest step is %s of %s with %s.", words.ColumnNames[c.ID], p.ID, report.Span(longest))
			}
		}
	}
	for _, p := range r.Pathways {
		l := lane{ID: p.ID}
		for _, c := range p.Columns {
			if c.DurationSeconds > 0 {
				l.Rows = append(l.Rows, newBar(c, end))
			}
		}
		if l.Rows != nil {
			v.Waterfall = append(v.Waterfall, l)
		}
	}
	v.Span = report.Span(end)
}

func newBar(c report.Column, end float64) bar {
	const whole, least = 1000, 4 // of a bar that can be seen
	width := max(c.DurationSeconds/end*whole, least)
	return bar{Step: words.ColumnNames[c.ID], State: c.State, Start: millis(c.StartSeconds), Took: millis(c.DurationSeconds),
		X: fmt.Sprintf("%.1f", min(c.StartSeconds/end*whole, whole-width)), Width: fmt.Sprintf("%.1f", width)}
}

// millis is a number for a column of numbers.
func millis(seconds float64) string { return fmt.Sprintf("%.0f ms", math.Round(seconds*1000)) }

// A group holds the checks with similar states.
type group struct {
	Title, Note string
	Open        bool
	Rows        []check
}

// A check is one row of the tables of all checks.
type check struct {
	*report.Check
	Anchor, Ways, Took, Why string
}

func groups(r *report.Report) []group {
	all := []group{{Title: "Needs attention", Note: "What did not pass.", Open: true},
		{Title: "Not reached or not needed", Note: "Each with its reason."}, {Title: "Passed", Note: "Each with the time it took."}}
	for i := range r.Checks {
		c := &r.Checks[i]
		row := check{Check: c, Anchor: anchor(i), Ways: strings.Join(c.Pathways, ", "), Took: millis(c.DurationSeconds), Why: why(c)}
		g := &all[0]
		switch c.State {
		case checks.Passed.String():
			g = &all[2]
		case checks.Blocked.String(), checks.Skipped.String():
			g = &all[1]
		}
		g.Rows = append(g.Rows, row)
	}
	slices.SortStableFunc(all[0].Rows, func(a, b check) int { return words.Rank(a.State) - words.Rank(b.State) })
	return slices.DeleteFunc(all, func(g group) bool { return g.Rows == nil })
}

func why(c *report.Check) string {
	switch {
	case len(c.Findings) > 0:
		return strings.Join(c.Findings, " ")
	case c.State == checks.Passed.String():
		return ""
	}
	return words.Behind(c)
}
