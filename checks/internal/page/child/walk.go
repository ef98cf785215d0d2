package child

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-rod/rod/lib/proto"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

const (
	pollEvery    = 50 * time.Millisecond
	settleWithin = 2 * time.Second // a look does not wait longer for a page that goes on loading
	lastLook     = 3 * time.Second // for the picture of a page on which a step failed
)

// aborted is what the browser says of a request that somebody gave up.
const aborted = "net::ERR_ABORTED"

// A walker carries out the steps.
type walker struct {
	*watcher
	tab tab
}

// walk returns the event that ends the log.
func (w *walker) walk(ctx context.Context, s checks.Script) checks.Event {
	err := w.steps(ctx, s)
	for w.flushPopups() && pause(ctx, pollEvery) {
	}
	return endOf(ctx, err)
}

// steps returns why the script ended early.
func (w *walker) steps(ctx context.Context, s checks.Script) error {
	done := map[string]bool{}
	for _, step := range s.Steps {
		if step.If != "" && !done[step.If] || step.Unless != "" && done[step.Unless] {
			w.tell(step, checks.OutcomeSkipped, "", nil)
			continue
		}
		matched, err := w.bounded(ctx, step)
		outcome := outcomeOf(ctx, err)
		w.tell(step, outcome, matched, err)
		done[step.Name] = outcome == checks.OutcomeDone
		if ctx.Err() != nil || err != nil && !step.Optional {
			w.depose(ctx, step)
			return fmt.Errorf("step %s: %w", step.Name, err)
		}
	}
	return nil
}

func (w *walker) tell(s checks.Step, outcome, matched string, err error) {
	e := checks.Event{Kind: checks.EventStep, Step: s.Name, Outcome: outcome, Matched: matched}
	if err != nil {
		e.Error = page.Text(err.Error(), 300)
	}
	w.journal.emit(e)
}

// A missingError says what did not appear.
type missingError struct{ what string }

func (e *missingError) Error() string { return e.what }

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
	return checks.OutcomeFailed
}

// bounded carries out one step within its time and returns what it matched.
func (w *walker) bounded(ctx context.Context, s checks.Step) (string, error) {
	s.Within = orDefault(s.Within, defaultWithin)
	ctx, cancel := context.WithTimeout(ctx, s.Within)
	defer cancel()
	matched, err := w.do(ctx, s)
	if errors.Is(err, context.DeadlineExceeded) {
		err = &silentError{s.Within}
	}
	return matched, err
}

func (w *walker) do(ctx context.Context, s checks.Step) (string, error) {
	switch s.Do {
	case checks.DoOpen:
		return "", w.open(ctx, s.URL)
	case checks.DoWait:
		_, matched, err := w.find(ctx, s, "")
		return matched, err
	case checks.DoFill:
		return w.fill(ctx, s)
	case checks.DoPress:
		return w.press(ctx, s)
	case checks.DoLook:
		return "", w.look(ctx, s.Name)
	case checks.DoShot:
		return "", w.shot(ctx, s.Name)
	}
	return "", fmt.Errorf("unknown verb %q", s.Do)
}

func (w *walker) open(ctx context.Context, url string) error {
	w.acted()
	r, err := proto.PageNavigate{URL: url}.Call(w.tab.with(ctx))
	if err != nil {
		return err
	}
	switch r.ErrorText {
	case "", "net::ERR_HTTP_RESPONSE_CODE_FAILURE": // an error page without a body is an answer
		return nil
	case aborted: // the page already went on to another one, or answered 204; or we refused its certificate
		if code := w.refusedHost(url); code != "" {
			return errors.New(code)
		}
		return nil
	}
	return errors.New(r.ErrorText)
}

// A place is where an element was found.
type place struct {
	world proto.RuntimeExecutionContextID
}

// A sight is what the helpers say about a search.
type sight struct {
	Matched  string `json:"matched"`
	Error    string `json:"error"`
	Disabled bool   `json:"disabled"`
	Covered  string `json:"covered"`
}

