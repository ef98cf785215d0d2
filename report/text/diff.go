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
	p.block("", "", "Since "+since+": "+words.Headline(d))
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
			fold.Keep(words.Lacking(f.Old, f.New))+" ->"+fold.Hold+fold.Keep(words.Lacking(f.New, f.Old))))
	}
	if rest := len(d.Facts) - len(shown); rest > 0 {
		p.label(diffLabel, "Also changed", report.Count(rest, "other observation")+"; -v shows them.")
	}
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
			p.label(diffLabel, "Not comparable", fmt.Sprintf("%s (%s; %s)", w.ID, "old: "+words.Walked(w.Old, w.OldDepth), "new: "+words.Walked(w.New, w.NewDepth)))
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
