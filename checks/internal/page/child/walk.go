package child

import (
	"context"
	"errors"
	"fmt"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

const (
	pollEvery    = 50 * time.Millisecond
	settleWithin = 2 * time.Second        // a look does not wait longer for a page that goes on loading
	leaveWithin  = 100 * time.Millisecond // what was pressed shows as a page that loads within this
	lastLook     = 3 * time.Second        // for the picture of a page on which a step failed
)

// A walker carries out the steps.
type walker struct {
	*watcher
	tab     tab
	budget  *budget
	answers <-chan page.Answer
	done    map[string]bool       // steps and cases by name
	mark    func(context.Context) // remembers the page before something is pressed; nil if nobody wants to know
	shots   int                   // taken
	used    *usedCodes
}

// walk returns why the script ended early.
func (w *walker) walk(ctx context.Context, s checks.Script) error {
	err := w.steps(ctx, "", s.Steps)
	for w.flushPopups() && pause(ctx, pollEvery) {
	}
	return err
}

// A stepError says which step ended its script.
type stepError struct {
	step string
	err  error
}

func (e *stepError) Error() string { return "step " + e.step + ": " + e.err.Error() }

func (e *stepError) Unwrap() error { return e.err }

// steps carries out the steps of the script or of a case, whose name is the prefix. It returns why it ended early.
func (w *walker) steps(ctx context.Context, prefix string, steps []checks.Step) error {
	for _, step := range steps {
		step.Name = prefix + step.Name
		if step.If != "" && !w.did(prefix, step.If) || step.Unless != "" && w.did(prefix, step.Unless) {
			w.done[step.Name] = false
			w.tell(step.Name, checks.OutcomeSkipped, "", nil)
			continue
		}
		matched, err := w.carryOut(ctx, step)
		outcome := outcomeOf(ctx, err)
		w.tell(step.Name, outcome, matched, err)
		w.done[step.Name] = outcome == checks.OutcomeDone
		if ctx.Err() == nil && (err == nil || step.Optional) {
			continue
		}
		if inner, ok := errors.AsType[*stepError](err); ok {
			return inner // its page was deposed already
		}
		w.depose(ctx, step.Name)
		return &stepError{step.Name, err}
	}
	return nil
}

// did reports whether a step was done: one of the same case, else one of that name.
func (w *walker) did(prefix, name string) bool {
	if done, known := w.done[prefix+name]; known {
		return done
	}
	return w.done[name]
}

func (w *walker) tell(step, outcome, matched string, err error) {
	e := checks.Event{Kind: checks.EventStep, Step: step, Outcome: outcome, Matched: matched}
	if err != nil {
		e.Error = page.Text(err.Error(), 300)
	}
	w.journal.emit(e)
}

// A missingError says what did not appear.
type missingError struct{ what string }

func (e *missingError) Error() string { return e.what }

// An againError says which page came again.
type againError struct{ name string }

func (e *againError) Error() string { return fmt.Sprintf("the page %q came again", e.name) }

// A silentError says that a page did not answer in time.
type silentError struct{ within time.Duration }

func (e *silentError) Error() string { return "no answer within " + checks.Human(e.within) }

func outcomeOf(ctx context.Context, err error) string {
	if _, ok := errors.AsType[errDeadline](context.Cause(ctx)); ok {
		return checks.OutcomeTimeout
	}
	if err == nil {
		return checks.OutcomeDone
	}
	if _, ok := errors.AsType[*missingError](err); ok {
		return checks.OutcomeMissing
	}
	if _, ok := errors.AsType[*silentError](err); ok {
		return checks.OutcomeTimeout
	}
	if _, ok := errors.AsType[*againError](err); ok {
		return checks.OutcomeAgain
	}
	return checks.OutcomeFailed
}

// carryOut carries out one step and returns what it matched.
func (w *walker) carryOut(ctx context.Context, s checks.Step) (string, error) {
	s.Within = orDefault(s.Within, defaultWithin)
	switch s.Do {
	case checks.DoFollow:
		return w.follow(ctx, s)
	case checks.DoCode:
		return w.code(ctx, s)
	}
	return bounded(ctx, s.Within, func(ctx context.Context) (string, error) { return w.do(ctx, s) })
}

// bounded gives something a time of its own.
func bounded[T any](ctx context.Context, within time.Duration, f func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	v, err := f(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = &silentError{within}
	}
	return v, err
}

func (w *walker) do(ctx context.Context, s checks.Step) (string, error) {
	switch s.Do {
	case checks.DoOpen:
		return "", w.open(ctx, s.URL)
	case checks.DoWait:
		act := ""
		if s.Usable {
			act = "use"
		}
		_, matched, err := w.find(ctx, s, act)
		return matched, err
	case checks.DoFill:
		return w.fill(ctx, s)
	case checks.DoPress:
		return w.press(ctx, s)
	case checks.DoLook:
		w.settle(ctx)
		return "", w.look(ctx, s.Name)
	case checks.DoShot:
		w.settle(ctx)
		return "", w.shot(ctx, s.Name)
	case checks.DoPrint:
		return "", w.print(ctx, s.Name, s.Value)
	}
	return "", fmt.Errorf("unknown verb %q", s.Do)
}
