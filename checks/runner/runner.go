// Package runner plans the graph of checks for a target, runs it, and records what came of every node.
//
// One goroutine belongs to each node. It waits for the done channels of what the node depends on and then for a slot.
// All waiting is on channels, never on a mutex, so that testing/synctest sees it.
package runner

import (
	"context"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"logindoctor/checks"
)

// Options say what is run and how.
type Options struct {
	World  checks.World
	Checks []*checks.Check // a set that checks.Validate accepts
	Target *checks.Target
	Level  checks.Level // zero means LevelStandard
	Only   []string     // ids of checks: these and what they require
	Skip   []string     // ids of checks that are left out
	Slots  int          // nodes at work at once, zero means 64
	Watch  func(Progress)
}

// Progress is told when a node begins and when it ends. It is called from many goroutines, one at a time.
type Progress struct {
	Node  checks.Node // a copy
	Ended bool
}

// browsers bounds the browsers at work at once: two of them fill two cores (performance.md, D).
const browsers = 2

// grace is how long a check may take to notice that its time is over before it is left behind.
const grace = 250 * time.Millisecond

type graph struct {
	opt      Options
	life     context.Context // the run's: a host met on the way outlives the check that met it
	order    []*checks.Check
	began    time.Time
	unwanted func(*checks.Check) string

	slots, browsers chan struct{}
	work            sync.WaitGroup
	quiet           chan struct{} // closed when no node that may hand over hosts is left

	mu       sync.Mutex // guards what follows; never held while waiting
	nodes    map[key]*node
	all      []*node
	subjects map[string]*checks.Subject
	ways     map[string][]*checks.Subject
	early    int              // nodes that are not late and have not ended
	accounts map[string]*node // who is the last in the queue for an account
}

// Run applies the checks to the target and returns when every node has ended. When ctx ends, nodes at work become
// errors, the rest is not begun, and the run is marked incomplete.
func Run(ctx context.Context, o Options) *checks.Run {
	if o.Level == 0 {
		o.Level = checks.LevelStandard
	}
	if o.Slots == 0 {
		o.Slots = 64
	}
	g := &graph{
		opt: o, life: ctx, order: topological(o.Checks), began: o.World.Now(), unwanted: o.unwanted(),
		slots: make(chan struct{}, o.Slots), browsers: make(chan struct{}, browsers), quiet: make(chan struct{}),
		nodes: map[key]*node{}, subjects: map[string]*checks.Subject{}, ways: map[string][]*checks.Subject{},
		accounts: map[string]*node{},
	}
	g.mu.Lock()
	g.plan()
	g.start(g.all)
	if g.early == 0 {
		close(g.quiet)
	}
	g.mu.Unlock()
	g.work.Wait()
	return g.record(ctx)
}

// start begins the goroutines of nodes; g.mu is held.
func (g *graph) start(nodes []*node) {
	for _, n := range nodes {
		g.work.Add(1)
		go func() {
			defer g.work.Done()
			g.drive(g.life, n)
		}()
	}
}

func (g *graph) record(ctx context.Context) *checks.Run {
	r := &checks.Run{Target: g.opt.Target, Ways: g.ways, Started: g.began, Complete: ctx.Err() == nil}
	rank := map[*checks.Check]int{}
	for i, c := range g.order {
		rank[c] = i
	}
	slices.SortFunc(g.all, func(a, b *node) int {
		if d := rank[a.Check] - rank[b.Check]; d != 0 {
			return d
		}
		return strings.Compare(a.ID, b.ID)
	})
	for _, n := range g.all {
		n.Pathways = g.pathwaysOf(n)
		if c, ok := n.Result.(io.Closer); ok {
			c.Close()
		}
		r.Nodes = append(r.Nodes, &n.Node)
	}
	r.Took = g.opt.World.Now().Sub(g.began)
	return r
}

func (g *graph) watch(n *node, ended bool) {
	if g.opt.Watch == nil {
		return
	}
	g.mu.Lock()
	p := Progress{Node: n.Node, Ended: ended}
	p.Node.Pathways = g.pathwaysOf(n)
	g.opt.Watch(p)
	g.mu.Unlock()
}
