package text

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"logindoctor/report"
	"logindoctor/report/internal/fold"
	"logindoctor/report/internal/words"
)

// RenderDiff writes what changed: pathways first, then what changed with them, then what could not be compared. since
// names the older report, "the last ok run (13 Mar 2026 17:20)".
func RenderDiff(w io.Writer, d *report.Difference, since string, o report.Options) error {
	p := newPage(o)
	p.block("", "", "Since "+since+": "+headline(d))
	if o.Quiet == 0 {
		p.blank()
		p.observed(d, o.Verbose > 0)
		p.changes("New finding", d, report.Appeared)
		p.changes("Resolved", d, report.Resolved)
		p.changes("Changed", d, report.Changed)
		p.changes("Same", d, report.Same)
		p.incomparable(d, o.Verbose > 0)
		p.label(diffLabel, "Slower by > 50 %", slowerStages(d))
	}
	_, err := io.WriteString(w, p.String())
	return err
}

// diffLabel is the width of the column of names.
const diffLabel = 18

// headline says which pathways changed, or why none is said to.
func headline(d *report.Difference) string {
	parts := moves(d)
	var dark []string
	for _, p := range d.Pathways {
		if p.State == report.NotComparable {
			dark = append(dark, p.ID)
		}
	}
	switch {
	case parts != nil:
		return strings.Join(parts, "; ")
	case dark != nil:
		return and(dark) + " cannot be compared"
	case d.State == report.Same:
		return "nothing changed"
	case d.State == report.Changed:
		return "the pathways are as they were, but something else changed"
	}
	return "no change was seen, but not everything could be compared"
}

// moves says of each change which pathways made it.
func moves(d *report.Difference) []string {
	var parts []string
	said := map[string]bool{}
	for _, p := range d.Pathways {
		change := wordOf(p.Old) + " -> " + wordOf(p.New)
		if p.State != report.Changed || said[change] {
			continue
		}
		said[change] = true
		var ids []string
		for _, other := range d.Pathways {
			if other.State == report.Changed && wordOf(other.Old)+" -> "+wordOf(other.New) == change {
				ids = append(ids, other.ID)
			}
		}
		parts = append(parts, and(ids)+" went "+fold.Keep(change))
	}
	return parts
}

// wordOf is the word for the state of a pathway; what needs attention is in capitals.
func wordOf(state string) string {
	if state == report.OK {
		return state
	}
	return report.Word(state)
}

// and joins names as a sentence does.
func and(names []string) string {
	if n := len(names) - 1; n > 0 {
		return strings.Join(names[:n], ", ") + " and " + names[n]
	}
	return strings.Join(names, "")
}

// observed shows observations that changed: those that were made both times and belong to a finding or to this computer;
// the others only if asked for.
func (p *page) observed(d *report.Difference, all bool) {
	var shown []report.FactChange
	for _, f := range d.Facts {
		if all || f.Related && len(f.Old) > 0 && len(f.New) > 0 {
			shown = append(shown, f)
		}
	}
	if len(shown) > 0 {
		p.title("Changed with it")
	}
	for _, f := range shown {
		p.hang("    ", 6, p.text(fold.Keep(f.Node)+" "+fold.Keep(f.Label)+fold.Hold+" "+
			fold.Keep(lacking(f.Old, f.New))+" ->"+fold.Hold+fold.Keep(lacking(f.New, f.Old))))
	}
	if rest := len(d.Facts) - len(shown); rest > 0 {
		p.label(diffLabel, "Also changed", report.Count(rest, "other observation")+"; -v shows them.")
	}
}

// lacking are the values that the other side does not have.
func lacking(list, other []string) string {
	var rest []string
	for _, v := range list {
		if !slices.Contains(other, v) {
			rest = append(rest, v)
		}
	}
	if len(rest) == 0 {
		return "nothing"
	}
	return strings.Join(rest, ", ")
}

func (p *page) changes(name string, d *report.Difference, state string) {
	for _, c := range d.Changes {
		if c.State == state {
			p.label(diffLabel, name, c.Code+" "+c.Title)
		}
	}
}

// incomparable lists what was not seen in both reports: pathways, findings, and the checks behind them.
func (p *page) incomparable(d *report.Difference, all bool) {
	for _, w := range d.Pathways {
		if w.State == report.NotComparable {
			p.label(diffLabel, "Not comparable", fmt.Sprintf("%s (%s; %s)", w.ID, seen("old", w.Old, w.OldDepth), seen("new", w.New, w.NewDepth)))
		}
	}
	for _, c := range d.Changes {
		if c.State == report.NotComparable {
			p.label(diffLabel, "Not comparable", c.Code+" "+c.Title+" ("+c.Why+")")
		}
	}
	missing := map[bool][]string{}
	for _, u := range d.Unseen {
		name := u.Node
		if !all {
			name, _, _ = strings.Cut(name, "@")
		}
		if list := missing[u.InNew]; !slices.Contains(list, name) {
			missing[u.InNew] = append(list, name)
		}
	}
	for _, inNew := range []bool{false, true} {
		if names := missing[inNew]; names != nil {
			p.label(diffLabel, "Not comparable", strings.Join(names, ", ")+" "+fold.Keep(notReached[inNew]))
		}
	}
}

// notReached says in which report a check saw nothing, by whether the new one has it.
var notReached = map[bool]string{false: "(not reached in the new run)", true: "(not reached in the old run)"}

// depths say how far a pathway was walked.
var depths = map[string]string{"none": "nothing reached", "reach": "service reached", "page": "password page reached", "login": "signed in"}

func seen(side, state, depth string) string {
	switch state {
	case "":
		return side + ": not tested"
	case report.Unknown:
		return side + ": unknown"
	}
	return side + ": " + wordOf(state) + ", " + depths[depth]
}

func slowerStages(d *report.Difference) string {
	var parts []string
	for _, s := range d.Slower {
		parts = append(parts, fold.Keep(fmt.Sprintf("%s %s %s, was %s", s.Pathway, words.ColumnNames[s.Column], report.Span(s.NewSeconds), report.Span(s.OldSeconds))))
	}
	if parts == nil {
		return "none"
	}
	return strings.Join(parts, "; ")
}
