// Package ticket writes a report as the note of a ticket: plain text that is also Markdown and survives losing its line breaks.
package ticket

import (
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"unicode/utf8"

	"logindoctor/report"
	"logindoctor/report/internal/fold"
	"logindoctor/report/internal/words"
)

// The limits of a note: the characters of all and of a line. The length that tickets take is not documented (ux.md 5).
const (
	Budget = 2000
	Width  = 76
)

// A share says how much of the long parts is told.
type share struct{ prose, steps, causes int }

// shares go from the most to the least; the first one within the budget is used.
var shares = []share{{600, 20, 3}, {400, 8, 3}, {300, 5, 3}, {220, 4, 2}, {160, 3, 2}, {120, 2, 1}, {70, 2, 1}}

// Render writes the note.
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
	for _, s := range shares {
		if out = note(r, o, s); utf8.RuneCountInString(out) <= Budget {
			break
		}
	}
	return out
}

// A page collects paragraphs in which every sentence ends with a mark.
type page struct {
	b     strings.Builder
	ascii bool
	share share
}

func note(r *report.Report, o report.Options, s share) string {
	p := &page{ascii: o.ASCII, share: s}
	p.heading(r)
	causes := r.With(report.RootCause)
	for i, f := range causes[:min(len(causes), s.causes)] {
		p.cause(r, f, i)
	}
	if more := len(causes) - s.causes; more > 0 {
		p.gap()
		p.say(report.Count(more, "more cause") + " in the report.")
	}
	if len(causes) == 0 {
		p.gap()
		p.say("Result: " + report.Sentence(r.Verdict.Summary.Text))
	}
	p.gap()
	p.scope(r)
	if o.File != "" {
		p.say("Report: " + o.File + ".")
	}
	p.say(fmt.Sprintf("Secrets found and removed: %d.", r.Redaction.Removed[report.ClassSecret]))
	p.gap()
	for _, l := range fold.Ending(r.Closing(), Width) {
		p.b.WriteString(l + "\n")
	}
	return p.b.String()
}

func (p *page) heading(r *report.Report) {
	head := "Sign-in diagnosis: " + strings.TrimSuffix(r.Closing()[0], ".")
	if r.Verdict.PrimaryFinding != "" {
		head += " (" + r.Verdict.PrimaryFinding + ")"
	}
	p.say(head + ", " + words.When(r) + ".")
	if r.Demo {
		p.say("DEMO DATA. Nothing here was measured at a real service.")
	}
	if !r.Run.Complete {
		p.say("The run was stopped early. What follows is what was known by then.")
	}
}

func (p *page) cause(r *report.Report, f *report.Finding, i int) {
	name := "Cause: "
	if i > 0 {
		name = []string{"", "Second cause", "Third cause"}[i] + " (" + f.Code + "): "
	}
	p.gap()
	p.say(name + p.short(report.Sentence(f.Text)))
	p.say(strings.TrimSpace("Who must act: " + report.Sentence(words.Who(f, r.Target.Vendor)) + " " + words.Blameless(f, r.Target.Vendor)))
	p.say("Certainty: " + p.short(f.Certain()))
	if len(f.Steps) == 0 {
		return
	}
	p.b.WriteString("Steps:\n")
	for n, s := range told(f.Steps, p.share.steps) {
		if by := words.By(s, f, r.Target.Vendor); by != "" {
			s.Text = by + ": " + s.Text
		}
		if len(s.Command) > p.share.prose {
			s.Text, s.Command = strings.TrimRight(s.Text, ".: ")+" with the command in the report", ""
		}
		s.Text, s.Command = p.short(s.Text), fold.Keep(s.Command)
		p.hang(fmt.Sprintf("%d. ", n+1), strings.TrimSpace(words.Act(s)))
	}
}

// told picks the first steps and the last one, which is the proof.
func told(steps []report.Step, n int) []report.Step {
	if len(steps) <= n {
		return steps
	}
	return append(append([]report.Step{}, steps[:n-1]...), steps[len(steps)-1])
}

// scope says what is affected, what was left out and through whose eyes it was seen.
func (p *page) scope(r *report.Report) {
	var groups []string
	for _, g := range []struct{ state, word string }{{report.Broken, "Affected"}, {report.Degraded, "Degraded"}, {report.Unknown, "Not known"},
		{report.OK, "Working"}} {
		if ids := words.With(r, g.state); ids != nil {
			groups = append(groups, g.word+": "+p.short(strings.Join(ids, ", ")+"."))
		}
	}
	p.say(strings.Join(groups, " "))
	if missing := words.Untested(r, math.MaxInt); missing != nil {
		p.say("Not tested: " + p.short(report.Sentence(strings.Join(missing, "; "))))
	}
	p.say("Tested as: " + p.short(report.Sentence(strings.Join(words.TestedAs(r), ", "))))
}

// short keeps the beginning of a text.
func (p *page) short(s string) string { return fold.Head(s, p.share.prose) }

func (p *page) gap() { p.b.WriteByte('\n') }

// say writes one paragraph without a gap behind it.
func (p *page) say(s string) { p.hang("", s) }

// hang writes a text behind a mark, with as many blanks in front of the other lines.
func (p *page) hang(mark, s string) {
	s = fold.Code(inert(s))
	if p.ascii {
		s = fold.ASCII(s)
	}
	for i, l := range fold.Lines(s, Width-len(mark)) {
		if l == "" {
			continue
		}
		if i > 0 {
			mark = strings.Repeat(" ", len(mark))
		}
		p.b.WriteString(mark + l + "\n")
	}
}

// markup is where a page that shows the note could see an element, a link or a picture.
var markup = regexp.MustCompile(`<[A-Za-z/!?]|\]\(`)

func inert(s string) string {
	return markup.ReplaceAllStringFunc(s, func(m string) string { return m[:1] + " " + m[1:] })
}
