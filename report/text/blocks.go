package text

import (
	"fmt"
	"strings"

	"logindoctor/checks"
	"logindoctor/report"
	"logindoctor/report/internal/fold"
	"logindoctor/report/internal/words"
)

// evidence lists what the causes rest on, and says what is known about the rest.
func (p *page) evidence(r *report.Report) {
	causes := r.With(report.RootCause)
	ids := words.Evidence(r, causes[:min(len(causes), mostCauses)])
	rest := words.Others(r)
	if len(ids) == 0 && rest == "" {
		return
	}
	p.blank()
	p.title("Evidence")
	shown := ids[:min(len(ids), p.share.facts)]
	p.facts(r, shown)
	if more := len(ids) - len(shown); more > 0 {
		p.block("", "    ", report.Count(more, "more observation")+", shown by -v.")
	}
	if rest != "" {
		p.block("", "    ", rest)
	}
}

// facts writes "e1  label  value" in columns; a label or value that leaves the other no room goes onto its own line.
func (p *page) facts(r *report.Report, ids []string) {
	size, names := 0, 0
	for _, id := range ids {
		size = max(size, len(id))
		names = max(names, fold.Width(p.text(r.Evidence[id].Label)))
	}
	const least, most = 24, 36 // columns for a value, and for a label
	names = max(min(names, most, p.width-4-size-2-2-least), 1)
	for _, id := range ids {
		e := r.Evidence[id]
		head := "    " + p.paint(cyan, id) + strings.Repeat(" ", size-len(id)+2)
		label, value := p.text(fold.Head(e.Label, p.share.subject)), p.text(middle(e.Value, p.share.prose))
		if fold.Width(label) > names || longestWord(value) > p.width-4-size-2-names-2 {
			p.hang(head, 4+size+2, label+":")
			p.hang(strings.Repeat(" ", 4+size+4), 4+size+4, value) // two columns to the right of the label
			continue
		}
		p.hang(head+fold.Pad(label, names)+"  ", 4+size+2+names+2, value)
	}
}

func longestWord(s string) int {
	longest := 0
	for _, w := range strings.Fields(s) {
		longest = max(longest, fold.Width(w))
	}
	return longest
}

// middle shortens foreign text to n bytes without losing its end.
func middle(s string, n int) string {
	if len(s) <= n {
		return s
	}
	tail := strings.ToValidUTF8(s[len(s)-n/3:], "")
	if _, whole, ok := strings.Cut(tail, " "); ok {
		tail = whole
	}
	return fold.Head(s, n*2/3) + " " + tail
}

func (p *page) asides(r *report.Report) {
	found := r.With(report.Unrelated)
	if len(found) == 0 {
		return
	}
	p.blank()
	title := "Also noticed"
	if r.Verdict.State == report.Broken {
		title += " (does not explain the failure)"
	}
	p.title(title)
	shown := found[:min(len(found), p.share.asides)]
	for _, f := range shown {
		p.coded(f.Code, words.Aside(f)+": "+fold.Head(f.Text, p.share.prose))
	}
	if more := len(found) - len(shown); more > 0 {
		p.block("", "    ", report.Count(more, "more finding")+", shown by -v.")
	}
}

// coded writes a text behind a code, continued a little to the right of it.
func (p *page) coded(code, text string) {
	const indent = 4
	for i, l := range fold.Lines(p.text(code+" "+text), min(p.width, measure)-indent-2) {
		if i == 0 {
			p.line(strings.Repeat(" ", indent) + p.paint(cyan, code) + strings.TrimPrefix(l, code))
			continue
		}
		p.line(strings.Repeat(" ", indent+2) + l)
	}
}

// context says what was not tested and through whose eyes the rest was seen.
func (p *page) context(r *report.Report) {
	p.blank()
	if missing := p.untested(r); missing != "" {
		p.label(13, "Not tested", missing)
	}
	for _, l := range r.Limits[:min(len(r.Limits), p.share.asides)] {
		p.label(13, "To ask", report.Sentence(fold.Head(l.Text, p.share.prose)))
	}
	p.label(13, "Tested as", p.testedAs(r))
	if r.Verdict.State != report.OK {
		return
	}
	if r.Verdict.Depth != checks.DepthLogin.String() {
		p.block("", "  ", "Still locked out? Then look past the password page: account, MFA, licence.")
	}
	p.block("", "  ", "Five questions to ask the caller: "+fold.Hold+fold.Keep("logindoctor explain LD6000"))
}

// untested says what was left out and what the report cannot know.
func (p *page) untested(r *report.Report) string {
	text := ""
	if parts := words.Untested(r, p.share.subject); len(parts) > 0 {
		shown := parts[:min(len(parts), p.share.asides)]
		text = strings.Join(shown, "; ")
		if more := len(parts) - len(shown); more > 0 {
			text += fmt.Sprintf("; %d more", more)
		}
		text += "."
	}
	return text
}

func (p *page) testedAs(r *report.Report) string {
	c := r.Context
	all := []string{c.User, words.Sessions[c.Session], c.Host, strings.TrimSpace(c.OS.Name + " " + c.OS.Version), r.Local().Format("15:04 -07:00")}
	if p.width >= timed {
		all = append(all, words.Proxy(c.Proxy))
	}
	var parts []string
	for _, s := range all {
		if s != "" {
			parts = append(parts, fold.Keep(fold.Head(s, p.share.subject)))
		}
	}
	return strings.Join(parts, ", ") + "."
}
