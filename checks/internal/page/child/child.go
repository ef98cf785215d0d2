// Package child is the process that drives the browser: it walks scripts, each in a tab of its own, and says what it sees.
package child

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

const (
	defaultDeadline = 60 * time.Second
	defaultWithin   = 15 * time.Second
	defaultRounds   = 5
	startWithin     = 30 * time.Second // a cold full Chromium took 1.2 s on an idle machine
	aliveWithin     = 3 * time.Second  // what answers nothing for so long when nothing else is to be done hangs
	beatEvery       = 2 * time.Second
	beatWithin      = 10 * time.Second // what answers nothing for so long hangs, whatever else is to be done
)

// Reasons for which walks end that no walk is to blame for.
var (
	errOrphan      = errors.New("the program that asked is gone")
	errInterrupted = errors.New("interrupted")
)

// A child serves the calls of its parent with one browser.
type child struct {
	order   page.Order
	out     *output
	browser *browser
	used    usedCodes
	lull    lull

	mu     sync.Mutex
	rooms  map[string]*room
	walks  map[int]*ongoing
	served bool // a walk was begun
	closed bool // no walk is begun any more
	wait   sync.WaitGroup
	first  chan struct{} // closed when a walk was begun
}

// An ongoing is a walk as those see it who end it or answer it.
type ongoing struct {
	stop    context.CancelCauseFunc
	answers chan page.Answer
}

// Main reads an order and serves calls until the parent or the browser is gone. The last event of each walk is "end".
func Main(in io.Reader, out io.Writer) error {
	from := json.NewDecoder(in)
	order, err := page.ReadOrder(from)
	if err != nil {
		return err
	}
	c := &child{order: order, out: newOutput(out), rooms: map[string]*room{}, walks: map[int]*ongoing{}, first: make(chan struct{})}
	c.browser = launch(order)
	defer c.browser.close()
	go c.beat()
	orphaned := make(chan struct{})
	go func() {
		c.serve(from)
		close(orphaned)
	}()
	select {
	case <-orphaned:
		c.stopAll(errOrphan)
	case <-c.browser.gone:
		// Whoever asks first is to hear why there is no browser.
		select {
		case <-c.first:
		case <-orphaned:
		}
	}
	c.end()
	return nil
}

// beat tells the parent from time to time that child and browser still answer. A browser that does not is ended.
func (c *child) beat() {
	for {
		select {
		case <-c.browser.gone:
			return
		case <-time.After(beatEvery):
		}
		if !c.browser.alive(beatWithin) {
			c.browser.process.Kill()
			return
		}
		c.out.write(0, checks.Event{V: checks.EventVersion, Kind: page.Beat})
	}
}

func (c *child) serve(from *json.Decoder) {
	for {
		call, err := page.ReadCall(from)
		if err != nil {
			return
		}
		c.take(call)
	}
}

func (c *child) take(call page.Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case call.Room != nil:
		c.rooms[call.Room.Name] = c.openRoom(*call.Room)
	case call.Leave != "":
		if r := c.rooms[call.Leave]; r != nil {
			delete(c.rooms, call.Leave)
			go r.close()
		}
	case call.Walk != nil:
		c.begin(*call.Walk)
	case call.Answer != nil:
		if o := c.walks[call.Answer.Walk]; o != nil {
			select {
			case o.answers <- *call.Answer:
			default: // nobody asked
			}
		}
	default:
		if o := c.walks[call.Stop]; o != nil {
			o.stop(errInterrupted)
		}
	}
}

// begin starts a walk. A parent that hears nothing of one because we are about to end asks another child.
func (c *child) begin(w page.Walk) {
	if c.closed {
		return
	}
	ctx, stop := context.WithCancelCause(context.Background())
	o := &ongoing{stop, make(chan page.Answer, 1)}
	c.walks[w.ID] = o
	r := c.rooms[w.Room]
	c.wait.Go(func() {
		defer stop(nil)
		j := newJournal(c.out, w)
		j.emit(c.perform(ctx, r, w, j, o))
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.walks, w.ID)
	})
	if !c.served {
		c.served = true
		close(c.first)
	}
}

func (c *child) stopAll(why error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, o := range c.walks {
		o.stop(why)
	}
}

// end waits for the walks in flight.
func (c *child) end() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.wait.Wait()
}

// perform returns the event that ends the log.
func (c *child) perform(ctx context.Context, r *room, call page.Walk, j *journal, o *ongoing) checks.Event {
	s := call.Script
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	deadline := orDefault(s.Deadline, defaultDeadline)
	budget := newBudget(deadline, func() { stop(errDeadline(deadline)) })
	defer budget.end()
	defer c.browser.watch(func(reason error) { stop(reason) })()
	if r == nil {
		return endOf(ctx, errors.New("no such room"))
	}
	w, err := r.enter(ctx)
	if err != nil {
		return endOf(ctx, c.browser.explain(ctx, err))
	}
	w.begin(s, j, stop)
	w.budget, w.answers, w.used = budget, o.answers, &c.used
	j.emit(checks.Event{Kind: checks.EventStart, Text: c.browser.version, Notes: r.notes()})
	err = w.walk(ctx, s)
	if silence := w.leaveTab(ctx, call.Last); silence != nil {
		err = silence
		stop(silence)
	}
	return endOf(ctx, err)
}

type errDeadline time.Duration

func (e errDeadline) Error() string {
	return fmt.Sprintf("the script did not end within %s", checks.Human(time.Duration(e)))
}

// A crashError says that the browser or its page ended by itself, or no longer answers.
type crashError struct{ reason string }

func (e *crashError) Error() string { return e.reason }

// A loopError says that the browser was sent around in a circle.
type loopError struct{ pair string }

func (e *loopError) Error() string { return "a loop: " + e.pair }

// endOf tells the end of a script: silence counts before the reason why its context ended, and that before err.
func endOf(ctx context.Context, err error) checks.Event {
	end := checks.Event{Kind: checks.EventEnd, Outcome: checks.OutcomeStopped}
	crash, crashed := errors.AsType[*crashError](err)
	if cause := context.Cause(ctx); cause != nil && !crashed {
		err = cause
		crash, crashed = errors.AsType[*crashError](err)
	}
	switch _, late := errors.AsType[errDeadline](err); {
	case err == nil:
		end.Outcome = checks.OutcomeDone
		return end
	case crashed:
		err = crash
		end.Outcome = checks.OutcomeCrashed
	case errors.Is(err, errOrphan):
		end.Outcome = checks.OutcomeCrashed
	case late, errors.Is(err, errInterrupted):
		end.Outcome = checks.OutcomeTimeout
	}
	end.Error = err.Error()
	return end
}

func orDefault[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}
