package runner

import (
	"context"
	"io"
	"slices"

	"logindoctor/checks"
)

// confirm looks a second time, from the dial on, before a blocking finding counts. Agreement raises no certainty: a
// repetition is not an independent observation. Disagreement leaves a working host that fails now and then.
func (g *graph) confirm(ctx context.Context, n *node) {
	if n.State != checks.Failed || !repeatable(n) {
		return
	}
	second := g.again(ctx, n, n.Check, map[*checks.Check]*node{})
	if second.State == checks.Errored || second.State == checks.Skipped {
		return // nothing was learned
	}
	n.Repeated, n.Agreed = true, second.State == checks.Failed || second.State == checks.Blocked
	if n.Agreed {
		closeResult(second)
		return
	}
	for _, f := range n.Findings {
		if f.Impact == checks.Blocking {
			f.Impact = checks.Degrading
			f.Evidence = append(f.Evidence, checks.Public("seen", "1 of 2"))
		}
	}
	for _, f := range second.Findings { // further on its way than the first look came
		if !slices.ContainsFunc(n.Findings, func(known *checks.Finding) bool { return known.Code == f.Code }) {
			n.Findings = append(n.Findings, f)
		}
	}
	closeResult(n)
	n.Result, n.State, n.Hits, n.Depth = second.Result, checks.Warned, 0, second.Depth
}

// repeatable reports whether a second look can tell something and may be taken. What nobody answered is not asked again,
// and a pathway is not walked again unless all that blocks it may pass and no attempt was spent.
func repeatable(n *node) bool {
	if allSilent(n) {
		return false
	}
	if n.Check.Needs == 0 && n.Check.Scope != checks.PerPathway {
		return true
	}
	lasts := func(f *checks.Finding) bool { return f.Impact == checks.Blocking && !f.Code.MayPass }
	return !n.spent && !slices.ContainsFunc(n.Findings, lasts)
}

// again applies a check afresh, after its prerequisites on the same subject.
func (g *graph) again(ctx context.Context, like *node, c *checks.Check, overlay map[*checks.Check]*node) *node {
	fresh := &node{late: like.late, done: make(chan struct{}), slot: like.slot}
	fresh.ID, fresh.Check, fresh.Subject, fresh.Pathway = like.ID, c, like.Subject, like.Pathway
	for _, r := range c.Requires {
		if r.Scope != checks.PerHost || overlay[r] != nil || like.Subject == nil {
			continue
		}
		before := g.again(ctx, like, r, overlay)
		if before.State != checks.Passed && before.State != checks.Warned {
			fresh.State, fresh.BlockedBy = checks.Blocked, []string{before.ID}
			return fresh
		}
		overlay[r] = before
	}
	g.apply(ctx, fresh, overlay)
	return fresh
}

func allSilent(n *node) bool {
	for _, f := range n.Findings {
		if f.Impact == checks.Blocking && !f.Silence {
			return false
		}
	}
	return true
}

func closeResult(n *node) {
	if c, ok := n.Result.(io.Closer); ok {
		c.Close()
	}
}
