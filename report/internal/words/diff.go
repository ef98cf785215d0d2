package words

import (
	"slices"
	"strings"

	"logindoctor/report"
	"logindoctor/report/internal/fold"
)

// Headline says which pathways changed, or why none is said to.
func Headline(d *report.Difference) string {
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

// Lacking are the values that the other side does not have.
func Lacking(list, other []string) string {
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

// depths say how far a pathway was walked.
var depths = map[string]string{"none": "nothing reached", "reach": "service reached", "page": "password page reached", "login": "signed in"}

// Walked says in what state a pathway was found, and how far it was walked.
func Walked(state, depth string) string {
	switch state {
	case "":
		return "not tested"
	case report.Unknown:
		return "unknown"
	}
	return wordOf(state) + ", " + depths[depth]
}
