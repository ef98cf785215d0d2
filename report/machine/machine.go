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
func renderer(write func(b *bytes.Buffer, r *report.Report) error, ascii func(string) string) report.Renderer {
	return func(w io.Writer, r *report.Report, o report.Options) error {
		if !r.Gated() {
			return report.ErrUngated
		}
		var b bytes.Buffer
		if err := write(&b, r); err != nil {
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
func lines(write func(r *report.Report) []string) report.Renderer {
	return renderer(func(b *bytes.Buffer, r *report.Report) error {
		for _, l := range write(r) {
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

// gist is the verdict in a few words, "2 of 4 pathways broken, LD3204, fix by network". Unless something is broken or
// unknown it has the depth, so that nobody reads more into it than was tested.
func gist(r *report.Report, room int) string {
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
