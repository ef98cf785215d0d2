package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/runner"
)

// Redraws are rarer than this; a wait is named after slowAfter without any node ending.
const (
	redraw    = 125 * time.Millisecond
	slowAfter = 3 * time.Second
)

// A progress shows a run while it runs, on standard error, and is gone before the report appears.
type progress struct {
	out    io.Writer
	plain  bool // one line for each finished node, no redraw
	target *checks.Target
	now    func() time.Time

	mu      sync.Mutex
	began   time.Time
	lastEnd time.Time
	working map[string]checks.Node
	ended   map[string]map[string]checks.State // pathway, column: worst state
	lines   int
	stop    chan struct{}
	stopped chan struct{}
}

// startProgress begins to draw. A nil progress shows nothing.
func startProgress(out io.Writer, plain bool, t *checks.Target, budget time.Duration, now func() time.Time) *progress {
	p := &progress{out: out, plain: plain, target: t, now: now, began: now(), lastEnd: now(), working: map[string]checks.Node{},
		ended: map[string]map[string]checks.State{}, stop: make(chan struct{}), stopped: make(chan struct{})}
	fmt.Fprintf(out, "Checking sign-in, at most %s. Ctrl+C stops and keeps results.\n", checks.Human(budget))
	if plain {
		close(p.stopped)
		return p
	}
	p.lines = 1
	go p.loop()
	return p
}

func (p *progress) loop() {
	defer close(p.stopped)
	tick := time.NewTicker(redraw)
	defer tick.Stop()
	for {
		select {
		case <-p.stop:
			p.erase()
			return
		case <-tick.C:
			p.draw()
		}
	}
}

// end erases what was drawn.
func (p *progress) end() {
	if p == nil {
		return
	}
	close(p.stop)
	<-p.stopped
}

// watch is told by the runner.
func (p *progress) watch(e runner.Progress) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !e.Ended {
		p.working[e.Node.ID] = e.Node
		return
	}
	delete(p.working, e.Node.ID)
	p.lastEnd = p.now()
	if p.plain && e.Node.State != checks.Skipped {
		p.line(e.Node)
	}
	if e.Node.Subject == nil && e.Node.Pathway == nil {
		return // this computer has no column
	}
	for _, id := range e.Node.Pathways {
		if p.ended[id] == nil {
			p.ended[id] = map[string]checks.State{}
		}
		stage := e.Node.Check.Stage()
		if s := p.ended[id][stage]; s == 0 || weight(e.Node.State) > weight(s) {
			p.ended[id][stage] = e.Node.State
		}
	}
}

func (p *progress) line(n checks.Node) {
	codes := ""
	for _, f := range n.Findings {
		codes += " " + f.Code.ID
	}
	fmt.Fprintf(p.out, "%s %s %s %.3f s%s\n", p.now().Format("15:04:05"), n.ID, stateWord(n.State), n.Took.Seconds(), codes)
}

// weight orders states for a roll-up, worst last.
func weight(s checks.State) int {
	return slices.Index([]checks.State{checks.Skipped, checks.Passed, checks.Warned, checks.Blocked, checks.Errored, checks.Failed}, s)
}

func stateWord(s checks.State) string {
	words := map[checks.State]string{checks.Passed: "ok", checks.Warned: "warn", checks.Failed: "FAIL", checks.Blocked: "blocked",
		checks.Skipped: "n/a", checks.Errored: "?"}
	return words[s]
}

func (p *progress) draw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	var b strings.Builder
	for _, w := range p.target.Pathways {
		fmt.Fprintf(&b, "  %-10s %-52s %6.1f s\n", w.ID, p.row(w.ID), p.now().Sub(p.began).Seconds())
	}
	if len(p.working) > 0 && p.now().Sub(p.lastEnd) > slowAfter {
		fmt.Fprintf(&b, "  Slow: waiting for %s\n", p.oldest())
	}
	p.eraseRows()
	fmt.Fprint(p.out, b.String())
	p.lines = 1 + strings.Count(b.String(), "\n")
}

func (p *progress) row(pathway string) string {
	var cells []string
	for _, stage := range checks.Stages[1:] {
		busy := false
		for _, n := range p.working {
			busy = busy || n.Check.Stage() == stage && slices.Contains(n.Pathways, pathway)
		}
		switch s := p.ended[pathway][stage]; {
		case busy:
			cells = append(cells, stage+" ...")
		case s != 0:
			cells = append(cells, stage+" "+stateWord(s))
		}
	}
	return strings.Join(cells, ", ")
}

func (p *progress) oldest() string {
	var oldest checks.Node
	for _, n := range p.working {
		if oldest.ID == "" || n.Started < oldest.Started {
			oldest = n
		}
	}
	return oldest.ID
}

// eraseRows removes the rows below the first line, erase that line as well.
func (p *progress) eraseRows() {
	if p.lines > 1 {
		fmt.Fprintf(p.out, "\x1b[%dA\x1b[J", p.lines-1)
		p.lines = 1
	}
}

func (p *progress) erase() {
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintf(p.out, "\x1b[%dA\x1b[J", p.lines)
}
