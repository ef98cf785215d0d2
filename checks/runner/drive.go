package runner

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"logindoctor/checks"
)

// drive takes one node from planned to ended.
func (g *graph) drive(ctx context.Context, n *node) {
	defer g.end(n)
	if why := g.unwanted(n.Check); why != "" {
		n.State, n.Reason = checks.Skipped, why
		return
	}
	if !g.await(ctx, n) {
		n.stopped()
		return
	}
	if judged(n) {
		return
	}
	leave, ok := g.enter(ctx, n)
	if !ok {
		return
	}
	defer leave()
	n.Started = g.opt.World.Now().Sub(g.began)
	g.watch(n, false)
	g.apply(ctx, n, nil)
	g.confirm(ctx, n)
	if ctx.Err() != nil && n.State == checks.Failed {
		n.cutShort()
	}
	n.Took = g.opt.World.Now().Sub(g.began) - n.Started
}

// stopped ends a node that was never begun. It is an error and not skipped, so that the verdict is unknown and not fine.
func (n *node) stopped() {
	n.State, n.Hits, n.Reason = checks.Errored, checks.Everyone, "Not begun: the run was stopped."
}

// cutShort takes back a failure that was seen while the run was being stopped: what failed may have been the stopping.
func (n *node) cutShort() {
	n.stopped()
	n.Reason, n.Findings = "The run was stopped while the check looked.", nil
}

func (g *graph) end(n *node) {
	g.watch(n, true)
	close(n.done)
	if n.late {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.early--; g.early == 0 {
		close(g.quiet)
	}
}

// await waits for everything that n depends on. It reports false if the run was stopped.
func (g *graph) await(ctx context.Context, n *node) bool {
	if n.late {
		select {
		case <-g.quiet:
		case <-ctx.Done():
			return false
		}
		g.lateUses(n)
	}
	for _, d := range slices.Concat(n.requires, n.uses) {
		select {
		case <-d.done:
		case <-ctx.Done():
			return false
		}
	}
	return ctx.Err() == nil
}

// lateUses links a late node to every node of the checks it uses, now that no host can be added any more.
func (g *graph) lateUses(n *node) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, d := range g.all {
		if d != n && slices.Contains(n.Check.Uses, d.Check) && !slices.Contains(n.uses, d) {
			n.uses = append(n.uses, d)
		}
	}
}

// judged ends a node whose prerequisites do not let it run.
func judged(n *node) bool {
	for _, d := range n.requires {
		by, hits := blockers(d, n.client())
		for _, id := range by {
			if !slices.Contains(n.BlockedBy, id) {
				n.BlockedBy = append(n.BlockedBy, id)
			}
		}
		n.Hits |= hits
	}
	if len(n.BlockedBy) > 0 {
		n.State = checks.Blocked
		return true
	}
	for _, d := range n.requires {
		if d.State == checks.Skipped && !d.open {
			n.State, n.Reason = checks.Skipped, d.Reason
			return true
		}
	}
	return false
}

// blockers returns the ids of the nodes through which d stops a client: d itself, or what blocked it.
func blockers(d *node, client checks.Clients) ([]string, checks.Clients) {
	if d.Hits&client == 0 {
		return nil, 0
	}
	if d.State == checks.Blocked {
		return d.BlockedBy, d.Hits
	}
	return []string{d.ID}, d.Hits
}

// enter takes a slot, and a browser's turn where the check needs one. It reports false, with n ended,
// if there is no turn for n any more.
func (g *graph) enter(ctx context.Context, n *node) (leave func(), ok bool) {
	var turns []chan struct{}
	if n.Check.Needs&checks.NeedsBrowser != 0 {
		turns = append(turns, g.browsers)
	}
	turns = append(turns, g.slots)
	if !take(ctx, turns) {
		n.stopped()
		return nil, false
	}
	return func() {
		for _, c := range turns[:len(turns)-1] {
			<-c
		}
		g.leaveSlot(n)
	}, true
}

