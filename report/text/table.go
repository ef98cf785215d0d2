package text

import (
	"fmt"
	"math"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"logindoctor/report"
	"logindoctor/report/internal/fold"
	"logindoctor/report/internal/words"
)

// timed is the width from which cells have milliseconds and rows a bar of time.
const timed = 110

// letters are the marks of report.ColumnIDs in the bar of time.
var letters = map[string]string{"dns": "d", "tcp": "c", "tls": "t", "web": "w", "idp": "i", "login": "l"}

func (p *page) pathways(r *report.Report) {
	if len(r.Pathways) == 0 {
		return
	}
	p.blank()
	ways := r.Pathways[:min(len(r.Pathways), p.share.ways)]
	if p.width < tabular {
		p.linear(ways)
	} else if grid := p.grid(r, ways); grid.width() <= p.width {
		p.table(grid)
	} else {
		p.linear(ways)
	}
	if more := len(r.Pathways) - len(ways); more > 0 {
		p.line("  " + report.Count(more, "more pathway") + ".")
	}
}

// linear writes one line per stage, for narrow terminals.
func (p *page) linear(ways []report.Pathway) {
	for i := range ways {
		w := &ways[i]
		p.block("", "  ", fmt.Sprintf("%s: %s, %s.", fold.Head(w.ID, longestID), fold.Head(w.Result, p.share.subject), report.Span(w.DurationSeconds)))
		for _, id := range report.ColumnIDs {
			p.line("    " + words.ColumnNames[id] + ": " + spoken(w, id) + ".")
		}
	}
}

// spoken says in words what a cell says in signs.
func spoken(w *report.Pathway, id string) string {
	c, _ := w.Column(id)
	switch word := words.Cell(w, id); word {
	case words.NotOnTheWay:
		return "not on the way"
	case "-":
		return "not tested"
	case "?":
		return "unknown"
	default:
		return fmt.Sprintf("%s, %.0f ms", word, c.DurationSeconds*1000)
	}
}

// A grid is a table before it is laid out: a header and rows of cells without line breaks.
type grid [][]string

func (g grid) widths() []int {
	widths := make([]int, len(g[0]))
	for _, row := range g {
		for i, cell := range row {
			widths[i] = max(widths[i], fold.Width(cell))
		}
	}
	return widths
}

// The blanks in front of a table and behind each of its columns.
const (
	margin = 2
	gutter = 2
)

// width is that of the table if its last column gets no more than what it needs to wrap.
func (g grid) width() int {
	total := margin
	widths := g.widths()
	for _, w := range widths[:len(widths)-1] {
		total += w + gutter
	}
	const wrapped = 12
	return total + min(widths[len(widths)-1], wrapped)
}

// grid picks the widest layout that leaves the results room.
func (p *page) grid(r *report.Report, ways []report.Pathway) grid {
	if p.width >= timed {
		if g := p.timedGrid(ways); g.width() <= p.width {
			return g
		}
	}
	last := "Result"
	if r.Verdict.State == report.OK || r.Verdict.State == report.Degraded {
		last = "Time"
	}
	const roomy = 76 // from here on columns of words are equally wide
	g := grid{{"Pathway"}}
	for _, id := range report.ColumnIDs {
		g[0] = append(g[0], words.ColumnNames[id])
	}
	if p.width >= roomy {
		g[0][0] = fold.Pad(g[0][0], len("web-sso")+2)
		for i := range report.ColumnIDs {
			g[0][i+1] = fold.Pad(g[0][i+1], len("FAIL"))
		}
	}
	g[0] = append(g[0], last)
	for i := range ways {
		w := &ways[i]
		row := []string{p.id(w)}
		for _, id := range report.ColumnIDs {
			row = append(row, words.Cell(w, id))
		}
		if last == "Time" && w.State == report.OK {
			row = append(row, report.Span(w.DurationSeconds))
		} else if last == "Time" {
			row = append(row, report.Span(w.DurationSeconds)+", "+p.result(w))
		} else {
			row = append(row, p.result(w))
		}
		g = append(g, row)
	}
	return g
}

// longestID is how many bytes of a pathway's id fit into its column.
const longestID = 32

func (p *page) id(w *report.Pathway) string     { return p.text(fold.Head(w.ID, longestID)) }
func (p *page) result(w *report.Pathway) string { return p.text(fold.Head(w.Result, p.share.subject)) }

