package markdown

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"logindoctor/report"
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
	for _, name := range []string{"broken", "healthy", "degraded", "unknown", "hostile", "causes"} {
		file := filepath.Join("testdata", name+".md")
		got := rendered(t, samples.All()[name], report.Options{})
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

func every(t *testing.T, f func(t *testing.T, r *report.Report, out string)) {
	for name, r := range samples.All() {
		for _, o := range []report.Options{{}, {ASCII: true}} {
			t.Run(name, func(t *testing.T) { f(t, r, rendered(t, r, o)) })
		}
	}
}

func TestShape(t *testing.T) {
	every(t, func(t *testing.T, r *report.Report, out string) {
		lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
		word := report.Word(r.Verdict.State)
		if !strings.HasPrefix(lines[0], "# "+word) || !strings.HasPrefix(lines[len(lines)-1], word) {
			t.Errorf("no verdict at both ends:\n%s", out)
		}
		if len(out) > Budget {
			t.Errorf("%d bytes", len(out))
		}
		if strings.Contains(out, "\n\n\n") {
			t.Errorf("two empty lines:\n%s", out)
		}
	})
}

// Every row of a table has as many cells as its header.
func TestTables(t *testing.T) {
	escaped := regexp.MustCompile(`\\.`)
	every(t, func(t *testing.T, _ *report.Report, out string) {
		cells := 0
		for _, l := range strings.Split(out, "\n") {
			if !strings.HasPrefix(l, "|") {
				cells = 0
				continue
			}
			n := strings.Count(escaped.ReplaceAllString(l, ""), "|")
			if cells == 0 {
				cells = n
			}
			if n != cells {
				t.Errorf("%d bars, the header has %d: %s", n, cells, l)
			}
		}
	})
}

// Outside code nothing that was observed is markup.
func TestNothingForeignIsMarkup(t *testing.T) {
	code := regexp.MustCompile("(^|[^\\\\`])(`+)[^`].*?[^`]?(`+)")
	escaped := regexp.MustCompile(`\\[!-/:-@\[-\x60{-~]`)
	every(t, func(t *testing.T, _ *report.Report, out string) {
		for _, l := range strings.Split(out, "\n") {
			l = strings.TrimPrefix(escaped.ReplaceAllString(code.ReplaceAllString(l, "$1"), ""), "> ")
			if i := strings.IndexAny(l, "<>[]`~&"); i >= 0 {
				t.Errorf("%q is markup in %s", l[i], l)
			}
			if strings.Contains(l, "://") {
				t.Errorf("a link: %s", l)
			}
		}
	})
}

func TestEscape(t *testing.T) {
	for in, want := range map[string]string{"plain text.": "plain text.", "a|b": `a\|b`, "<b>": `\<b\>`, "- x": `\- x`, "12. x": `12\. x`,
		"1) x": `1\) x`, "[x](https://evil.test)": `\[x\](https:\//evil.test)`, "&lt;": `\&lt;`, "`x`": "\\`x\\`", `a\b`: `a\\b`} {
		if got := escape(in); got != want {
			t.Errorf("escape(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"x": "`x`", "a`b": "`` a`b ``", "``": "``` `` ```", "": ""} {
		if got := code(in); got != want {
			t.Errorf("code(%q) = %q, want %q", in, got, want)
		}
	}
	if got, want := inline("Run `a|b` *now*."), "Run `a|b` \\*now\\*."; got != want {
		t.Errorf("inline: %q, want %q", got, want)
	}
}

// A report of any size stays within the budget.
func TestBudget(t *testing.T) {
	r := samples.Worst()
	for range 5 {
		r.Findings = append(r.Findings, r.Findings...)
		r.Pathways = append(r.Pathways, r.Pathways...)
	}
	if out := rendered(t, r, report.Options{}); len(out) > Budget || !strings.Contains(out, "more rows are left out") {
		t.Errorf("%d bytes", len(out))
	}
}

func TestUngatedReportIsRefused(t *testing.T) {
	if err := Render(&bytes.Buffer{}, samples.Broken(), report.Options{}); err != report.ErrUngated {
		t.Errorf("got %v", err)
	}
}
