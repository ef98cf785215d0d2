package machine

import (
	"strings"

	"logindoctor/report"
	"logindoctor/report/internal/fold"
)

// Datto writes the result block of a Datto RMM monitor. The word behind STATUS= is one of four in every language.
var Datto = lines(datto)

// dattoText keeps the result within the cell that an alert shows.
const dattoText = 250

func datto(r *report.Report, _ report.Options) []string {
	result := report.Word(r.Verdict.State) + " "
	if f := r.Primary(); f != nil {
		result += f.Code + " fix by " + f.Owner + ": " + f.Title
	} else {
		result += r.Verdict.Summary.Text
	}
	if r.Demo {
		result += " (DEMO DATA)"
	}
	return []string{"<-Start Result->", "STATUS=" + unmarked(fold.Head(result, dattoText)), "<-End Result->"}
}

// unmarked keeps a text from ending the block.
func unmarked(s string) string { return strings.ReplaceAll(s, "<-", "< -") }
