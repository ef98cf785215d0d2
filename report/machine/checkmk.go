package machine

import (
	"fmt"
	"strings"

	"logindoctor/report"
	"logindoctor/report/internal/fold"
)

// Checkmk writes the lines of a local check, one service per pathway.
// https://docs.checkmk.com/latest/en/localchecks.html
var Checkmk = lines(checkmk)

// checkmkText is how much of a text a table of services shows.
const checkmkText = 200

func checkmk(r *report.Report, o report.Options) []string {
	demo := ""
	if r.Demo {
		demo = "DEMO DATA. "
	}
	if len(r.Pathways) == 0 {
		why := "no pathway was tested"
		if f := r.Primary(); f != nil {
			why = service(f.Code + " " + f.Title)
		}
		return []string{fmt.Sprintf(`3 "LoginDoctor" duration=%s %s%s`, seconds(r.Run.DurationSeconds), demo, why)}
	}
	var out []string
	for i := range r.Pathways {
		p := &r.Pathways[i]
		code, _ := status(Slow(p, o))
		out = append(out, fmt.Sprintf(`%d "LoginDoctor %s" duration=%s%s %s%s`, code, service(p.ID), seconds(p.DurationSeconds), levels(o), demo,
			service(fold.Head(p.Result+aim(r, p)+tooSlow(p, o), checkmkText))))
	}
	return out
}

// levels are the limits behind a value, ";5;10"; nothing if there are none.
func levels(o report.Options) string {
	if o.Warn == 0 && o.Crit == 0 {
		return ""
	}
	return ";" + limits(o)
}

// service makes a name or text: it cannot hold a quotation mark, and a backslash or bar would begin something else.
func service(s string) string { return strings.NewReplacer(`"`, "'", `\`, "/", "|", "/").Replace(s) }
