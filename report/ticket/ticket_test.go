package ticket

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"logindoctor/report"
	"logindoctor/report/internal/fold"
	"logindoctor/report/internal/samples"
	"logindoctor/report/redact"
)

var update = flag.Bool("update", false, "write the golden files")

func rendered(t *testing.T, r *report.Report, o report.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Render(&b, redact.Apply(r, redact.Internal), o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	for name, r := range samples.All() {
		file := filepath.Join("testdata", name+".golden")
		got := rendered(t, r, report.Options{File: "signin-20261124-1402.html"})
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(file); err != nil || got != string(want) {
			t.Errorf("%s differs (%v); look at it, then run with -update:\n%s", file, err, got)
		}
	}
}

func every(t *testing.T, f func(t *testing.T, r *report.Report, o report.Options, out string)) {
	for name, r := range samples.All() {
		for _, o := range []report.Options{{}, {ASCII: true}, {File: "/var/lib/reports/signin-20261124-1402.html"}} {
			t.Run(name, func(t *testing.T) { f(t, r, o, rendered(t, r, o)) })
		}
	}
}

func TestLimits(t *testing.T) {
	every(t, func(t *testing.T, r *report.Report, o report.Options, out string) {
		if n := utf8.RuneCountInString(out); n > Budget {
			t.Errorf("%d characters", n)
		}
		lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
		for _, l := range lines {
			if fold.Width(l) > Width {
				t.Errorf("%d columns: %s", fold.Width(l), l)
			}
		}
		word := report.Word(r.Verdict.State)
		if !strings.Contains(lines[0], word) || !strings.HasPrefix(lines[len(lines)-1], word) {
			t.Errorf("no verdict at both ends:\n%s", out)
		}
		if o.ASCII && strings.IndexFunc(out, func(r rune) bool { return r > '~' }) >= 0 {
			t.Errorf("not ASCII:\n%s", out)
		}
	})
}

// A system that turns line breaks into blanks leaves sentences: whatever a new line or item begins was ended before.
func TestSurvivesTheLossOfLineBreaks(t *testing.T) {
	starts := regexp.MustCompile(`^(Cause|Second cause|Third cause|Who must act|Certainty|Steps|Affected|Degraded|Not known|Working|Not tested|` +
		`Tested as|Report|Secrets found|Result|DEMO DATA|The run was|[0-9]+\. |$)`)
	every(t, func(t *testing.T, _ *report.Report, _ report.Options, out string) {
		lines := strings.Split(out, "\n")
		for i := 1; i < len(lines); i++ {
			if before := lines[i-1]; before != "" && starts.MatchString(lines[i]) && !strings.ContainsAny(before[len(before)-1:], ".:?!") {
				t.Errorf("%q has no end", before)
			}
		}
	})
	for name, r := range map[string]*report.Report{"broken": samples.Broken(), "degraded": samples.Degraded(), "causes": samples.Causes()} {
		joined := strings.Join(strings.Fields(rendered(t, r, report.Options{})), " ") // ux.md section 4 rule 55
		if !regexp.MustCompile(`LD[0-9]{4}.*Who must act: [^.]+\..* 1\. .* 2\. `).MatchString(joined) {
			t.Errorf("%s: got %s", name, joined)
		}
	}
}

func TestNoMarkup(t *testing.T) {
	r := samples.Hostile()
	r.Findings[0].Text = `See [here](https://evil.test) ![x](https://evil.test/a.png) <img src=x onerror=alert(1)></p><!-- <?php`
	out := rendered(t, r, report.Options{})
	if bad := regexp.MustCompile(`<[A-Za-z/!?]|\]\(`).FindString(out); bad != "" {
		t.Errorf("%q is in\n%s", bad, out)
	}
	if !strings.Contains(out, "onerror") {
		t.Errorf("the text is lost:\n%s", out)
	}
}

func TestQuiet(t *testing.T) {
	if got := rendered(t, samples.Broken(), report.Options{Quiet: 1}); got != "BROKEN. LD3204. Code CCGGR-G00VK. Fix by: network. 4.2 s.\n" {
		t.Errorf("-q: %q", got)
	}
	if got := rendered(t, samples.Healthy(), report.Options{Quiet: 2}); got != "" {
		t.Errorf("-qq of a healthy run: %q", got)
	}
}

func TestUngatedReportIsRefused(t *testing.T) {
	if err := Render(&bytes.Buffer{}, samples.Broken(), report.Options{}); err != report.ErrUngated {
		t.Errorf("got %v", err)
	}
}
