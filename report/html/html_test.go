package html

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"logindoctor/report"
	"logindoctor/report/internal/samples"
	"logindoctor/report/json"
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

// every calls f with the page of every sample, parsed.
func every(t *testing.T, f func(t *testing.T, r *report.Report, out string, page *html.Node)) {
	all := samples.All()
	all["pictures"] = withPictures(20_000)
	all["empty"] = &report.Report{}
	for name, r := range all {
		t.Run(name, func(t *testing.T) {
			out := rendered(t, r, report.Options{})
			page, err := html.Parse(strings.NewReader(out))
			if err != nil {
				t.Fatal(err)
			}
			f(t, redact.Apply(r, redact.Internal), out, page)
		})
	}
}

// withPictures is a report with a picture of this many bytes, one without data, and one that no page may hold.
func withPictures(size int) *report.Report {
	r := samples.Broken()
	r.Checks[len(r.Checks)-1].ID = "tls.issuer@login.microsoftonline.com"
	big := append(slices.Clone(dot), make([]byte, size)...)
	r.Artifacts = []report.Artifact{report.Picture("tls.issuer@login.microsoftonline.com-page.png", big),
		{Name: `web.answer"><script>alert(1)</script>.png`, MediaType: "image/png", Bytes: 5},
		{Name: "drawing.svg", MediaType: "image/svg+xml", Bytes: 5, Data: []byte("<svg>")}}
	return r
}

// dot is a PNG of one grey pixel.
var dot = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\nIDATx\x9cch\x00\x00" +
	"\x00\x82\x00\x81w\xcdr\xb6\x00\x00\x00\x00IEND\xaeB`\x82")

func TestGolden(t *testing.T) {
	for _, name := range []string{"broken", "healthy", "degraded", "unknown", "hostile", "causes"} {
		file := filepath.Join("testdata", name+".html")
		got := rendered(t, samples.All()[name], report.Options{})
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(file); err != nil || got != string(want) {
			t.Errorf("%s differs (%v); look at it, then run with -update", file, err)
		}
	}
}

// elements returns those with one of the names, in their order.
func elements(n *html.Node, names ...string) []*html.Node {
	var all []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && (len(names) == 0 || slices.Contains(names, d.Data)) {
			all = append(all, d)
		}
	}
	return all
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// seen is the text that is shown without scripts, also in what is folded.
func seen(n *html.Node) string {
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode && (has(n, "hidden") || slices.Contains([]string{"script", "style", "template", "title"}, n.Data)) {
			return
		}
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
		if n.Type == html.ElementNode && n.Data != "code" && n.Data != "bdi" {
			b.WriteByte(' ')
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

func TestStructure(t *testing.T) {
	every(t, func(t *testing.T, r *report.Report, _ string, page *html.Node) {
		for _, landmark := range []string{"h1", "header", "main", "nav", "footer", "title"} {
			if n := len(elements(page, landmark)); n != 1 {
				t.Errorf("%d elements %s", n, landmark)
			}
		}
		if h1 := seen(elements(page, "h1")[0]); !strings.HasPrefix(h1, report.Word(r.Verdict.State)) {
			t.Errorf("h1 is %q", h1)
		}
		if lang := attr(elements(page, "html")[0], "lang"); lang != "en" {
			t.Errorf("lang is %q", lang)
		}
		level := 1
		for _, h := range elements(page, "h1", "h2", "h3", "h4", "h5", "h6") {
			if now := int(h.Data[1] - '0'); now > level+1 {
				t.Errorf("h%d behind h%d: %s", now, level, seen(h))
			} else {
				level = now
			}
		}
		for _, table := range elements(page, "table") {
			if captions := elements(table, "caption"); len(captions) != 1 || seen(captions[0]) == "" {
				t.Error("a table without caption")
			}
			for _, th := range elements(table, "th") {
				if !slices.Contains([]string{"col", "row", "rowgroup"}, attr(th, "scope")) {
					t.Errorf("th %q has scope %q", seen(th), attr(th, "scope"))
				}
			}
			if region := table.Parent; attr(region, "tabindex") != "0" || attr(region, "aria-label") == "" {
				t.Error("a table that scrolls cannot be reached with the keyboard")
			}
			columns := len(elements(elements(table, "thead")[0], "th"))
			for _, row := range elements(table, "tr") {
				cells := elements(row, "th", "td")
				if span := attr(cells[0], "colspan"); len(cells) != columns && span != fmt.Sprint(columns) {
					t.Errorf("%d cells, the header has %d: %s", len(cells), columns, seen(row))
				}
			}
			for _, state := range elements(table, "span", "a") {
				if strings.HasPrefix(attr(state, "class"), "state") && seen(state) == "" {
					t.Error("a state without a word")
				}
			}
		}
		for _, img := range elements(page, "img") {
			if attr(img, "alt") == "" || !strings.HasPrefix(attr(img, "src"), "data:image/png;base64,") {
				t.Errorf("img with alt %q", attr(img, "alt"))
			}
		}
		if first := elements(elements(page, "body")[0])[0]; first.Data != "a" || attr(first, "href") != "#main" {
			t.Error("no skip link")
		}
	})
}

func TestReferences(t *testing.T) {
	every(t, func(t *testing.T, _ *report.Report, _ string, page *html.Node) {
		ids := map[string]bool{}
		for _, e := range elements(page) {
			if id := attr(e, "id"); id != "" {
				if ids[id] || strings.ContainsAny(id, " \t") {
					t.Errorf("id %q is there twice or has a blank", id)
				}
				ids[id] = true
			}
		}
		for _, e := range elements(page) {
			for _, name := range []string{"aria-labelledby", "data-copy"} {
				if to := attr(e, name); to != "" && !ids[to] {
					t.Errorf("%s=%q leads nowhere", name, to)
				}
			}
			href := attr(e, "href")
			if to, ok := strings.CutPrefix(href, "#"); ok && !ids[to] {
				t.Errorf("link to %q leads nowhere", to)
			} else if !ok && href != "" && href != "data:," {
				t.Errorf("link to %q leads outside", href)
			}
		}
	})
}

// known are the elements that the template writes; whatever else turns up was observed and not escaped.
var known = strings.Fields(`html head meta title link style body a header div span b button h1 h2 h3 svg path rect dl dt dd time p main section
	article details summary pre ol ul li code nav table caption thead tbody tr th td bdi figure figcaption img footer script`)

func TestNothingObservedIsMarkup(t *testing.T) {
	every(t, func(t *testing.T, r *report.Report, out string, page *html.Node) {
		for _, e := range elements(page) {
			if !slices.Contains(known, e.Data) {
				t.Errorf("element %s", e.Data)
			}
			for _, a := range e.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcset" || a.Key == "http-equiv" && e.Data != "meta" {
					t.Errorf("attribute %s of %s", a.Key, e.Data)
				}
			}
		}
		scripts := elements(page, "script")
		if len(scripts) != 2 || attr(scripts[0], "type") != "application/json" || scripts[1].FirstChild.Data != script {
			t.Errorf("%d scripts", len(scripts))
		}
		if strings.Contains(out, "<script>alert") || strings.Contains(out, "\x1b") || strings.Contains(out, "\u202e") {
			t.Error("hostile text as it came")
		}
	})
	text := seen(elements(mustParse(t, rendered(t, samples.Hostile(), report.Options{})), "main")[0])
	if !strings.Contains(text, `<script>alert(1)</script>`) {
		t.Error("the observed text is lost")
	}
}