// find waits until something of the step is visible and, if the step acts on it, can be acted on.
func (w *walker) find(ctx context.Context, s checks.Step, act string) (place, string, error) {
	call, err := json.Marshal([]any{orEmpty(s.Any), orEmpty(s.Texts), act})
	if err != nil {
		return place{}, "", err
	}
	expression := world + ".find(..." + string(call) + ")"
	hindrance := ""
	for {
		for _, f := range w.frames() {
			var seen sight
			if w.tab.eval(ctx, f.id, expression, &seen) != nil {
				continue // the document went away while it was asked
			}
			if seen.Error != "" {
				return place{}, "", errors.New(seen.Error)
			}
			if seen.Matched == "" {
				continue
			}
			if hindrance = seen.hindrance(); hindrance == "" {
				return place{f.id}, seen.Matched, nil
			}
		}
		if !pause(ctx, pollEvery) {
			return place{}, "", notFound(s, hindrance)
		}
	}
}

func (s sight) hindrance() string {
	switch {
	case s.Disabled:
		return fmt.Sprintf("%s stayed disabled", s.Matched)
	case s.Covered != "":
		return fmt.Sprintf("%s stayed covered by %s", s.Matched, s.Covered)
	}
	return ""
}

func notFound(s checks.Step, hindrance string) error {
	if hindrance == "" {
		hindrance = "nothing of " + strings.Join(append(append([]string(nil), s.Any...), s.Texts...), ", ") + " appeared"
	}
	return &missingError{fmt.Sprintf("%s within %s", hindrance, checks.Human(s.Within))}
}

func orEmpty(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// fill types into a field, key by key, in the place of what it held.
func (w *walker) fill(ctx context.Context, s checks.Step) (string, error) {
	at, matched, err := w.find(ctx, s, "fill")
	if err != nil {
		return "", err
	}
	if err := w.tab.eval(ctx, at.world, world+".ready()", nil); err != nil {
		return matched, err
	}
	text := s.Value
	if !s.Secret.Empty() {
		text = s.Secret.Reveal()
	}
	for _, r := range text {
		if err := w.key(ctx, string(r)); err != nil {
			return matched, err
		}
	}
	var length int
	if w.tab.eval(ctx, at.world, world+".filled()", &length) == nil && length == 0 && text != "" {
		return matched, fmt.Errorf("%s did not take the text", matched)
	}
	return matched, nil
}

func (w *walker) key(ctx context.Context, r string) error {
	down := proto.InputDispatchKeyEvent{Type: proto.InputDispatchKeyEventTypeKeyDown, Key: r, Text: r, UnmodifiedText: r}
	if err := down.Call(w.tab.with(ctx)); err != nil {
		return err
	}
	return proto.InputDispatchKeyEvent{Type: proto.InputDispatchKeyEventTypeKeyUp, Key: r}.Call(w.tab.with(ctx))
}

// press clicks into the middle of an element. A page that it leads to is the next step's to wait for.
func (w *walker) press(ctx context.Context, s checks.Step) (string, error) {
	at, matched, err := w.find(ctx, s, "press")
	if err != nil {
		return "", err
	}
	x, y, err := w.middle(ctx, at)
	if err != nil {
		return matched, fmt.Errorf("%s: %w", matched, err)
	}
	w.acted()
	for _, kind := range []proto.InputDispatchMouseEventType{proto.InputDispatchMouseEventTypeMouseMoved,
		proto.InputDispatchMouseEventTypeMousePressed, proto.InputDispatchMouseEventTypeMouseReleased} {
		e := proto.InputDispatchMouseEvent{Type: kind, X: x, Y: y}
		if kind != proto.InputDispatchMouseEventTypeMouseMoved {
			e.Button, e.ClickCount = proto.InputMouseButtonLeft, 1
		}
		if err := e.Call(w.tab.with(ctx)); err != nil {
			return matched, err
		}
	}
	return matched, nil
}

// middle returns the middle of the found element in the tab, also if it is in a frame.
func (w *walker) middle(ctx context.Context, at place) (x, y float64, err error) {
	t := w.tab.with(ctx)
	r, err := proto.RuntimeEvaluate{Expression: world + ".found", ContextID: at.world}.Call(t)
	if err != nil {
		return 0, 0, err
	}
	quads, err := proto.DOMGetContentQuads{ObjectID: r.Result.ObjectID}.Call(t)
	if err != nil {
		return 0, 0, err
	}
	if len(quads.Quads) == 0 {
		return 0, 0, errors.New("it has no place on the page")
	}
	q := quads.Quads[0]
	return (q[0] + q[2] + q[4] + q[6]) / 4, (q[1] + q[3] + q[5] + q[7]) / 4, nil
}
