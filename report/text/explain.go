package text

import (
	"io"
	"regexp"
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/report"
	"logindoctor/report/internal/fold"
)

// Explain writes the page of a code out of the manual: what it means, how it is known, who fixes it and how.
func Explain(w io.Writer, s *checks.ManualSection, c *checks.Code, related []*checks.ManualSection, o report.Options) error {
	p := newPage(o)
	p.entry(s)
	p.block("", "", "Impact: "+c.Impact.String()+". "+fold.Hold+fold.Keep("Usual owner: "+string(c.Owner)+"."))
	p.section("Meaning", s.Meaning)
	p.section("What people see", s.Sees)
	p.section("Why it happens", s.Why)
	p.section("How logindoctor knows", s.How)
	p.fixes(s.Fixes)
	p.section("Prove the fix", s.Proof)
	p.section("Undo", s.Undo)
	p.section("When this can be wrong", s.Wrong)
	var questions []string
	for _, ask := range s.Asks {
		questions = append(questions, "- "+ask.Text)
	}
	p.section("What to ask", strings.Join(questions, "\n"))
	p.section("Sources", s.Sources)
	p.related(related)
	_, err := io.WriteString(w, p.String())
	return err
}

func (p *page) entry(s *checks.ManualSection) {
	indent := len(s.Code) + 2
	p.hang(p.paint(cyan, s.Code)+"  ", indent, p.text(s.Title))
}

func (p *page) heading(title string) {
	p.blank()
	p.line(p.paint(bold, strings.ToUpper(title)))
}

func (p *page) section(title, text string) {
	if text == "" {
		return
	}
	p.heading(title)
	for _, b := range paragraphs(text) {
		head := ""
		if rest, ok := strings.CutPrefix(b, "- "); ok {
			head, b = "- ", rest
		}
		if b == "" {
			p.blank()
			continue
		}
		p.hang("  "+head, 2+len(head), p.text(placeholders(fold.Code(b))))
	}
}

// paragraphs joins the lines of a manual that belong together. Items, commands and indented lines stand alone, and an
// empty paragraph is an empty line.
func paragraphs(text string) []string {
	var all []string
	joins := false
	for _, l := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(l)
		alone := strings.HasPrefix(trimmed, "logindoctor ") || strings.HasPrefix(l, "    ")
		if joins && trimmed != "" && !alone && !strings.HasPrefix(trimmed, "- ") {
			all[len(all)-1] += " " + trimmed
			continue
		}
		if alone {
			trimmed = fold.Keep(trimmed)
		}
		all = append(all, trimmed)
		joins = trimmed != "" && !alone
	}
	return all
}

var placeholder = regexp.MustCompile(`\{([a-z0-9_]+)\}`)

// placeholders shows what a report fills in as it is usual in manuals, "<host>".
func placeholders(s string) string {
	return placeholder.ReplaceAllStringFunc(s, func(name string) string {
		return "<" + fold.Keep(strings.ReplaceAll(name[1:len(name)-1], "_", " ")) + ">"
	})
}

// fixes lists who does what. An owner with several steps is named once.
func (p *page) fixes(fixes []checks.Fix) {
	if len(fixes) == 0 {
		return
	}
	p.heading("Who fixes it, and how")
	size := 0
	for _, f := range fixes {
		size = max(size, len(f.Owner))
	}
	last := checks.Owner("")
	for _, f := range fixes {
		name := string(f.Owner)
		if f.Owner == last {
			name = ""
		}
		last = f.Owner
		p.hang("  "+fold.Pad(name, size)+"  ", 2+size+2, p.text(placeholders(fold.Code(f.Text))))
	}
}

// related lists other codes in as many columns as fit.
func (p *page) related(sections []*checks.ManualSection) {
	if len(sections) == 0 {
		return
	}
	p.heading("Related")
	size := 0
	for _, s := range sections {
		size = max(size, fold.Width(p.text(s.Code+" "+s.Title)))
	}
	columns := max((p.width-2+3)/(size+3), 1)
	for row := range slices.Chunk(sections, columns) {
		var cells []string
		for _, s := range row {
			cells = append(cells, fold.Pad(p.text(s.Code+" "+s.Title), size))
		}
		p.block("", "  ", fold.Keep(strings.Join(cells, "   ")))
	}
}