func mustParse(t *testing.T, out string) *html.Node {
	t.Helper()
	page, err := html.Parse(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// Cause, owner, certainty, steps and what was left out are there without scripts, in the order of ux.md 2.10.
func TestReadableWithoutScripts(t *testing.T) {
	text := seen(mustParse(t, rendered(t, samples.Broken(), report.Options{})))
	for _, needsScript := range []string{"Copy", "Print"} {
		if strings.Contains(text, needsScript) {
			t.Errorf("%q is shown, though it cannot work", needsScript)
		}
	}
	at := 0
	for _, want := range []string{"BROKEN 2 of 4 sign-in pathways fail", "LD3204", "Cause The certificate of login.microsoftonline.com is replaced",
		"Who must act Network or security team Not the user, not ConnectWise.", "Confirmed: proxied, direct and browser observations agree.",
		"Message to send", "Next steps Exempt login.microsoftonline.com", "logindoctor run --pathway web-sso,desktop", "Expected result: ok.",
		"web-sso ok ok ok ok FAIL blocked 1.9 s broken at identity provider", "The slowest step is IdP of web-sso with 1.2 s.",
		"IdP FAIL 708 ms 1190 ms", "e1 issuer through the proxy Contoso Web Gateway CA", "Nothing else blocks in the 36 checks that could run",
		"LD1102", "password entry (no test account)", "blocked by tls.issuer", "dns.answers", `CONTOSO\maria`, "01JPAB3XYZ0123456789ABCDEF",
		"BROKEN. LD3204. Code CCGGR-G00VK. Fix by: network. 4.2 s."} {
		i := strings.Index(text[at:], want)
		if i < 0 {
			t.Fatalf("%q is not behind the one before it in:\n%s", want, text)
		}
		at += i
	}
}

// What may be folded is folded, and what failed is open.
func TestFailuresAreOpen(t *testing.T) {
	for _, d := range elements(mustParse(t, rendered(t, samples.Broken(), report.Options{})), "details") {
		if failed := strings.Contains(seen(d), "FAIL"); failed != has(d, "open") {
			t.Errorf("%q: open is %v", seen(elements(d, "summary")[0]), has(d, "open"))
		}
	}
}

func TestPolicyNamesStyleAndScript(t *testing.T) {
	page := mustParse(t, rendered(t, samples.Broken(), report.Options{}))
	policy := ""
	for _, m := range elements(page, "meta") {
		if attr(m, "http-equiv") == "Content-Security-Policy" {
			policy = attr(m, "content")
		}
	}
	for _, want := range []string{"default-src 'none'; ", "style-src '" + hash(elements(page, "style")[0].FirstChild.Data) + "'; ",
		"script-src '" + hash(elements(page, "script")[1].FirstChild.Data) + "'; ", "img-src data:; "} {
		if !strings.Contains(policy, want) {
			t.Errorf("%s lacks %s", policy, want)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
		t.Error(policy)
	}
}

func TestReadReturnsWhatWasWritten(t *testing.T) {
	every(t, func(t *testing.T, r *report.Report, out string, page *html.Node) {
		if r.Schema == "" {
			return // the empty report is no document
		}
		got, err := Read(strings.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		if rendered(t, got, report.Options{}) != out {
			t.Error("rendered again it differs")
		}
		var before, after bytes.Buffer
		if err := json.Render(&before, r, report.Options{}); err != nil {
			t.Fatal(err)
		}
		if err := json.Render(&after, got, report.Options{}); err != nil {
			t.Fatal(err)
		}
		if before.String() != after.String() {
			t.Errorf("the report differs:\n%s\n%s", &before, &after)
		}
		sum := sha256.Sum256([]byte(elements(page, "script")[0].FirstChild.Data))
		if digest := fmt.Sprintf("%x", sum); !strings.Contains(seen(page), digest) {
			t.Errorf("the page does not name the digest of its data, %s", digest)
		}
	})
}

func TestReadRefusesOtherPages(t *testing.T) {
	for _, page := range []string{"", "<html>", dataStart, dataStart + "{}" + dataEnd, dataStart + "<b>" + dataEnd} {
		if _, err := Read(strings.NewReader(page)); err == nil {
			t.Errorf("%q was read", page)
		}
	}
}

func TestPictures(t *testing.T) {
	page := mustParse(t, rendered(t, withPictures(20_000), report.Options{}))
	imgs := elements(page, "img")
	if len(imgs) != 1 {
		t.Fatalf("%d pictures", len(imgs))
	}
	if alt, want := attr(imgs[0], "alt"), "Page that tls.issuer@login.microsoftonline.com came to: Certificate replaced by an inspecting proxy"; alt != want {
		t.Errorf("alt %q, want %q", alt, want)
	}
	if text := seen(page); !strings.Contains(text, "is left out, it was not kept") || strings.Contains(text, "drawing.svg is left out") {
		t.Errorf("left out pictures in %s", text)
	}
}

func TestBudget(t *testing.T) {
	for name, r := range samples.All() {
		out := rendered(t, r, report.Options{})
		if warned := strings.Contains(out, "This page has "); warned != (len(out) > Budget) || warned != (name == "worst") {
			t.Errorf("%s: %d bytes, warned %v", name, len(out), warned)
		}
	}
	r := withPictures(mostPictures - len(dot))
	r.Artifacts = append(r.Artifacts, report.Picture("one-more.png", make([]byte, 1000)))
	out := rendered(t, r, report.Options{})
	if len(out) > PicturesBudget || len(out) < PicturesBudget*3/4 {
		t.Errorf("with pictures: %d bytes", len(out))
	}
	if !strings.Contains(out, "one-more.png is left out, the page would become too large") {
		t.Error("a picture was left out in silence")
	}
}

// Whatever a check did not establish is not shown as established.
func TestUnknownIsNeverOK(t *testing.T) {
	for _, state := range []string{"error", "blocked", "skipped", "", "something new"} {
		r := samples.Healthy()
		r.Pathways = r.Pathways[:1]
		r.Pathways[0].State, r.Pathways[0].Result = report.Unknown, "unknown"
		for i := range r.Pathways[0].Columns {
			r.Pathways[0].Columns[i].State = state
		}
		r.Checks, r.Verdict.State, r.Verdict.Summary.Text, r.Verdict.Depth = nil, report.Unknown, "Cannot tell", "none"
		if text := seen(mustParse(t, rendered(t, r, report.Options{}))); regexp.MustCompile(`(?i)\bok\b`).MatchString(text) {
			t.Errorf("state %q is told as ok:\n%s", state, text)
		}
	}
}

func TestASCII(t *testing.T) {
	for name, r := range samples.All() {
		out := rendered(t, r, report.Options{ASCII: true})
		if i := strings.IndexFunc(out, func(r rune) bool { return r > '~' }); i >= 0 {
			t.Fatalf("%s: %q", name, out[i:min(i+20, len(out))])
		}
		plain := rendered(t, r, report.Options{})
		if a, b := seen(mustParse(t, out)), seen(mustParse(t, plain)); a != b {
			t.Errorf("%s: in ASCII the page says something else", name)
		}
	}
}

func TestSameReportSameBytes(t *testing.T) {
	r := redact.Apply(samples.Worst(), redact.Internal)
	first := rendered(t, r, report.Options{})
	if rendered(t, r, report.Options{}) != first {
		t.Error("rendered twice it differs")
	}
}

func TestUngatedReportIsRefused(t *testing.T) {
	if err := Render(&bytes.Buffer{}, samples.Broken(), report.Options{}); err != report.ErrUngated {
		t.Errorf("got %v", err)
	}
}

func BenchmarkHTML(b *testing.B) {
	r := redact.Apply(samples.Broken(), redact.Internal)
	b.ReportAllocs()
	for b.Loop() {
		rendered(b, r, report.Options{})
	}
}
