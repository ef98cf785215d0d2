package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/suite"
)

// A mutant is the product without one of its rules or of its contrasts. It lives as long as no scenario notices.
type mutant struct {
	rule   string
	near   string               // scenarios to look at first: a pattern of their names
	meets  func(*recorded) bool // whether the rule said something in a run, or could have
	undo   func() (redo func()) // takes the rule out of its declaration; nil: what a run goes without says it all
	replay bool                 // only report.Diagnose reads the rule
	less   *less                // what a run goes without
}

func mutants() []mutant {
	var all []mutant
	for _, c := range suite.All {
		for _, r := range c.Requires {
			all = append(all, withoutRequires(c, r))
		}
		for _, u := range c.Uses {
			all = append(all, withoutUses(c, u))
		}
		for _, id := range explaining(c) {
			all = append(all, withoutExplanation(c, id))
		}
		for _, code := range c.Codes {
			if code.Hits != 0 {
				all = append(all, withoutHits(c, code))
			}
			if code.Impact != checks.Info {
				all = append(all, withoutImpact(c, code))
			}
		}
		all = append(all, withoutCheck(c))
	}
	for _, k := range contrasts {
		all = append(all, mutant{rule: "contrast: " + k.name, near: k.near, less: &k.less, meets: func(r *recorded) bool { return matches(k.near, r.Name) }})
	}
	return all
}

// explaining lists the codes that explain any finding of a check.
func explaining(c *checks.Check) []string {
	ids := map[string]bool{}
	for _, code := range c.Codes {
		for _, id := range code.ExplainedBy {
			ids[id] = true
		}
	}
	return slices.Sorted(maps.Keys(ids))
}

func withoutExplanation(c *checks.Check, id string) mutant {
	return mutant{rule: c.ID + " explained by " + id, replay: true,
		undo: func() func() {
			kept := map[*checks.Code][]string{}
			for _, code := range c.Codes {
				kept[code] = code.ExplainedBy
				code.ExplainedBy = slices.DeleteFunc(slices.Clone(code.ExplainedBy), func(e string) bool { return e == id })
			}
			return func() {
				for code, list := range kept {
					code.ExplainedBy = list
				}
			}
		},
		meets: func(r *recorded) bool {
			return r.found(func(f *checks.Finding) bool { return f.Code.ID == id || slices.Contains(codesOf(id), f.Code) }) &&
				r.found(func(f *checks.Finding) bool {
					return slices.Contains(c.Codes, f.Code) && slices.Contains(f.Code.ExplainedBy, id)
				})
		}}
}

// codesOf returns the codes of the check with an id.
func codesOf(id string) []*checks.Code {
	for _, c := range suite.All {
		if c.ID == id {
			return c.Codes
		}
	}
	return nil
}

func withoutHits(c *checks.Check, code *checks.Code) mutant {
	return mutant{rule: fmt.Sprintf("%s: %s does not hit everyone", c.ID, code.ID), replay: true,
		undo: func() func() {
			kept := code.Hits
			code.Hits = 0
			return func() { code.Hits = kept }
		},
		meets: foundCode(code)}
}

// withoutImpact makes a finding something that is only told.
func withoutImpact(c *checks.Check, code *checks.Code) mutant {
	return mutant{rule: fmt.Sprintf("%s: %s is %s", c.ID, code.ID, code.Impact), near: c.ID + "/*", less: &less{impact: code}, meets: foundCode(code)}
}

func foundCode(code *checks.Code) func(*recorded) bool {
	return func(r *recorded) bool { return r.found(func(f *checks.Finding) bool { return f.Code == code }) }
}

// withoutRequires makes a prerequisite something that is only waited for.
func withoutRequires(c, prerequisite *checks.Check) mutant {
	return mutant{rule: c.ID + " requires " + prerequisite.ID, near: c.ID + "/*",
		undo: func() func() {
			requires, uses := c.Requires, c.Uses
			c.Requires = slices.DeleteFunc(slices.Clone(requires), func(r *checks.Check) bool { return r == prerequisite })
			c.Uses = append(slices.Clone(uses), prerequisite)
			return func() { c.Requires, c.Uses = requires, uses }
		},
		meets: func(r *recorded) bool {
			return slices.ContainsFunc(r.run.Nodes, func(n *checks.Node) bool {
				return n.Check == c && n.State == checks.Blocked && slices.ContainsFunc(n.BlockedBy, func(by string) bool {
					return by == prerequisite.ID || strings.HasPrefix(by, prerequisite.ID+"@")
				})
			})
		}}
}

// withoutUses lets a check not know what another one established.
func withoutUses(c, used *checks.Check) mutant {
	return mutant{rule: c.ID + " uses " + used.ID, near: c.ID + "/*," + used.ID + "/*", less: &less{deaf: c, to: used},
		meets: func(r *recorded) bool {
			return r.looked(c) && (r.said(c) || r.said(used) || matches(c.ID+"/*", r.Name))
		}}
}

// withoutCheck lets a check look at nothing, and nobody who requires it suffers.
func withoutCheck(c *checks.Check) mutant {
	return mutant{rule: c.ID, near: c.ID + "/*", less: &less{idle: c},
		meets: func(r *recorded) bool {
			return r.said(c) || slices.ContainsFunc(r.Want.Never, func(word string) bool { return slices.Contains(c.Codes, findCode(word)) })
		}}
}

// less is what a run goes without.
type less struct {
	idle     *checks.Check        // looks at nothing
	deaf, to *checks.Check        // the first one is told nothing of the second
	impact   *checks.Code         // is only told
	once     bool                 // no check looks a second time
	target   func(*checks.Target) // knows less
	world    func(*lesser)        // its doors are narrower
}

// run applies a check in a run that goes without something.
func (l *less) run(ctx context.Context, p *checks.Pass, w *lesser, whole func(context.Context, *checks.Pass) (any, error)) (any, error) {
	switch {
	case p.Check == l.idle:
		return nil, &checks.SkipError{Reason: "It was taken away.", Open: true}
	case l.once && w.again(p):
		return nil, checks.Skip("Nobody looks a second time.")
	case p.Check != l.deaf:
		result, err := whole(ctx, p)
		for _, f := range p.Findings {
			if f.Code == l.impact {
				f.Impact = checks.Info
			}
		}
		return result, err
	}
	q := checks.NewPass(deaf{p, l.to}, p.World, p.Target, p.Check)
	q.Subject, q.Pathway, q.Level = p.Subject, p.Pathway, p.Level
	result, err := whole(ctx, q)
	p.Findings, p.Observed, p.Pictures, p.Traffic, p.Depth = q.Findings, q.Observed, q.Pictures, q.Traffic, q.Depth
	return result, err
}

// A deaf driver hides what one check established.
type deaf struct {
	pass *checks.Pass
	to   *checks.Check
}

func (d deaf) Outcome(c *checks.Check, s *checks.Subject) (checks.Outcome, bool) {
	if c == d.to {
		return checks.Outcome{}, false
	}
	return d.pass.OutcomeOn(c, s)
}

func (d deaf) Outcomes(c *checks.Check) []checks.Outcome {
	if c == d.to {
		return nil
	}
	return d.pass.Outcomes(c)
}

func (d deaf) Reach(ctx context.Context, s *checks.Subject, c *checks.Check) (any, error) {
	if c == d.to {
		return nil, checks.Skip("It was taken away.")
	}
	return d.pass.Reach(ctx, s, c)
}
