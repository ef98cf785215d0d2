package text

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"logindoctor/report"
	"logindoctor/report/internal/fold"
	"logindoctor/report/internal/samples"
	"logindoctor/report/redact"
)

var update = flag.Bool("update", false, "write the golden files")

// rendered gates a report if it was not and renders it.
func rendered(t testing.TB, r *report.Report, o report.Options) string {
	t.Helper()
	var b bytes.Buffer
	if !r.Gated() {
		r = redact.Apply(r, redact.Internal)
	}
	if err := Render(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; look at it, then run with -update:\n%s", file, got)
	}
}

func TestGolden(t *testing.T) {
	for name, r := range samples.All() {
		for _, width := range []int{60, 80, 120} {
			o := report.Options{Width: width, ASCII: name == "unknown"}
			if name == "broken" {
				o.File = "signin-20261124-1402.html"
			}
			golden(t, fmt.Sprintf("%s-%d", name, width), rendered(t, r, o))
		}
	}
	for _, name := range []string{"broken", "hostile", "foreign", "degraded"} {
		golden(t, name+"-ascii", rendered(t, samples.All()[name], report.Options{ASCII: true}))
	}
	golden(t, "broken-40", rendered(t, samples.Broken(), report.Options{Width: 40}))
	golden(t, "broken-verbose", rendered(t, samples.Broken(), report.Options{Verbose: 2}))
	golden(t, "broken-color", rendered(t, samples.Broken(), report.Options{Color: true, Verbose: 1}))
}

// every calls f with every sample in every layout.
func every(t *testing.T, f func(t *testing.T, r *report.Report, o report.Options, out string)) {
	for name, r := range samples.All() {
		r = redact.Apply(r, redact.Internal)
		for _, width := range []int{30, 60, 80, 110, 120, 200} {
			for _, o := range []report.Options{{}, {ASCII: true}, {Verbose: 2}, {Quiet: 1}, {File: "/var/lib/reports/signin-20261124-1402.html"}} {
				o.Width = width
				t.Run(fmt.Sprintf("%s/%+v", name, o), func(t *testing.T) { f(t, r, o, rendered(t, r, o)) })
			}
		}
	}
}

func TestLinesFit(t *testing.T) {
	every(t, func(t *testing.T, _ *report.Report, o report.Options, out string) {
		for _, l := range strings.Split(out, "\n") {
			if fold.Width(l) > o.Width && o.Quiet == 0 {
				t.Errorf("%d columns: %s", fold.Width(l), l)
			}
			if strings.TrimRight(l, " ") != l {
				t.Errorf("blanks at the end of %q", l)
			}
		}
	})
}

func TestVerdictAtBothEnds(t *testing.T) {
	every(t, func(t *testing.T, r *report.Report, _ report.Options, out string) {
		lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
		word := report.Word(r.Verdict.State)
		if !strings.Contains(lines[0], word) {
			t.Errorf("first line %q lacks %s", lines[0], word)
		}
		if !strings.HasPrefix(lines[len(lines)-1], word) {
			t.Errorf("last line %q does not begin with %s", lines[len(lines)-1], word)
		}
	})
}

// Only printable characters and line feeds leave the renderer, and in ASCII mode only ASCII.
func TestNothingSteersTheTerminal(t *testing.T) {
	every(t, func(t *testing.T, _ *report.Report, o report.Options, out string) {
		for i, r := range out {
			if r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u202e' || r == '\u2066' || r == '\u200b' || r == '\u2028' || r == '\ufffd') {
				t.Fatalf("%q at %d", r, i)
			}
			if o.ASCII && r > '~' {
				t.Fatalf("%q in ASCII mode", r)
			}
		}
	})
}

var sgr = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestColourRepeatsWhatWordsSay(t *testing.T) {
	for name, r := range samples.All() {
		for _, width := range []int{40, 60, 80, 120} {
			plain := rendered(t, r, report.Options{Width: width, Verbose: 2})
			colored := rendered(t, r, report.Options{Width: width, Verbose: 2, Color: true})
			if !strings.Contains(colored, sgrStart) {
				t.Errorf("%s: no colour at all", name)
			}
			if got := sgr.ReplaceAllString(colored, ""); got != plain {
				t.Errorf("%s at %d: without colour the layout is another one:\n%s\n%s", name, width, got, plain)
			}
		}
	}
}

func TestBudget(t *testing.T) {
	for name, r := range samples.All() {
		for _, o := range []report.Options{{Width: 60}, {Width: 80, Color: true}, {Width: 80, ASCII: true}, {Width: 120}, {Width: 200}} {
			if n := visible(rendered(t, r, o)); n > Budget {
				t.Errorf("%s at %d: %d characters", name, o.Width, n)
			}
		}
	}
	first := rendered(t, samples.Broken(), report.Options{})[:1000]
	for _, want := range []string{"Cause ", "Fix by ", " 1. "} {
		if !strings.Contains(first, want) {
			t.Errorf("%q is not within the first screen of 1,000 bytes:\n%s", want, first)
		}
	}
}

func TestQuiet(t *testing.T) {
	if got := rendered(t, samples.Broken(), report.Options{Quiet: 1}); got != "BROKEN. LD3204. Code CCGGR-G00VK. Fix by: network. 4.2 s.\n" {
		t.Errorf("-q: %q", got)
	}
	if got := rendered(t, samples.Healthy(), report.Options{Quiet: 2}); got != "" {
		t.Errorf("-qq of a healthy run: %q", got)
	}
	if got := rendered(t, samples.Broken(), report.Options{Quiet: 2}); !strings.HasPrefix(got, "BROKEN.") {
		t.Errorf("-qq of a broken run: %q", got)
	}
}

// Whatever a check did not establish is not shown as established.
func TestUnknownIsNeverOK(t *testing.T) {
	for _, state := range []string{"error", "blocked", "skipped", "", "something new"} {
		for _, width := range []int{40, 80, 120} {
			r := samples.Healthy()
			r.Pathways = r.Pathways[:1]
			r.Pathways[0].State, r.Pathways[0].Result = report.Unknown, "unknown"
			for i := range r.Pathways[0].Columns {
				r.Pathways[0].Columns[i].State = state
			}
			r.Verdict.State = report.Unknown
			r.Verdict.Summary.Text = "Cannot tell"
			if out := rendered(t, r, report.Options{Width: width}); regexp.MustCompile(`(?i)\bok\b`).MatchString(out) {
				t.Errorf("state %q at %d is told as ok:\n%s", state, width, out)
			}
		}
	}
}

// A host name, code or command that fits into a line stays whole.
func TestNamesAreNotCut(t *testing.T) {
	for _, width := range []int{60, 80, 120} {
		out := rendered(t, samples.Broken(), report.Options{Width: width, Verbose: 2})
		for _, name := range []string{"login.microsoftonline.com", "10.20.0.8:8080", "logindoctor run --pathway web-sso,desktop", "logindoctor explain LD3204"} {
			if !strings.Contains(out, name) {
				t.Errorf("%q is cut at %d columns", name, width)
			}
		}
	}
}

func TestUngatedReportIsRefused(t *testing.T) {
	if err := Render(&bytes.Buffer{}, samples.Broken(), report.Options{}); err != report.ErrUngated {
		t.Errorf("got %v", err)
	}
}

func BenchmarkText(b *testing.B) {
	for _, width := range []int{80, 120} {
		b.Run(fmt.Sprint(width), func(b *testing.B) {
			r := redact.Apply(samples.Broken(), redact.Internal)
			b.ReportAllocs()
			for b.Loop() {
				render(r, report.Options{Width: width})
			}
		})
	}
}
