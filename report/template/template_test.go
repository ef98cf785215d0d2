package template

import (
	"bytes"
	"strings"
	"testing"

	"logindoctor/report"
	"logindoctor/report/internal/samples"
	"logindoctor/report/redact"
)

func rendered(t *testing.T, text string, r *report.Report, o report.Options) (string, error) {
	t.Helper()
	render, err := Parse("ticket.tmpl", text)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	err = render(&b, redact.Apply(r, redact.Internal), o)
	return b.String(), err
}

func TestTemplate(t *testing.T) {
	const text = `{{upper .verdict.state}} {{.verdict.primary_finding}} after {{.run.duration_seconds}} s, {{.verdict.checks_run}} checks
{{range .findings}}{{if eq .role "root_cause"}}{{.code}}: {{join .pathways ", "}}{{if .due}} by {{.due}}{{end}}
{{end}}{{end}}{{if gt .verdict.untested_behind 5}}much is untested{{end}} {{json .target.pathways}} {{len .checks}}
`
	const want = `BROKEN LD3204 after 4.2 s, 36 checks
LD3204: web-sso, desktop
much is untested ["web-sso","desktop","portal","api"] 38
`
	first, err := rendered(t, text, samples.Broken(), report.Options{})
	if err != nil || first != want {
		t.Errorf("got %s, %v\nwant %s", first, err, want)
	}
	if again, _ := rendered(t, text, samples.Broken(), report.Options{}); again != first {
		t.Error("the second time it differs")
	}
	if out, err := rendered(t, "{{.context.user}} {{.context.host}}", samples.Hostile(), report.Options{ASCII: true}); err != nil ||
		strings.ContainsFunc(out, func(r rune) bool { return r < ' ' || r > '~' }) {
		t.Errorf("got %q, %v", out, err)
	}
}

func TestMistakesNameTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"one\n{{if}}":         "ticket.tmpl:2: ",
		"{{env \"HOME\"}}":    `function "env" not defined`,
		"{{readFile \"/x\"}}": `function "readFile" not defined`,
	} {
		if _, err := Parse("ticket.tmpl", text); err == nil || !strings.Contains(err.Error(), want) || strings.HasPrefix(err.Error(), "template: ") {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := rendered(t, "\n{{.verdict.state.word}}", samples.Broken(), report.Options{}); err == nil || !strings.HasPrefix(err.Error(), "ticket.tmpl:2:") {
		t.Errorf("got %v", err)
	}
}

func TestUngatedReportIsRefused(t *testing.T) {
	render, err := Parse("x", "x")
	if err != nil {
		t.Fatal(err)
	}
	if err := render(&bytes.Buffer{}, samples.Broken(), report.Options{}); err != report.ErrUngated {
		t.Errorf("got %v", err)
	}
}
