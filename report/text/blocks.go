package text

import (
	"fmt"
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/report"
	"logindoctor/report/internal/fold"
)

// evidence lists what the causes rest on, and says what is known about the rest.
func (p *page) evidence(r *report.Report) {
	var ids []string
	causes := r.With(report.RootCause)
	for _, f := range causes[:min(len(causes), mostCauses)] {
		for _, id := range f.Evidence {
			if _, ok := r.Evidence[id]; ok && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	rest := others(r)
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

// others answers whether this is all, without a promise about what was never reached.
func others(r *report.Report) string {
	if r.Verdict.State != report.Broken || r.Verdict.ChecksRun == 0 {
		return ""
	}
	s := fmt.Sprintf("%s in the %s that could run", nothingElse(r), report.Count(r.Verdict.ChecksRun, "check"))
	if r.Verdict.OtherBlocking > 0 {
		s = fmt.Sprintf("%s in the %s that could run", report.Count(r.Verdict.OtherBlocking, "other blocking problem"),
			report.Count(r.Verdict.ChecksRun, "check"))
	}
	switch n := r.Verdict.UntestedBehind; n {
	case 0:
		return s + "."
	case 1:
		return s + "; 1 lies behind this one."
	default:
		return fmt.Sprintf("%s; %d lie behind this one.", s, n)
	}
}

func nothingElse(r *report.Report) string {
	if len(r.With(report.Unrelated)) > 0 {
		return "Nothing else blocks"
	}
	return "No other problem"
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
		word := "warn"
		if f.Impact == checks.Info.String() {
			word = "info"
		}
		p.coded(f.Code, word+": "+fold.Head(f.Text, p.share.prose))
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
	if missing := untested(r, p.share); missing != "" {
		p.label(13, "Not tested", missing)
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

// untested groups what was left out by its reason.
func untested(r *report.Report, s share) string {
	var parts, reasons []string
	if n := r.Verdict.UntestedBehind; n > 0 {
		parts = append(parts, report.Count(n, "step")+" behind the failed one")
	}
	byReason := map[string][]string{}
	for _, u := range r.Untested {
		if _, seen := byReason[u.Reason]; !seen {
			reasons = append(reasons, u.Reason)
		}
		byReason[u.Reason] = append(byReason[u.Reason], subject(u))
	}
	for _, reason := range reasons {
		names := slices.Compact(byReason[reason])
		parts = append(parts, fmt.Sprintf("%s (%s)", fold.Head(strings.Join(names, ", "), s.subject),
			fold.Head(strings.TrimSuffix(reason, "."), s.subject)))
	}
	text := ""
	if len(parts) > 0 {
		shown := parts[:min(len(parts), s.asides)]
		text = strings.Join(shown, "; ")
		if more := len(parts) - len(shown); more > 0 {
			text += fmt.Sprintf("; %d more", more)
		}
		text += "."
	}
	for _, l := range r.Limits[:min(len(r.Limits), s.asides)] {
		text += " " + report.Sentence(fold.Head(l.Text, s.subject))
	}
	return text
}

func subject(u report.Untested) string {
	for _, name := range []string{u.What, u.Pathway} {
		if name != "" {
			return name
		}
	}
	return u.Check
}

func (p *page) testedAs(r *report.Report) string {
	c := r.Context
	var parts []string
	add := func(s string) {
		if s != "" {
			parts = append(parts, fold.Keep(fold.Head(s, p.share.subject)))
		}
	}
	add(c.User)
	add(map[string]string{"service": "service session", "system": "system session", "container": "in a container"}[c.Session])
	if c.Session == "interactive" {
		add(c.Session)
	}
	add(c.Host)
	add(strings.TrimSpace(c.OS.Name + " " + c.OS.Version))
	add(r.Local().Format("15:04 -07:00"))
	switch {
	case p.width < timed || c.Proxy == "":
	case c.Proxy == "none":
		add("no proxy")
	default:
		add("proxy " + c.Proxy)
	}
	return strings.Join(parts, ", ") + "."
}
