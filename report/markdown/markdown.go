// Package markdown writes a report for systems that render Markdown with tables: GitHub, GitLab and chats.
package markdown

import (
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"

	"logindoctor/report"
	"logindoctor/report/internal/fold"
	"logindoctor/report/internal/words"
)

// Budget is the most bytes that are written; the summary of a step on GitHub holds 1 MiB (ux.md 2.5).
const Budget = 900_000

// Render writes the report.
func Render(w io.Writer, r *report.Report, o report.Options) error {
	if !r.Gated() {
		return report.ErrUngated
	}
	_, err := io.WriteString(w, render(r, o))
	return err
}

func render(r *report.Report, o report.Options) string {
	out, quiet := words.Quiet(r, o)
	if quiet {
		return out
	}
	for _, rows := range []int{10_000, 300, 30} {
		if out = document(r, rows); len(out) <= Budget {
			break
		}
	}
	if o.ASCII {
		out = fold.ASCII(out)
	}
	return out
}

// A page collects blocks, of which none has more than rows rows.
type page struct {
	strings.Builder
	rows int
}

func document(r *report.Report, rows int) string {
	p := &page{rows: rows}
	p.heading(r)
	causes := r.With(report.RootCause)
	for i, f := range causes[:min(len(causes), rows)] {
		p.cause(r, f, i)
	}
	p.pathways(r)
	p.evidence(r, causes)
	p.asides(r)
	p.context(r)
	p.block(escape(strings.Join(r.Closing(), " ")))
	return strings.TrimPrefix(p.String(), "\n")
}

// block writes lines behind an empty one.
func (p *page) block(lines ...string) {
	p.WriteString("\n" + strings.Join(lines, "\n") + "\n")
}

func (p *page) heading(r *report.Report) {
	p.block("# " + report.Word(r.Verdict.State) + ": " + escape(r.Verdict.Summary.Text))
	var facts []string
	if f := r.Primary(); f != nil {
		facts = append(facts, "**"+escape(f.Code)+"**", "fix by **"+escape(words.Who(f, r.Target.Vendor))+"**", escape(f.Certainty))
	}
	p.block(strings.Join(append(facts, escape(words.When(r))), " · "))
	if r.Demo {
		p.block("> **DEMO DATA.** Nothing here was measured at a real service.")
	}
	if !r.Run.Complete {
		p.block("> The run was stopped early. What follows is what was known by then.")
	}
}

func (p *page) cause(r *report.Report, f *report.Finding, i int) {
	title := "## Cause"
	if i > 0 {
		title = "## Further cause: " + escape(f.Code)
	}
	p.block(title)
	p.block(inline(f.Text))
	who := "- **Fix by:** " + escape(report.Sentence(words.Who(f, r.Target.Vendor))) + " " + escape(words.Blameless(f, r.Target.Vendor))
	lines := []string{strings.TrimSpace(who), "- **Certain:** " + escape(f.Certain())}
	if len(f.Pathways) > 0 {
		lines = append(lines, "- **Affects:** "+escape(strings.Join(f.Pathways, ", "))+".")
	}
	if codes := words.Consequences(r, f); codes != nil {
		lines = append(lines, "- **Causes:** "+escape(strings.Join(codes, ", "))+".")
	}
	p.block(lines...)
	p.steps(f, r.Target.Vendor)
}

func (p *page) steps(f *report.Finding, vendor string) {
	if len(f.Steps) == 0 {
		return
	}
	p.block("### Next steps")
	var lines []string
	for i, s := range f.Steps[:min(len(f.Steps), p.rows)] {
		text := inline(s.Text)
		switch {
		case s.Text == "":
			text = "Then prove it: " + code(s.Command)
		case s.Command != "":
			text = strings.TrimRight(text, ".: ") + ": " + code(s.Command)
		}
		if by := words.By(s, f, vendor); by != "" {
			text = "*" + escape(by) + ":* " + text
		}
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, text))
	}
	p.block(lines...)
	if f.Explain != "" {
		p.block("More: " + code("logindoctor explain "+f.Explain))
	}
}

// table writes rows of cells that are Markdown already; the first one is the header.
func (p *page) table(rows [][]string) {
	p.WriteByte('\n')
	for i, cells := range rows[:min(len(rows), p.rows+1)] {
		p.WriteString("| " + strings.Join(cells, " | ") + " |\n")
		if i == 0 {
			p.WriteString(strings.Repeat("|---", len(cells)) + "|\n")
		}
	}
	if more := len(rows) - 1 - p.rows; more > 0 {
		p.block(fmt.Sprintf("%d more rows are left out.", more))
	}
}

