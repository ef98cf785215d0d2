package machine

import (
	"fmt"
	"strings"

	"logindoctor/report"
	"logindoctor/report/internal/fold"
)

// Nagios writes a plugin's output: one line with performance data behind the only bar, then one line per pathway.
var Nagios = lines(nagios)

// The limits of a plugin's output: a pager shows 80 characters of the first line, and Nagios 3 reads 4 kB of all.
const (
	nagiosFirst    = 79 // in front of the bar
	nagiosText     = 60 // of them behind the status
	nagiosPathways = 20
	nagiosLine     = 100
	nagiosStep     = 300
	nagiosLabel    = 32
)

func nagios(r *report.Report, o report.Options) []string {
	_, word := status(Verdict(r, o))
	first := fmt.Sprintf("LOGINDOCTOR %s - ", word)
	first += barless(gist(r, o, min(nagiosText, nagiosFirst-len(first)))) + fmt.Sprintf(" | 'total'=%ss;;;0", seconds(r.Run.DurationSeconds))
	var out []string
	if r.Demo {
		out = append(out, demoData)
	}
	shown := r.Pathways[:min(len(r.Pathways), nagiosPathways)]
	for i := range shown {
		p := &shown[i]
		_, word := status(Slow(p, o))
		first += fmt.Sprintf(" '%s'=%ss;%s;0", label(p.ID), seconds(p.DurationSeconds), limits(o))
		out = append(out, barless(fold.Head(p.ID+" "+word+" "+p.Result+aim(r, p)+tooSlow(p, o), nagiosLine)))
	}
	if more := len(r.Pathways) - len(shown); more > 0 {
		out = append(out, report.Count(more, "more pathway")+".")
	}
	if step := firstStep(r); step != "" {
		out = append(out, "Step 1: "+barless(fold.Head(step, nagiosStep)))
	}
	return append([]string{first}, out...)
}

// barless keeps a text from starting performance data.
func barless(s string) string { return strings.ReplaceAll(s, "|", "/") }

// label makes the name of a measurement, which cannot hold a quotation mark, an equals sign or a bar.
func label(s string) string {
	return strings.NewReplacer("'", "", "=", "-", "|", "-").Replace(fold.Head(s, nagiosLabel))
}