// take takes every turn in order, or none.
func take(ctx context.Context, turns []chan struct{}) bool {
	for i, c := range turns {
		select {
		case c <- struct{}{}:
		case <-ctx.Done():
			for _, taken := range turns[:i] {
				<-taken
			}
			return false
		}
	}
	return true
}

// A slot is a node's share of g.slots. Its pass gives it back while it waits in Reach, possibly in several at once, and
// a check that was left behind may still be waiting there when the node leaves.
type slot struct {
	away int // calls of Reach that wait
	left bool
}

func (g *graph) leaveSlot(n *node) {
	g.mu.Lock()
	n.slot.left = true
	held := n.slot.away == 0
	g.mu.Unlock()
	if held {
		<-g.slots
	}
}

func (g *graph) giveSlotBack(s *slot) {
	g.mu.Lock()
	s.away++
	give := s.away == 1 && !s.left
	g.mu.Unlock()
	if give {
		<-g.slots
	}
}

func (g *graph) takeSlotAgain(s *slot) {
	g.mu.Lock()
	s.away--
	take := s.away == 0 && !s.left
	g.mu.Unlock()
	if take {
		g.slots <- struct{}{}
	}
}

// apply runs the check once and settles the node's state. The overlay holds fresh prerequisites of a repetition.
func (g *graph) apply(ctx context.Context, n *node, overlay map[*checks.Check]*node) {
	timeout := n.Check.Timeout
	if timeout == 0 {
		timeout = 15 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	p := checks.NewPass(&view{g, n, overlay}, g.opt.World, g.opt.Target, n.Check)
	p.Subject, p.Pathway, p.Level = n.Subject, n.Pathway, g.opt.Level
	ended := make(chan outcome, 1)
	go func() { ended <- protect(ctx, p) }()
	select {
	case o := <-ended:
		settle(n, p, o)
	case <-ctx.Done():
		select {
		case o := <-ended:
			settle(n, p, o)
		case <-time.After(grace): // the pass still belongs to the check that was left behind: nothing of it is read
			n.State, n.Hits = checks.Errored, checks.Everyone
			n.Reason = fmt.Sprintf("The check did not end within %s and was left behind.", checks.Human(timeout))
		}
	}
}

type outcome struct {
	result any
	err    error
}

func protect(ctx context.Context, p *checks.Pass) (o outcome) {
	defer func() {
		if r := recover(); r != nil {
			o.err = fmt.Errorf("%s panicked: %v\n%s", p.Check.ID, r, debug.Stack())
		}
	}()
	o.result, o.err = p.Check.Run(ctx, p)
	return o
}

// settle turns what Run returned into the node's state.
func settle(n *node, p *checks.Pass, o outcome) {
	n.Result, n.Findings, n.Evidence, n.Depth = o.result, p.Findings, p.Observed, p.Depth
	n.Pictures, n.Traffic, n.spent = p.Pictures, p.Traffic, p.Spent
	var blocked *checks.BlockedError
	var skip *checks.SkipError
	switch {
	case errors.As(o.err, &blocked):
		n.State, n.BlockedBy, n.Hits = checks.Blocked, blocked.By, blocked.Hits
	case errors.As(o.err, &skip):
		n.State, n.Reason, n.open = checks.Skipped, skip.Reason, skip.Open
	case o.err != nil:
		n.State, n.Reason, n.Hits = checks.Errored, o.err.Error(), checks.Everyone
	default:
		n.State, n.Reason, n.Hits = stateOf(n)
	}
}

func stateOf(n *node) (checks.State, string, checks.Clients) {
	state, hits := checks.Passed, checks.Clients(0)
	for _, f := range n.Findings {
		if !slices.Contains(n.Check.Codes, f.Code) && !slices.Contains(n.Check.Lent, f.Code) {
			return checks.Errored, fmt.Sprintf("reported %s, which it does not declare", f.Code.ID), checks.Everyone
		}
		hits |= f.Hits()
		switch {
		case f.Impact == checks.Blocking:
			state = checks.Failed
		case f.Impact != checks.Info && state == checks.Passed:
			state = checks.Warned
		}
	}
	return state, "", hits
}
