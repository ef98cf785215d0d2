// Package machine writes a report for programs that are not ours: monitors, build servers, spreadsheets and metrics.
package machine

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"logindoctor/report"
	"logindoctor/report/internal/fold"
	"logindoctor/report/internal/words"
)

// renderer makes a report.Renderer out of a function that writes a gated report to memory.
func renderer(write func(b *bytes.Buffer, r *report.Report, o report.Options) error, ascii func(string) string) report.Renderer {
	return func(w io.Writer, r *report.Report, o report.Options) error {
		if !r.Gated() {
			return report.ErrUngated
		}
		var b bytes.Buffer
		if err := write(&b, r, o); err != nil {
			return err
		}
		out := b.String()
		if o.ASCII {
			out = ascii(out)
		}
		_, err := io.WriteString(w, out)
		return err
	}
}

// demoData is the line under the verdict of a report that the lab made.
const demoData = "DEMO DATA. Nothing here was measured at a real service."

// lines makes a renderer out of a function that returns lines of text.
func lines(write func(r *report.Report, o report.Options) []string) report.Renderer {
	return renderer(func(b *bytes.Buffer, r *report.Report, o report.Options) error {
		for _, l := range write(r, o) {
			b.WriteString(l + "\n")
		}
		return nil
	}, fold.ASCII)
}

// status maps a verdict or the state of a pathway to the service states of Nagios, which its relatives share.
// https://nagios-plugins.org/doc/guidelines.html, "Plugin Return Codes"
func status(state string) (code int, word string) {
	names := []string{"OK", "WARNING", "CRITICAL", "UNKNOWN"}
	code = slices.Index([]string{report.OK, report.Degraded, report.Broken}, state)
	if code < 0 {
		code = len(names) - 1
	}
	return code, names[code]
}

// worse orders states by what a monitor does about them.
var worse = []string{report.OK, report.Degraded, report.Unknown, report.Broken}

// Slow is the state of a pathway for a monitor: its own, or that of the limit that its time is beyond.
func Slow(p *report.Pathway, o report.Options) string {
	state := p.State
	switch {
	case o.Crit > 0 && p.DurationSeconds > o.Crit:
		state = report.Broken
	case o.Warn > 0 && p.DurationSeconds > o.Warn:
		state = report.Degraded
	}
	if slices.Index(worse, state) > slices.Index(worse, p.State) {
		return state
	}
	return p.State
}

// Verdict is that of the report, or of its slowest pathway if that is worse.
func Verdict(r *report.Report, o report.Options) string {
	verdict := r.Verdict.State
	for i := range r.Pathways {
		if s := Slow(&r.Pathways[i], o); s != r.Pathways[i].State && slices.Index(worse, s) > slices.Index(worse, verdict) {
			verdict = s
		}
	}
	return verdict
}

// slow counts the pathways that are beyond a limit.
func slow(r *report.Report, o report.Options) int {
	n := 0
	for i := range r.Pathways {
		if tooSlow(&r.Pathways[i], o) != "" {
			n++
		}
	}
	return n
}

// tooSlow says that a pathway is beyond a limit, ", slower than 5 s"; it may be empty.
func tooSlow(p *report.Pathway, o report.Options) string {
	switch Slow(p, o) {
	case p.State:
		return ""
	case report.Broken:
		return ", slower than " + report.Span(o.Crit)
	}
	return ", slower than " + report.Span(o.Warn)
}

// limits are the warning and critical values of performance data, "5;10"; what is not set is empty.
func limits(o report.Options) string {
	text := func(seconds float64) string {
		if seconds == 0 {
			return ""
		}
		return strconv.FormatFloat(seconds, 'f', -1, 64)
	}
	return text(o.Warn) + ";" + text(o.Crit)
}

// gist is the verdict in a few words, "2 of 4 pathways broken, LD3204, fix by network". Unless something is broken or
// unknown it has the depth, so that nobody reads more into it than was tested.
func gist(r *report.Report, o report.Options, room int) string {
	if n := slow(r, o); n > 0 && Verdict(r, o) != r.Verdict.State {
		return fold.Head(fmt.Sprintf("%s too slow, otherwise %s", report.Count(n, "pathway"), r.Verdict.State), room)
	}
	state := strings.ToLower(report.Word(r.Verdict.State))
	what := fmt.Sprintf("%d of %s %s", len(words.With(r, state)), report.Count(len(r.Pathways), "pathway"), state)
	if state == report.OK || state == report.Degraded {
		what += " (" + r.Verdict.Depth + ")"
	}
	f := r.Primary()
	if f == nil {
		return fold.Head(what, room)
	}
	for _, who := range []string{", fix by ", ", "} {
		if s := what + ", " + f.Code + who + f.Owner; len(s) <= room {
			return s
		}
	}
	return fold.Head(what+", "+f.Code, room)
}

// aim is who must act on a pathway that is not well, ", LD3204, fix by network"; it may be empty.
func aim(r *report.Report, p *report.Pathway) string {
	for _, f := range r.With(report.RootCause) {
		if p.State != report.OK && slices.Contains(f.Pathways, p.ID) {
			return ", " + f.Code + ", fix by " + f.Owner
		}
	}
	return ""
}

// firstStep is what to do first about the primary finding; it may be empty.
func firstStep(r *report.Report) string {
	f := r.Primary()
	if f == nil || len(f.Steps) == 0 {
		return ""
	}
	return words.Act(f.Steps[0])
}

// seconds writes a duration in the unit and with the precision of the document.
func seconds(s float64) string { return strconv.FormatFloat(s, 'f', 3, 64) }