func (p *page) pathways(r *report.Report) {
	if len(r.Pathways) == 0 {
		return
	}
	p.block("## Pathways")
	rows := [][]string{{"Pathway"}}
	for _, id := range report.ColumnIDs {
		rows[0] = append(rows[0], words.ColumnNames[id])
	}
	rows[0] = append(rows[0], "Time", "Result")
	for i := range r.Pathways {
		w := &r.Pathways[i]
		row := []string{escape(w.ID)}
		for _, id := range report.ColumnIDs {
			cell := words.Cell(w, id)
			if cell == "FAIL" {
				cell = "**FAIL**"
			}
			row = append(row, cell)
		}
		rows = append(rows, append(row, report.Span(w.DurationSeconds), escape(w.Result)))
	}
	p.table(rows)
}

func (p *page) evidence(r *report.Report, causes []*report.Finding) {
	rows := [][]string{{"Id", "Observation", "Seen", "Check"}}
	for _, id := range words.Evidence(r, causes) {
		e := r.Evidence[id]
		rows = append(rows, []string{escape(id), escape(e.Label), cell(e.Value), escape(e.Check)})
	}
	others := words.Others(r)
	if len(rows) == 1 && others == "" {
		return
	}
	p.block("## Evidence")
	if len(rows) > 1 {
		p.table(rows)
	}
	if others != "" {
		p.block(others)
	}
}

func (p *page) asides(r *report.Report) {
	found := r.With(report.Unrelated)
	if len(found) == 0 {
		return
	}
	title := "## Also noticed"
	if r.Verdict.State == report.Broken {
		title += " (does not explain the failure)"
	}
	p.block(title)
	var lines []string
	for _, f := range found[:min(len(found), p.rows)] {
		lines = append(lines, "- **"+escape(f.Code)+"** "+words.Aside(f)+": "+inline(f.Text))
	}
	p.block(lines...)
}

func (p *page) context(r *report.Report) {
	p.block("## What was looked at")
	var lines []string
	if missing := words.Untested(r, math.MaxInt); missing != nil {
		lines = append(lines, "- **Not tested:** "+escape(report.Sentence(strings.Join(missing, "; "))))
	}
	for _, l := range r.Limits[:min(len(r.Limits), p.rows)] {
		lines = append(lines, "- **Limit:** "+escape(report.Sentence(l.Text)))
	}
	lines = append(lines, "- **Tested as:** "+escape(report.Sentence(strings.Join(words.TestedAs(r), ", "))),
		"- **Run:** "+code(r.Run.ID)+", "+escape(strings.TrimSpace(r.Tool.Name+" "+r.Tool.Version))+".")
	p.block(lines...)
}

// Characters that begin something in Markdown, anywhere and at the beginning of a line.
var (
	special = regexp.MustCompile("[\\\\`*_\\[\\]<>|~#&$]|://")
	leading = regexp.MustCompile(`^([-+=]|[0-9]+[.)])`)
)

// escape makes a text that is shown as it is.
func escape(s string) string {
	s = special.ReplaceAllStringFunc(s, func(m string) string {
		if m == "://" { // nothing that a server said becomes a link
			return `:\//`
		}
		return `\` + m
	})
	return leading.ReplaceAllStringFunc(s, func(m string) string { return m[:len(m)-1] + `\` + m[len(m)-1:] })
}

// inline writes a text of our own, in which backticks mark code.
func inline(s string) string {
	var b strings.Builder
	for _, piece := range words.Pieces(s) {
		if piece.Code {
			b.WriteString(code(piece.Text))
			continue
		}
		b.WriteString(escape(piece.Text))
	}
	return b.String()
}

var ticks = regexp.MustCompile("`+")

// code writes a text between more backticks than it has in a row.
func code(s string) string {
	longest := 0
	for _, run := range ticks.FindAllString(s, -1) {
		longest = max(longest, len(run))
	}
	if strings.TrimSpace(s) == "" {
		return ""
	}
	fence, blank := strings.Repeat("`", longest+1), ""
	if longest > 0 {
		blank = " "
	}
	return fence + blank + s + blank + fence
}

// cell is code in a table, where a bar ends the cell even within code.
func cell(s string) string { return code(strings.ReplaceAll(s, "|", `\|`)) }
