// Package text writes a report for a person at a terminal: verdict, cause, owner and steps first, what passed last.
package text

import (
	"io"
	"strings"
	"unicode/utf8"

	"logindoctor/report"
	"logindoctor/report/internal/fold"
	"logindoctor/report/internal/words"
)

// A share says how much of the long parts is shown.
type share struct {
	prose   int // bytes of a sentence
	steps   int
	facts   int // evidence
	asides  int // findings that are no cause
	ways    int // rows of the pathway table
	subject int // bytes of a name or a reason
}

// The shares from the most to the least; the first one within the budget is used. With -v there is no budget.
var (
	all    = share{prose: 600, steps: 100, facts: 1000, asides: 1000, ways: 1000, subject: 300}
	most   = share{prose: 400, steps: 5, facts: 10, asides: 8, ways: 20, subject: 120}
	fewest = share{prose: 120, steps: 2, facts: 3, asides: 3, ways: 8, subject: 50}
)

// Budget is the most characters that are written without -v: N-sight cuts the output of a check at 10,000 (ux.md S64).
const Budget = 9500

// Render writes the report.
func Render(w io.Writer, r *report.Report, o report.Options) error {
	if !r.Gated() {
		return report.ErrUngated
	}
	_, err := io.WriteString(w, render(r, o))
	return err
}

func render(r *report.Report, o report.Options) string {
	if o.Quiet > 1 && r.Verdict.State == report.OK {
		return ""
	}
	if o.Quiet > 0 {
		return closingLine(newPage(o), r)
	}
	for _, s := range []share{all, most} {
		out := document(r, o, s)
		if o.Verbose > 0 || visible(out) <= Budget {
			return out
		}
	}
	return document(r, o, fewest)
}

// visible counts characters without the colours.
func visible(s string) int {
	return utf8.RuneCountInString(s) - len(sgrStart)*strings.Count(s, sgrStart)
}

// document writes the blocks in their fixed order; one without content writes nothing.
func document(r *report.Report, o report.Options, s share) string {
	p := newPage(o)
	p.share = s
	p.headline(r)
	p.causes(r)
	p.pathways(r)
	p.evidence(r)
	p.asides(r)
	p.context(r)
	if o.Verbose > 0 {
		p.checks(r)
	}
	if o.Verbose > 1 {
		p.observations(r)
	}
	p.blank()
	p.closing(r, o)
	return p.String()
}

// symbols repeat the verdict for the eye.
var symbols = map[string]string{report.OK: "✓", report.Degraded: "!", report.Broken: "✗", report.Unknown: "?"}

func (p *page) headline(r *report.Report) {
	word := report.Word(r.Verdict.State)
	head := word
	if !p.ascii {
		head = symbols[strings.ToLower(word)] + " " + word
	}
	code := ""
	if r.Verdict.PrimaryFinding != "" {
		code = "[" + r.Verdict.PrimaryFinding + "]"
	}
	indent := fold.Width(head) + 2
	lines := fold.Lines(p.text(fold.Head(r.Verdict.Summary.Text, p.share.prose)), p.width-indent)
	for i, l := range lines {
		before := strings.Repeat(" ", indent)
		if i == 0 {
			before = p.paint(verdictColor(r.Verdict.State), head) + "  "
		}
		if i < len(lines)-1 || code == "" {
			p.line(before + l)
			continue
		}
		gap := p.width - indent - fold.Width(l) - len(code)
		if gap < 2 {
			p.line(before + l)
			before, l, gap = "", "", p.width-len(code)
		}
		p.line(before + l + strings.Repeat(" ", gap) + p.paint(cyan, code))
	}
	if r.Demo {
		p.block("", "", "DEMO DATA "+fold.Hold+"Nothing here was measured at a real service.")
	}
	if !r.Run.Complete {
		p.block("", "  ", "The run was stopped early. What follows is what was known by then.")
	}
}

// mostCauses is how many independent causes are told; the rest is counted.
const mostCauses = 3

func (p *page) causes(r *report.Report) {
	causes := r.With(report.RootCause)
	for i, f := range causes[:min(len(causes), mostCauses)] {
		p.blank()
		if i > 0 {
			p.line("  " + p.paint(bold, []string{"", "Second cause", "Third cause"}[i]) + "  " + p.paint(cyan, f.Code))
		}
		p.cause(r, f, len(causes) > 1)
		p.steps(f, r.Target.Vendor)
	}
	if more := len(causes) - mostCauses; more > 0 {
		p.blank()
		var codes []string
		for _, f := range causes[mostCauses:] {
			codes = append(codes, f.Code)
		}
		p.block("", "  ", report.Count(more, "more cause")+": "+fold.Head(strings.Join(codes, ", "), p.share.prose)+".")
	}
}

func (p *page) cause(r *report.Report, f *report.Finding, several bool) {
	p.label(9, "Cause", fold.Head(f.Text, p.share.prose))
	if folded := consequences(r, f); folded != "" {
		p.label(9, "Leads to", fold.Head(folded, p.share.prose))
	}
	if several && len(f.Pathways) > 0 {
		p.label(9, "Affects", fold.Head(strings.Join(f.Pathways, ", ")+".", p.share.subject))
	}
	who := report.Sentence(words.Who(f, r.Target.Vendor)) + " " + words.Blameless(f, r.Target.Vendor)
	p.label(9, "Fix by", strings.TrimSpace(who))
	p.label(9, "Certain", fold.Head(f.Certain(), p.share.prose))
}

// consequences names the codes that a cause explains, each once.
func consequences(r *report.Report, cause *report.Finding) string {
	var names []string
	times := map[string]int{}
	for _, f := range r.With(report.Consequence) {
		if f.Cause != cause.Fingerprint {
			continue
		}
		if times[f.Code]++; times[f.Code] == 1 {
			names = append(names, f.Code)
		}
	}
	for i, code := range names {
		if times[code] > 1 {
			names[i] = fold.Keep(code + " (" + report.Count(times[code], "time") + ")")
		}
	}
	if names == nil {
		return ""
	}
	return strings.Join(names, ", ") + "."
}

func (p *page) steps(f *report.Finding, vendor string) {
	if len(f.Steps) == 0 && f.Explain == "" {
		return
	}
	p.blank()
	p.title("Next steps")
	last := ""
	for i, s := range f.Steps[:min(len(f.Steps), p.share.steps)] {
		if by := words.By(s, f, vendor); by != "" {
			s.Text = by + ": " + s.Text
		}
		last = p.step(i+1, s)
	}
	if f.Explain == "" {
		return
	}
	more := "More:" + fold.Hold + fold.Hold + fold.Keep("logindoctor explain "+f.Explain)
	const column = 79
	if p.width >= column+fold.Width(more) && last != "" && fold.Width(last) < column-2 {
		p.replaceLast(fold.Pad(last, column) + fold.Lines(more, p.width)[0])
		return
	}
	p.block("", "    ", more)
}

// step writes one step and returns its last line if it is a command.
func (p *page) step(n int, s report.Step) string {
	text := fold.Code(fold.Head(s.Text, p.share.prose))
	if s.Command != "" && text == "" {
		text = "Then prove it:"
	}
	if len(s.Command) > p.share.prose {
		text, s.Command = strings.TrimSuffix(text, ":")+" with the command that -v shows.", ""
	}
	if s.Command != "" {
		text += " " + fold.Hold + fold.Keep(s.Command)
	}
	p.numbered(n, text)
	if s.Command == "" {
		return ""
	}
	return p.last()
}
