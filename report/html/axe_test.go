package html

import (
	"encoding/json"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"logindoctor/report"
	"logindoctor/report/internal/samples"
	"logindoctor/report/redact"
)

// axe is the auditor of Deque, https://github.com/dequelabs/axe-core, with all of its rules, best practices included.
func axe(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "testdata", "node", "node_modules", "axe-core", "axe.min.js"))
	if err != nil && os.Getenv("LOGINDOCTOR_CI") != "1" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A violation is what axe has against a page.
type violation struct {
	ID    string
	Nodes []string
}

// audited opens a page and lets axe judge it.
func (b *browser) audited(t *testing.T, axe, page string, flags ...string) []violation {
	t.Helper()
	const run = `axe.run(document).then(r => { document.body.dataset.measured = JSON.stringify(r.violations.map(` +
		`v => ({ID: v.id, Nodes: v.nodes.map(n => n.html.slice(0, 200))}))); })`
	page = strings.Replace(ruled(page, "default-src 'unsafe-inline' data:"), "</body>", "<script>"+axe+"</script><script>"+run+"</script></body>", 1)
	dom, console := b.open(t, page, append(flags, "--virtual-time-budget=20000")...)
	m := regexp.MustCompile(`<body data-measured="([^"]*)"`).FindStringSubmatch(dom)
	if m == nil {
		t.Fatalf("axe did not end; console: %s", console)
	}
	var all []violation
	if err := json.Unmarshal([]byte(html.UnescapeString(m[1])), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

const dark = "--blink-settings=preferredColorScheme=0"

// TestAxe lets the auditor judge the page of each verdict, in light and dark, wide or narrow, with everything unfolded.
func TestAxe(t *testing.T) {
	b, axe := newBrowser(t), axe(t)
	if seen := b.audited(t, axe, `<html><body><main><img src="data:,"><p style="color:#999">grey</p></main></body></html>`); len(seen) < 2 {
		t.Fatalf("a bad page has only %v", seen)
	}
	for i, name := range []string{"broken", "healthy", "degraded", "unknown", "hostile"} {
		page := strings.ReplaceAll(rendered(t, samples.All()[name], report.Options{}), "<details", "<details open")
		flags := []string{"--window-size=1280,720"}
		if i%2 == 1 {
			flags = []string{"--window-size=390,844"}
		}
		for _, flags := range [][]string{flags, append(flags, dark)} {
			for _, v := range b.audited(t, axe, page, flags...) {
				t.Errorf("%s %v: %s: %q", name, flags, v.ID, v.Nodes)
			}
		}
	}
}

// TestAxeDiff lets it judge the page of a comparison.
func TestAxeDiff(t *testing.T) {
	b, axe := newBrowser(t), axe(t)
	for _, v := range b.audited(t, axe, compared(t), "--window-size=390,844", dark) {
		t.Errorf("%s: %q", v.ID, v.Nodes)
	}
}

// TestBrowserKeyboard reaches every control and every region that scrolls, in the order of the page.
func TestBrowserKeyboard(t *testing.T) {
	b := newBrowser(t)
	const wrong = `[...document.querySelectorAll("*")].filter(e => {
		const control = e.matches("a[href], button, summary") && e.checkVisibility(), scrolls = e.clientWidth < e.scrollWidth && getComputedStyle(e).overflowX === "auto";
		if (!control && !scrolls) return e.tabIndex > 0;
		e.focus({focusVisible: true});
		return e.tabIndex !== 0 || document.activeElement !== e;
	}).map(e => e.outerHTML.slice(0, 100)).join(" ")`
	if !strings.Contains(style, ":focus-visible { outline: ") {
		t.Error("nobody sees where the keyboard is")
	}
	for name, r := range map[string]*report.Report{"broken": samples.Broken(), "pictures": withPictures(0)} {
		page := strings.ReplaceAll(rendered(t, r, report.Options{}), "<details", "<details open")
		for _, width := range []int{390, 1280} {
			if got := b.measured(t, page, wrong, width, 844); got != "" {
				t.Errorf("%s at %d: %s", name, width, got)
			}
		}
	}
	if got := b.measured(t, `<html><head><meta http-equiv="Content-Security-Policy" content=""></head><body><a href="#x" tabindex="-1">x</a></body></html>`, wrong, 390, 844); got == "" {
		t.Error("a link that no key reaches goes unnoticed")
	}
}

// BenchmarkLargest renders a report of 40 hosts with 30 pictures, of which it shows as many as the budget allows.
func BenchmarkLargest(b *testing.B) {
	r := withPictures(0)
	row := r.Checks[0]
	r.Checks = nil
	for host := range 40 {
		for _, check := range []string{"dns.answers", "tcp.connect", "tls.version", "tls.dates", "tls.chain", "web.answer"} {
			c := row
			c.Check, c.Subject = check, fmt.Sprintf("host%d.myconnectwise.net", host)
			c.ID = c.Check + "@" + c.Subject
			r.Checks = append(r.Checks, c)
			for n := range 4 {
				r.Evidence[fmt.Sprintf("e%d", len(r.Evidence)+1)] = report.Evidence{Check: check, Node: c.ID, Label: fmt.Sprintf("fact %d", n), Value: "seen", Class: "public"}
			}
		}
	}
	r.Artifacts = nil
	for i := range 30 {
		r.Artifacts = append(r.Artifacts, report.Picture(fmt.Sprintf("%s-%d.png", row.ID, i), append(slices.Clone(dot), make([]byte, 250_000)...)))
	}
	r = redact.Apply(r, redact.Internal)
	size := 0
	for b.Loop() {
		size = len(rendered(b, r, report.Options{}))
	}
	b.ReportMetric(float64(size)/1e6, "MB")
	if size > PicturesBudget {
		b.Errorf("%d bytes", size)
	}
}
