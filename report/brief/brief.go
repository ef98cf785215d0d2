// Package brief writes a report in at most 1,000 bytes, for result cells, chats and termination messages.
package brief

import (
	"io"
	"strings"

	"logindoctor/report"
	"logindoctor/report/internal/fold"
	"logindoctor/report/internal/words"
)

// Budget is the most bytes that are written.
const Budget = 1000

// Render writes the verdict first and last, and between them cause, owner, first step and the pathways.
func Render(w io.Writer, r *report.Report, o report.Options) error {
	if !r.Gated() {
		return report.ErrUngated
	}
	_, err := io.WriteString(w, render(r, o))
	return err
}

func render(r *report.Report, o report.Options) string {
	if line, quiet := words.Quiet(r, o); quiet {
		return line
	}
	paragraphs := []string{opening(r)}
	if r.Demo {
		paragraphs = append(paragraphs, "DEMO DATA. Nothing here was measured at a real service.")
	}
	paragraphs = append(paragraphs, middle(r)...)
	return fit(paragraphs, r.Closing(), o)
}

// fit gives each paragraph fewer bytes until all are within the budget.
func fit(paragraphs []string, closing []string, o report.Options) string {
	width := o.Width
	if width == 0 {
		width = 80
	}
	for share := 400; ; share -= 20 {
		var lines []string
		for _, p := range paragraphs {
			if o.ASCII {
				p = fold.ASCII(p)
			}
			lines = append(lines, fold.Lines(fold.Head(p, share), width)...)
		}
		lines = append(lines, fold.Ending(closing, width)...)
		if out := strings.Join(lines, "\n") + "\n"; len(out) <= Budget || share <= 20 {
			return out
		}
	}
}

func opening(r *report.Report) string {
	s := report.Word(r.Verdict.State) + ". " + report.Sentence(r.Verdict.Summary.Text)
	if r.Verdict.PrimaryFinding != "" {
		s += " " + r.Verdict.PrimaryFinding + "."
	}
	return s
}

// The most bytes of a cause and of a step, so that both are told however long one of them is.
const (
	causeBytes = 240
	stepBytes  = 160
)

func middle(r *report.Report) []string {
	var paragraphs []string
	rest := ""
	if f := r.Primary(); f != nil {
		paragraphs = append(paragraphs, "Cause: "+fold.Head(report.Sentence(f.Text), causeBytes))
		rest = "Fix by: " + f.Owner + "."
		if len(f.Steps) > 0 {
			rest += " Step 1: " + fold.Head(report.Sentence(f.Steps[0].Text+f.Steps[0].Command), stepBytes)
		}
	}
	for _, group := range []struct{ state, word string }{{report.Broken, "Broken"}, {report.Degraded, "Degraded"},
		{report.Unknown, "Unknown"}, {report.OK, "Working"}} {
		if ids := words.With(r, group.state); ids != nil {
			rest += " " + group.word + ": " + strings.Join(ids, ", ") + "."
		}
	}
	if rest = strings.TrimSpace(rest); rest != "" {
		paragraphs = append(paragraphs, rest)
	}
	return paragraphs
}
