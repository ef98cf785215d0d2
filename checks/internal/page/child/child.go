// Package child is the process that drives the browser: it walks one script in one tab and says what it sees.
package child

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

const (
	defaultDeadline = 60 * time.Second
	defaultWithin   = 15 * time.Second
	defaultRounds   = 5
	startWithin     = 30 * time.Second // a cold full Chromium took 1.2 s on an idle machine
)

var errOrphan = errors.New("the program that asked is gone")

// Main reads an order, carries it out and writes the events. The last one is always "end".
func Main(in io.Reader, out io.Writer) {
	from := json.NewDecoder(in)
	order, err := page.ReadOrder(from)
	j := newJournal(out, order.Script)
	if err != nil {
		j.emit(crashed(err))
		return
	}
	ctx, stop := context.WithCancelCause(context.Background())
	defer stop(nil)
	answers := make(chan page.Answer, 1)
	go func() {
		for {
			a, err := page.ReadAnswer(from)
			if err != nil {
				stop(errOrphan)
				return
			}
			answers <- a
		}
	}()
	j.emit(perform(ctx, order, j, answers))
}

// perform returns the event that ends the log.
func perform(ctx context.Context, order page.Order, j *journal, answers <-chan page.Answer) checks.Event {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	deadline := orDefault(order.Script.Deadline, defaultDeadline)
	budget := newBudget(deadline, func() { stop(errDeadline(deadline)) })
	defer budget.end()
	b, err := launch(order)
	if err != nil {
		return crashed(err)
	}
	defer b.close()
	w, err := b.openTab(ctx, order, j, stop)
	if err != nil {
		return endOf(ctx, b.explain(err))
	}
	w.budget, w.answers = budget, answers
	return w.walk(ctx, order.Script)
}

type errDeadline time.Duration

func (e errDeadline) Error() string {
	return fmt.Sprintf("the script did not end within %s", checks.Human(time.Duration(e)))
}

// A crashError says that the browser or its page ended by itself.
type crashError struct{ reason string }

func (e *crashError) Error() string { return e.reason }

// A loopError says that the browser was sent around in a circle.
type loopError struct{ pair string }

func (e *loopError) Error() string { return "a loop: " + e.pair }

func crashed(err error) checks.Event {
	return checks.Event{Kind: checks.EventEnd, Outcome: checks.OutcomeCrashed, Error: err.Error()}
}

// endOf tells the end of a script that did not get through: the reason why its context ended counts before err.
func endOf(ctx context.Context, err error) checks.Event {
	end := checks.Event{Kind: checks.EventEnd, Outcome: checks.OutcomeStopped}
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	if err == nil {
		end.Outcome = checks.OutcomeDone
		return end
	}
	end.Error = err.Error()
	if _, ok := errors.AsType[*crashError](err); ok || errors.Is(err, errOrphan) {
		end.Outcome = checks.OutcomeCrashed
	}
	if _, ok := errors.AsType[errDeadline](err); ok {
		end.Outcome = checks.OutcomeTimeout
	}
	return end
}

func orDefault[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}
