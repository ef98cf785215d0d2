package text

import (
	"strconv"
	"strings"

	"logindoctor/report"
	"logindoctor/report/internal/fold"
)

// A color is a parameter of the escape sequence "select graphic rendition".
type color string

const (
	bold    color = "1"
	red     color = "31"
	green   color = "32"
	yellow  color = "33"
	magenta color = "35"
	cyan    color = "36"
)

const (
	sgrStart = "\x1b["
	sgrEnd   = "\x1b[0m"
)

func verdictColor(state string) color {
	switch state {
	case report.OK:
		return "1;" + green
	case report.Degraded:
		return "1;" + yellow
	case report.Broken:
		return "1;" + red
	}
	return "1;" + magenta
}

// A page collects lines that are at most its width.
type page struct {
	b     strings.Builder
	width int
	color bool
	ascii bool
	share share
	held  string // the last line, which may still be replaced
	begun bool
}

// The limits of the width. Prose is kept narrower than a wide terminal, because long lines are hard to read.
const (
	usual     = 80
	narrowest = 24
	widest    = 200
	measure   = 112
	tabular   = 60 // below it tables become lines of label and value
)

func newPage(o report.Options) *page {
	width := o.Width
	if width == 0 {
		width = usual
	}
	return &page{width: min(max(width, narrowest), widest), color: o.Color, ascii: o.ASCII, share: all}
}

// String returns everything written.
func (p *page) String() string {
	p.flush()
	return p.b.String()
}

func (p *page) flush() {
	if p.begun {
		p.b.WriteString(p.held)
		p.b.WriteByte('\n')
	}
	p.held, p.begun = "", false
}

func (p *page) line(s string) {
	p.flush()
	p.held, p.begun = s, true
}

func (p *page) last() string         { return p.held }
func (p *page) replaceLast(s string) { p.held = s }

// blank separates blocks.
func (p *page) blank() { p.line("") }

// text prepares a text for the character set of the output.
func (p *page) text(s string) string {
	if p.ascii {
		return fold.ASCII(s)
	}
	return s
}

func (p *page) paint(c color, s string) string {
	if !p.color || s == "" {
		return s
	}
	return sgrStart + string(c) + "m" + s + sgrEnd
}

// block writes a text with a head in front of its first line and the same width of blanks in front of the others.
func (p *page) block(head, indent, text string) {
	p.hang(indent+head, fold.Width(indent+head), p.text(text))
}

// hang writes lines behind a head that takes width columns.
func (p *page) hang(head string, width int, text string) {
	for _, l := range fold.Lines(text, min(p.width, measure)-width) {
		p.line(strings.TrimRight(head+l, " "))
		head = strings.Repeat(" ", width)
	}
}

// label writes "  Cause    text", the text beginning behind a column of size columns.
func (p *page) label(size int, name, text string) {
	p.hang("  "+p.paint(bold, name)+strings.Repeat(" ", max(size-len(name), 1)), 2+size, p.text(text))
}

// numbered writes "    1. text".
func (p *page) numbered(n int, text string) {
	p.block(strconv.Itoa(n)+". ", "    ", text)
}

// title writes the heading of a block.
func (p *page) title(s string) {
	for _, l := range fold.Lines(s, p.width-2) {
		p.line("  " + p.paint(bold, l))
	}
}

// closingLine is what -q prints: one line, however wide.
func closingLine(p *page, r *report.Report) string {
	return p.verdictFirst(r, p.text(strings.Join(r.Closing(), " "))) + "\n"
}

// closing writes the sentences of the last line.
func (p *page) closing(r *report.Report, o report.Options) {
	sentences := r.Closing()
	switch {
	case o.File != "":
		sentences = append(sentences, "Report: "+o.File)
	case o.Run != "":
		sentences = append(sentences, "Run "+o.Run+".")
	}
	for i, s := range sentences {
		sentences[i] = p.text(s)
	}
	for _, l := range fold.Ending(sentences, p.width) {
		p.line(l)
	}
	p.replaceLast(p.verdictFirst(r, p.last()))
}

// verdictFirst colours the verdict word at the beginning of a line.
func (p *page) verdictFirst(r *report.Report, line string) string {
	word := report.Word(r.Verdict.State)
	return p.paint(verdictColor(r.Verdict.State), word) + strings.TrimPrefix(line, word)
}
