package runner

import (
	"fmt"
	"slices"
	"strings"

	"logindoctor/checks"
)

// A node is a checks.Node while it is planned and driven.
type node struct {
	checks.Node
	requires, uses []*node
	late           bool
	open           bool          // skipped, and nobody who requires it must be
	done           chan struct{} // closed when State is final
	slot           *slot
	spent          bool  // a sign-in attempt was made
	reaching       *node // the node that its Run waits for at the moment; guarded by graph.mu
}

// client says whom the node speaks for when a prerequisite hits only some.
func (n *node) client() checks.Clients {
	switch {
	case n.Pathway != nil:
		return n.Pathway.Client
	case n.Subject != nil:
		return checks.Programs
	}
	return checks.Everyone
}

// key identifies a node; thing is a subject's address, a pathway's id, or empty.
type key struct {
	check *checks.Check
	thing string
}

// plan adds the nodes of everything known beforehand.
func (g *graph) plan() {
	for _, c := range g.order {
		if c.Scope == checks.Once {
			g.add(c, nil, nil)
		}
	}
	for _, s := range g.opt.Target.Subjects() {
		g.addSubject(s)
	}
	for _, p := range g.opt.Target.Pathways {
		for _, s := range p.Subjects {
			g.join(p.ID, g.subjects[s.Address()])
		}
	}
	for _, c := range g.order {
		for _, p := range g.opt.Target.Pathways {
			if c.Scope == checks.PerPathway && (len(c.Doors) == 0 || slices.Contains(c.Doors, p.Door)) {
				g.add(c, nil, p)
			}
		}
	}
}

// addSubject adds a host with every check of its role.
func (g *graph) addSubject(s *checks.Subject) {
	if g.subjects[s.Address()] != nil {
		return
	}
	g.subjects[s.Address()] = s
	for _, c := range g.order {
		if c.Scope == checks.PerHost && (len(c.Roles) == 0 || slices.Contains(c.Roles, s.Role)) {
			g.add(c, s, nil)
		}
	}
}

// addChain adds one check of a host with all that it waits for, and nothing else.
func (g *graph) addChain(c *checks.Check, s *checks.Subject) *node {
	if n := g.nodes[key{c, s.Address()}]; n != nil {
		return n
	}
	for _, r := range slices.Concat(c.Requires, c.Uses) {
		if r.Scope == checks.PerHost {
			g.addChain(r, s)
		}
	}
	return g.add(c, s, nil)
}

// add makes a node and links it to what it waits for. Prerequisites are added before, because g.order is topological.
func (g *graph) add(c *checks.Check, s *checks.Subject, p *checks.Pathway) *node {
	n := &node{late: checks.Late(c), done: make(chan struct{}), slot: &slot{}}
	n.Check, n.Subject, n.Pathway = c, s, p
	k := key{check: c}
	n.ID = c.ID
	switch {
	case s != nil:
		k.thing = s.Address()
		n.ID += "@" + s.Name()
	case p != nil:
		k.thing = p.ID
		n.ID += "@" + p.ID
	}
	n.requires, n.uses = g.link(n, c.Requires), g.link(n, c.Uses)
	g.queue(n)
	g.nodes[k] = n
	g.all = append(g.all, n)
	if !n.late {
		g.early++
	}
	return n
}

// queue lets a node that uses an account wait for the one before it, in the order of pathways, so that each knows what
// became of the attempts before its own (engine.md 1.31). A key is used whenever there is one, a person's account only if
// that was asked for.
func (g *graph) queue(n *node) {
	if n.Check.Needs&checks.NeedsAccount == 0 || n.Pathway == nil || n.Pathway.Door != checks.DoorAPI && !g.opt.Target.Login {
		return
	}
	name := "staff"
	if n.Pathway.Door == checks.DoorAPI || n.Pathway.Door == checks.DoorPortal {
		name = string(n.Pathway.Door)
	}
	if before := g.accounts[name]; before != nil {
		n.uses = append(n.uses, before)
	}
	g.accounts[name] = n
}

