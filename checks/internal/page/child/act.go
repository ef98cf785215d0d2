package child

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/go-rod/rod/lib/proto"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

// aborted is what the browser says of a request that somebody gave up.
const aborted = "net::ERR_ABORTED"

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
	frameWorld
	middle []float64 // in the frame, of something that is to be pressed
}

// A sight is what the helpers say about a search.
type sight struct {
	Matched  string `json:"matched"`
	Error    string `json:"error"`
	Disabled bool   `json:"disabled"`
	Covered  string `json:"covered"`

	Middle []float64 `json:"middle"`
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
			if w.tab.eval(ctx, f, expression, &seen) != nil {
				continue // the document went away while it was asked
			}
			if seen.Error != "" {
				return place{}, "", errors.New(seen.Error)
			}
			if seen.Matched == "" {
				continue
			}
			if hindrance = seen.hindrance(); hindrance == "" {
				return place{f, seen.Middle}, seen.Matched, nil
			}
		}
		if !w.rest(ctx) {
			return place{}, "", notFound(s, hindrance)
		}
	}
}

func (s sight) hindrance() string {
	switch {
	case s.Disabled:
		return s.Matched + page.StayedDisabled
	case s.Covered != "":
		return s.Matched + page.StayedCovered + page.Text(s.Covered, 200)
	}
	return ""
}

func notFound(s checks.Step, hindrance string) error {
	if hindrance != "" {
		return &missingError{fmt.Sprintf("%s for %s", hindrance, checks.Human(s.Within))}
	}
	sought := strings.Join(append(append([]string(nil), s.Any...), s.Texts...), ", ")
	return &missingError{fmt.Sprintf("nothing of %s appeared within %s", sought, checks.Human(s.Within))}
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
	text := s.Value
	if !s.Secret.Empty() {
		text = s.Secret.Reveal()
	}
	return matched, w.typeInto(ctx, at, matched, text, false)
}

// typeInto types key by key and waits for the answer to the last. A page that moves on to the next field by itself needs
// to be typed into slowly, with a wait for each.
func (w *walker) typeInto(ctx context.Context, at place, matched, text string, slowly bool) error {
	keys := []rune(text)
	for i, r := range keys {
		if err := w.key(ctx, string(r), slowly || i == len(keys)-1); err != nil {
			return err
		}
	}
	var length int
	if w.tab.eval(ctx, at.frameWorld, world+".filled()", &length) == nil && length == 0 && text != "" {
		return fmt.Errorf("%s did not take the text", matched)
	}
	return nil
}

func (w *walker) key(ctx context.Context, r string, slowly bool) error {
	down := proto.InputDispatchKeyEvent{Type: proto.InputDispatchKeyEventTypeKeyDown, Key: r, Text: r, UnmodifiedText: r}
	up := proto.InputDispatchKeyEvent{Type: proto.InputDispatchKeyEventTypeKeyUp, Key: r}
	if !slowly {
		return errors.Join(w.tab.post(down.ProtoReq(), down), w.tab.post(up.ProtoReq(), up))
	}
	if err := down.Call(w.tab.with(ctx)); err != nil {
		return err
	}
	return up.Call(w.tab.with(ctx))
}

// press clicks into the middle of an element. A page that it leads to is the next step's to wait for.
func (w *walker) press(ctx context.Context, s checks.Step) (string, error) {
	at, matched, err := w.find(ctx, s, "press")
	if err == nil && w.leave(ctx, s.Name) {
		at, matched, err = w.find(ctx, s, "press")
	}
	if err != nil {
		return "", err
	}
	x, y, err := w.middle(ctx, at)
	if err != nil {
		return matched, fmt.Errorf("%s: %w", matched, err)
	}
	w.acted()
	move := proto.InputDispatchMouseEvent{Type: proto.InputDispatchMouseEventTypeMouseMoved, X: x, Y: y}
	down, up := move, move
	down.Type, down.Button, down.ClickCount = proto.InputDispatchMouseEventTypeMousePressed, proto.InputMouseButtonLeft, 1
	up.Type, up.Button, up.ClickCount = proto.InputDispatchMouseEventTypeMouseReleased, proto.InputMouseButtonLeft, 1
	if err := errors.Join(w.tab.post(move.ProtoReq(), move), w.tab.post(down.ProtoReq(), down)); err != nil {
		return matched, err
	}
	return matched, up.Call(w.tab.with(ctx))
}

// leave is called before something is pressed: the next page may be on its way right after it. It reports whether that took
// a while, in which things may have moved.
func (w *walker) leave(ctx context.Context, step string) bool {
	if w.script.Shots {
		_ = w.shot(ctx, step) // a page that cannot be pictured can be left all the same
	}
	if w.mark != nil {
		w.mark(ctx)
	}
	return w.script.Shots || w.mark != nil
}

// middle returns the middle of the found element in the tab, also if it is in a frame.
func (w *walker) middle(ctx context.Context, at place) (x, y float64, err error) {
	if at.frame == w.main && len(at.middle) == 2 {
		return at.middle[0], at.middle[1], nil
	}
	t := w.tab.with(ctx)
	r, err := proto.RuntimeEvaluate{Expression: world + ".found", ContextID: at.id}.Call(t)
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
