package runner

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"logindoctor/checks"
)

// A view is the graph as one pass sees it.
type view struct {
	g       *graph
	n       *node
	overlay map[*checks.Check]*node
}

func (v *view) Outcome(c *checks.Check, s *checks.Subject) (checks.Outcome, bool) {
	if n := v.overlay[c]; n != nil {
		return outcomeOf(n), n.Result != nil
	}
	k := key{check: c}
	if c.Scope == checks.PerPathway && v.n.Pathway != nil {
		if ks := v.g.pathwayKeys(v.n.Pathway, c); len(ks) > 0 {
			k = ks[0]
		}
	} else if c.Scope == checks.PerHost && s != nil {
		k.thing = s.Address()
	}
	v.g.mu.Lock()
	n := v.g.nodes[k]
	v.g.mu.Unlock()
	if n == nil || !ended(n) {
		return checks.Outcome{}, false
	}
	return outcomeOf(n), n.Result != nil
}

func (v *view) Outcomes(c *checks.Check) []checks.Outcome {
	v.g.mu.Lock()
	all := slices.Clone(v.g.all)
	v.g.mu.Unlock()
	var out []checks.Outcome
	for _, n := range all {
		if n.Check == c && ended(n) {
			out = append(out, outcomeOf(n))
		}
	}
	slices.SortFunc(out, func(a, b checks.Outcome) int { return strings.Compare(a.Node, b.Node) })
	return out
}

func ended(n *node) bool {
	select {
	case <-n.done:
		return true
	default:
		return false
	}
}

func outcomeOf(n *node) checks.Outcome {
	return checks.Outcome{Node: n.ID, Subject: n.Subject, Pathway: n.Pathway, State: n.State, Result: n.Result,
		Findings: n.Findings}
}

// Reach adds a host and waits for one of its nodes, without holding a slot.
func (v *view) Reach(ctx context.Context, s *checks.Subject, c *checks.Check) (any, error) {
	if v.n.late {
		return nil, fmt.Errorf("%s runs when every host is known and cannot add %s", v.n.ID, s.Name())
	}
	target, err := v.g.meet(v.n, s, c)
	if err != nil {
		return nil, err
	}
	v.g.giveSlotBack(v.n.slot)
	defer v.g.takeSlotAgain(v.n.slot)
	defer v.g.reaching(v.n, nil)
	select {
	case <-target.done:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for %s: %w", target.ID, ctx.Err())
	}
	if by, hits := blockers(target, v.n.client()); len(by) > 0 {
		return nil, &checks.BlockedError{By: by, Hits: hits}
	}
	if target.State == checks.Skipped {
		return nil, &checks.SkipError{Reason: target.Reason}
	}
	return target.Result, nil
}

func (g *graph) reaching(n, target *node) {
	g.mu.Lock()
	n.reaching = target
	g.mu.Unlock()
}

// meet adds what Reach asks for and records on which pathways the host was met.
func (g *graph) meet(from *node, s *checks.Subject, c *checks.Check) (*node, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	before := len(g.all)
	if known := g.subjects[s.Address()]; known != nil {
		s = known
	} else if s.Role.OffWay() || s.Role == checks.RoleProxy {
		g.subjects[s.Address()] = s // only what is asked for
	} else {
		g.addSubject(s)
	}
	target := g.addChain(c, s)
	for _, id := range g.pathwaysOf(from) {
		if from.Subject != nil || from.Pathway != nil {
			g.join(id, s)
		}
	}
	g.start(g.all[before:])
	if waitsFor(target, from) {
		return nil, fmt.Errorf("%s cannot wait for %s, which waits for it", from.ID, target.ID)
	}
	from.reaching = target
	return target, nil
}

// waitsFor reports whether n cannot end before other has.
func waitsFor(n, other *node) bool {
	if n == other {
		return true
	}
	if ended(n) {
		return false
	}
	next := slices.Concat(n.requires, n.uses)
	if n.reaching != nil {
		next = append(next, n.reaching)
	}
	return slices.ContainsFunc(next, func(d *node) bool { return waitsFor(d, other) })
}