// link returns the nodes of some checks that share the computer, the subject or the pathway with n.
func (g *graph) link(n *node, list []*checks.Check) []*node {
	var linked []*node
	for _, c := range list {
		for _, k := range g.keys(n, c) {
			if d := g.nodes[k]; d != nil && !slices.Contains(linked, d) {
				linked = append(linked, d)
			}
		}
	}
	return linked
}

func (g *graph) keys(n *node, c *checks.Check) []key {
	switch {
	case c.Scope == checks.Once:
		return []key{{check: c}}
	case c.Scope == checks.PerPathway && n.Pathway != nil:
		return g.pathwayKeys(n.Pathway, c)
	case n.Subject != nil:
		return []key{{c, n.Subject.Address()}}
	case n.Pathway != nil:
		var ks []key
		for _, s := range n.Pathway.Subjects {
			ks = append(ks, key{c, s.Address()})
		}
		return ks
	}
	return nil // a late node: see lateUses
}

// pathwayKeys returns the node of a check on the same pathway; of one that is shared, those on the pathways of its doors.
func (g *graph) pathwayKeys(p *checks.Pathway, c *checks.Check) []key {
	if !c.Shared || slices.Contains(c.Doors, p.Door) {
		return []key{{c, p.ID}}
	}
	var ks []key
	for _, other := range g.opt.Target.Pathways {
		if slices.Contains(c.Doors, other.Door) {
			ks = append(ks, key{c, other.ID})
		}
	}
	return ks
}

// join records that a host was met on a pathway.
func (g *graph) join(pathway string, s *checks.Subject) {
	if s.Role.OffWay() || slices.Contains(g.ways[pathway], s) {
		return
	}
	g.ways[pathway] = append(g.ways[pathway], s)
}

// pathwaysOf returns the ids of the pathways that a node matters to.
func (g *graph) pathwaysOf(n *node) []string {
	var ids []string
	for _, p := range g.opt.Target.Pathways {
		switch {
		case n.Pathway != nil && n.Pathway != p:
		case n.Subject != nil && !slices.Contains(g.ways[p.ID], n.Subject):
		default:
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// topological sorts checks so that each comes after what it waits for, and by ID where that leaves a choice.
func topological(all []*checks.Check) []*checks.Check {
	rank := map[*checks.Check]int{}
	var rankOf func(c *checks.Check) int
	rankOf = func(c *checks.Check) int {
		if r, ok := rank[c]; ok {
			return r
		}
		r := 0
		for _, d := range slices.Concat(c.Requires, c.Uses) {
			r = max(r, rankOf(d)+1)
		}
		rank[c] = r
		return r
	}
	order := slices.Clone(all)
	slices.SortFunc(order, func(a, b *checks.Check) int {
		if d := rankOf(a) - rankOf(b); d != 0 {
			return d
		}
		return strings.Compare(a.ID, b.ID)
	})
	return order
}

// unwanted returns why a check is not run at all, or "".
func (o *Options) unwanted() func(*checks.Check) string {
	wanted := map[*checks.Check]bool{}
	var want func(c *checks.Check)
	want = func(c *checks.Check) {
		wanted[c] = true
		for _, r := range c.Requires {
			want(r)
		}
	}
	for _, c := range o.Checks {
		if slices.Contains(o.Only, c.ID) {
			want(c)
		}
	}
	return func(c *checks.Check) string {
		switch {
		case len(o.Only) > 0 && !wanted[c]:
			return "Not asked for."
		case slices.Contains(o.Skip, c.ID):
			return fmt.Sprintf("Left out by --skip %s.", c.ID)
		case o.Level == checks.LevelQuick && (c.Contrast || walks(c)):
			return "Not run at level quick."
		}
		return ""
	}
}

// walks reports whether a check is nothing without a browser; one that looks at a host says itself what then holds.
func walks(c *checks.Check) bool {
	return c.Needs&checks.NeedsBrowser != 0 && c.Scope == checks.PerPathway
}

// Walks reports whether a pathway is to be walked in a browser, unless something stops it before.
func (o *Options) Walks() bool {
	why := o.unwanted()
	return slices.ContainsFunc(o.Checks, func(c *checks.Check) bool {
		return walks(c) && why(c) == "" && slices.ContainsFunc(o.Target.Pathways, func(p *checks.Pathway) bool { return slices.Contains(c.Doors, p.Door) })
	})
}
