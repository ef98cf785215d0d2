package html

import (
	"io"
	"strings"

	"logindoctor/report"
	"logindoctor/report/internal/fold"
	"logindoctor/report/internal/words"
)

// A comparison is what changed since an older report.
type comparison struct {
	Since, Headline string
	Changes         []change // of pathways, findings, observations and times
	Unseen          []change // checks that looked in one report only
}

// A change is one row of it.
type change struct{ Kind, Tone, What, Before, Now string }

// RenderDiff writes the page of the newer report with what changed since the older one, which since names.
func RenderDiff(w io.Writer, r *report.Report, d *report.Difference, since string, o report.Options) error {
	if !r.Gated() {
		return report.ErrUngated
	}
	v, err := newView(r)
	if err != nil {
		return err
	}
	v.Compared = &comparison{Since: since, Headline: strings.ReplaceAll(words.Headline(d), fold.Hold, " "), Changes: changes(d), Unseen: unseen(d)}
	return v.write(w, o)
}

// changes are the rows: what is worse or better first, then what was observed, then what cannot be compared.
func changes(d *report.Difference) []change {
	var changed, dark, same []change
	add := func(state string, c change) {
		switch state {
		case report.NotComparable:
			c.Kind, c.Tone = "not comparable", report.Unknown
			dark = append(dark, c)
		case report.Same:
			c.Kind, c.Tone = "same", "idle"
			same = append(same, c)
		default:
			changed = append(changed, c)
		}
	}
	for _, p := range d.Pathways {
		if p.State != report.Same {
			add(p.State, change{"changed", p.New, "Pathway " + p.ID, words.Walked(p.Old, p.OldDepth), words.Walked(p.New, p.NewDepth)})
		}
	}
	for _, f := range d.Changes {
		c := change{f.State, report.Broken, f.Code + " " + f.Title, there(f.TestedInOld, f.Old), there(f.TestedInNew, f.New)}
		if f.State == report.Resolved {
			c.Tone = report.OK
		}
		add(f.State, c)
	}
	for _, f := range d.Facts {
		if f.Related && len(f.Old) > 0 && len(f.New) > 0 {
			add(report.Changed, change{"observed", report.Degraded, f.Node + ": " + f.Label, words.Lacking(f.Old, f.New), words.Lacking(f.New, f.Old)})
		}
	}
	for _, s := range d.Slower {
		add(report.Changed, change{"slower", report.Degraded, s.Pathway + ": " + words.ColumnNames[s.Column], report.Span(s.OldSeconds), report.Span(s.NewSeconds)})
	}
	return append(append(changed, dark...), same...)
}

func unseen(d *report.Difference) []change {
	var list []change
	for _, u := range d.Unseen {
		list = append(list, change{"not comparable", report.Unknown, u.Node, state(u.Old), state(u.New)})
	}
	return list
}

// there is the sentence of a finding, or why there is none.
func there(tested bool, text string) string {
	switch {
	case text != "":
		return text
	case tested:
		return "not found"
	}
	return "not tested"
}

// state is the word for a check that one of the reports may lack.
func state(s string) string {
	if s == "" {
		return "not part of it"
	}
	return word(s)
}
