package machine

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/report"
	"logindoctor/report/internal/words"
)

// GitHub writes workflow commands, one annotation per finding with the causes first, and the verdict as the last line.
// https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
var GitHub = lines(github)

// githubAnnotations leaves one of the ten that a step may have for what is left out.
const githubAnnotations = 9

func github(r *report.Report, _ report.Options) []string {
	findings := slices.Concat(r.With(report.RootCause), r.With(report.Unrelated), r.With(report.Consequence))
	var out []string
	if r.Demo {
		out = append(out, "::notice title=DEMO DATA::Nothing here was measured at a real service.")
	}
	room := githubAnnotations - len(out)
	for _, f := range findings[:min(len(findings), room)] {
		out = append(out, annotation(r, f))
	}
	if more := len(findings) - room; more > 0 {
		out = append(out, fmt.Sprintf("::notice title=logindoctor::and %d more in the summary.", more))
	}
	return append(out, uncommanded(strings.Join(r.Closing(), " ")))
}

func annotation(r *report.Report, f *report.Finding) string {
	level := "warning"
	switch f.Impact {
	case checks.Blocking.String():
		level = "error"
	case checks.Info.String():
		level = "notice"
	}
	message := report.Sentence(f.Text) + " Fix by " + report.Sentence(words.Who(f, r.Target.Vendor))
	if len(f.Steps) > 0 {
		message += " " + words.Act(f.Steps[0])
	}
	return fmt.Sprintf("::%s title=%s::%s", level, property.Replace(uncommanded(f.Code+" "+f.Title)), data.Replace(uncommanded(message)))
}

// What the runner decodes in properties and in the data behind them.
var (
	property = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	data     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
)

// command is where the runner could see another command inside ours: the old form anywhere in a line, the new one at
// its beginning. Names of commands have at least five letters, groups of an IPv6 address at most four.
var command = regexp.MustCompile(`##\[|::[a-zA-Z-]{5}`)

func uncommanded(s string) string {
	return command.ReplaceAllStringFunc(s, func(m string) string { return m[:1] + " " + m[1:] })
}