// timedGrid has milliseconds beside the words, and one letter per unit of time.
func (p *page) timedGrid(ways []report.Pathway) grid {
	unit, name := barUnit(ways)
	g := grid{{"Pathway"}}
	for i := range ways {
		g = append(g, []string{p.id(&ways[i])})
	}
	for _, id := range report.ColumnIDs {
		g[0] = append(g[0], words.ColumnNames[id]+" ms")
		for i, cell := range p.timedCells(ways, id) {
			g[i+1] = append(g[i+1], cell)
		}
	}
	g[0] = append(g[0], "Total", name+" a letter", "Result")
	for i := range ways {
		w := &ways[i]
		g[i+1] = append(g[i+1], report.Span(w.DurationSeconds), bar(w, unit), p.result(w))
	}
	return g
}

// timedCells sets the words of a column flush left and the milliseconds flush right.
func (p *page) timedCells(ways []report.Pathway, id string) []string {
	cells, numbers, size := make([]string, len(ways)), make([]string, len(ways)), 7
	for i := range ways {
		cells[i] = words.Cell(&ways[i], id)
		if c, ok := ways[i].Column(id); ok && c.DurationSeconds > 0 {
			numbers[i] = fmt.Sprintf("%.0f", c.DurationSeconds*1000)
		}
		size = max(size, len(cells[i])+1+len(numbers[i]))
	}
	for i, n := range numbers {
		if n != "" {
			cells[i] += fmt.Sprintf("%*s", size-len(cells[i]), n)
		}
	}
	return cells
}

// longestBar is how many letters the slowest pathway gets.
const longestBar = 22

// barUnit returns the seconds that one letter stands for.
func barUnit(ways []report.Pathway) (seconds float64, name string) {
	units := []struct {
		seconds float64
		name    string
	}{{0.1, "100 ms"}, {0.2, "200 ms"}, {0.5, "500 ms"}, {1, "1 s"}, {2, "2 s"}, {5, "5 s"}, {10, "10 s"}, {30, "30 s"}}
	for _, u := range units {
		longest := 0
		for i := range ways {
			longest = max(longest, len(bar(&ways[i], u.seconds)))
		}
		if longest <= longestBar {
			return u.seconds, u.name
		}
	}
	return 60, "1 min"
}

// bar has at least one letter for each column that took time.
func bar(w *report.Pathway, unit float64) string {
	var b strings.Builder
	for _, id := range report.ColumnIDs {
		if c, ok := w.Column(id); ok && c.DurationSeconds > 0 {
			n := max(1, math.Round(c.DurationSeconds/unit))
			b.WriteString(strings.Repeat(letters[id], int(min(n, 4*longestBar))))
		}
	}
	return b.String()
}

// paintCell colours the word at the beginning of a cell.
func (p *page) paintCell(cell string) string {
	for word, c := range map[string]color{"ok": green, "warn": yellow, "FAIL": "1;" + red, "?": magenta} {
		if rest, found := strings.CutPrefix(cell, word); found && (rest == "" || rest[0] == ' ') {
			return p.paint(c, word) + rest
		}
	}
	return cell
}

// table lays a grid out. Its last column wraps; tablewriter would wrap in the middle of names, so the breaks are made here.
func (p *page) table(g grid) {
	var b strings.Builder
	t := tablewriter.NewTable(&b, tablewriter.WithRenderer(renderer.NewBlueprint(bare)), tablewriter.WithConfig(asIs))
	last := len(g[0]) - 1
	room := p.width - margin
	for _, w := range g.widths()[:last] {
		room -= w + gutter
	}
	for i, row := range g {
		cells := append([]string{}, row...)
		cells[last] = strings.Join(fold.Lines(row[last], room), "\n")
		if i == 0 {
			t.Header(cells)
			continue
		}
		for j := 1; j < last; j++ {
			cells[j] = p.paintCell(cells[j])
		}
		t.Append(cells) // only streams can refuse a row
	}
	t.Render() // writes to memory
	for _, l := range strings.Split(strings.TrimRight(b.String(), "\n"), "\n") {
		p.line(strings.Repeat(" ", margin) + strings.TrimRight(l, " "))
	}
}

// bare and asIs make tablewriter draw nothing, rewrite nothing and wrap nothing.
var (
	bare = tw.Rendition{Borders: tw.BorderNone, Settings: tw.Settings{Separators: tw.SeparatorsNone, Lines: tw.LinesNone}}
	cell = tw.CellConfig{
		Padding:    tw.CellPadding{Global: tw.Padding{Right: strings.Repeat(" ", gutter), Overwrite: true}},
		Alignment:  tw.CellAlignment{Global: tw.AlignLeft},
		Formatting: tw.CellFormatting{AutoWrap: tw.WrapNone, AutoFormat: tw.Off},
	}
	asIs = tablewriter.Config{Header: cell, Row: cell, Behavior: tw.Behavior{TrimSpace: tw.Off}}
)
