package child

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"logindoctor/checks"
)

// atRest is how long a page must have nothing under way before what it still shows counts as its answer.
const atRest = time.Second

// A follower carries out the cases of one step. What makes it hard: right after a press the old page is still there, and
// some applications never leave the document that they began with.
type follower struct {
	*walker
	step   checks.Step
	call   string       // the question for the helpers
	times  map[stay]int // how often each case was carried out
	at     stay         // where it is carried out now
	last   int          // the case that was carried out last
	left   scene        // when something was pressed last
	gone   []bool       // cases of that scene that have not been visible since, if only for a moment
	moving bool         // something was pressed, and left holds
}

// A scene is what is visible at one moment.
type scene struct {
	seen  []sighting // for each case
	print string     // changes with the visible text and the state of the fields
}

// A sighting is where a case is visible; the zero value means nowhere.
type sighting struct{ matched, document, host string }

// A stay is a case on a host: two providers on one way may both ask who signs in.
type stay struct {
	page int
	host string
}

// A survey is what the helpers say about the cases in one document.
type survey struct {
	Matched []string `json:"matched"`
	Print   string   `json:"print"`
	Host    string   `json:"host"`
	Error   string   `json:"error"`
}

// follow returns the name of the case that ends it.
func (w *walker) follow(ctx context.Context, s checks.Step) (string, error) {
	f := &follower{walker: w, step: s, times: map[stay]int{}, last: -1, gone: make([]bool, len(s.Cases))}
	if err := f.prepare(); err != nil {
		return "", err
	}
	defer func(outer func(context.Context)) { w.mark = outer }(w.mark)
	w.mark = f.remember
	for {
		i, err := f.next(ctx)
		if err != nil {
			return "", err
		}
		c := s.Cases[i]
		f.times[f.at]++
		f.last = i
		f.remember(ctx)
		if err := w.steps(ctx, c.Name+"/", c.Steps); err != nil {
			return "", err
		}
		if c.Ends {
			return c.Name, nil
		}
	}
}

func (f *follower) prepare() error {
	var questions []map[string]any
	for _, c := range f.step.Cases {
		if len(c.Any)+len(c.Texts) == 0 {
			return fmt.Errorf("nothing is said by which the page %q is known", c.Name)
		}
		questions = append(questions, map[string]any{"any": orEmpty(c.Any), "texts": orEmpty(c.Texts), "at": append([]checks.Place{}, c.At...)})
	}
	text, err := json.Marshal(questions)
	f.call = world + ".survey(" + string(text) + ")"
	return err
}

// remember notes the scene that something is about to be pressed in.
func (f *follower) remember(ctx context.Context) {
	now, err := f.look(ctx)
	f.moving = err == nil
	f.left = now
	clear(f.gone)
	f.watchTraffic()
}

// next waits for a case that is to be carried out, and says that it was seen.
func (f *follower) next(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, f.step.Within)
	defer cancel()
	over := -1 // a case that may not come again, and did
	for {
		now, err := f.look(ctx)
		if err != nil && ctx.Err() == nil {
			return 0, err
		}
		i := -1
		if err == nil {
			i, over = f.choose(now)
		}
		if i >= 0 {
			f.at = stay{i, now.seen[i].host}
			f.see(ctx, i, now.seen[i].matched)
			return i, nil
		}
		if over >= 0 && (f.resting() || ctx.Err() != nil) {
			return 0, f.again(ctx, over)
		}
		if lost := f.whyLost(); lost != "" && f.resting() { // nobody waits in front of the browser's own error page
			return 0, &missingError{"the page did not load: " + lost}
		}
		if lacks := f.whatLacks(); lacks != "" && over < 0 {
			return 0, &missingError{"the page did not come whole: " + lacks}
		}
		if !f.rest(ctx) && over < 0 {
			return 0, f.nothing()
		}
	}
}

func (f *follower) see(ctx context.Context, i int, matched string) {
	name := f.step.Cases[i].Name
	f.done[name] = true
	f.tell(name, checks.OutcomeDone, matched, nil)
	_ = f.walker.look(ctx, name) // a page that leaves while it is looked at is seen no more
}

// again ends the following.
func (f *follower) again(ctx context.Context, i int) error {
	c := f.step.Cases[i]
	err := &againError{c.Name}
	f.tell(c.Name, checks.OutcomeAgain, "", err)
	f.depose(context.WithoutCancel(ctx), c.Name)
	return &stepError{f.step.Name, err}
}

// choose returns the case to carry out, or the one that came more often than it may. A page on which the way ends goes
// before one that came too often: a refusal stands on the form that it refuses.
func (f *follower) choose(now scene) (next, over int) {
	over = -1
	for i, c := range f.step.Cases {
		if !f.news(now, i) || over >= 0 && !c.Ends {
			continue
		}
		if f.times[stay{i, now.seen[i].host}] < max(c.Most, 1) {
			return i, over
		}
		if over < 0 {
			over = i
		}
	}
	return -1, over
}

// news reports whether a case is seen that is not just what was left behind.
func (f *follower) news(now scene, i int) bool {
	is := now.seen[i]
	if is.document == "" {
		f.gone[i] = true
		return false
	}
	if !f.moving || f.left.seen[i].document != is.document {
		return true
	}
	// The same document shows it still. The case that was carried out speaks for the page: others only were beside it.
	changed := f.gone[i] || now.print != f.left.print || f.answered() > 0
	beside := f.last >= 0 && f.last != i && now.seen[f.last] == f.left.seen[f.last]
	return changed && !beside && f.resting()
}

// look surveys the page and its frames.
func (f *follower) look(ctx context.Context) (scene, error) {
	now := scene{seen: make([]sighting, len(f.step.Cases))}
	for _, d := range f.frames() {
		var s survey
		if f.tab.eval(ctx, d, f.call, &s) != nil {
			continue // the document went away while it was asked
		}
		if s.Error != "" {
			return scene{}, errors.New(s.Error)
		}
		now.print += s.Print
		for i, matched := range s.Matched {
			if matched != "" && now.seen[i].document == "" {
				now.seen[i] = sighting{matched, d.document, s.Host}
			}
		}
	}
	return now, ctx.Err()
}

// nothing says what did not appear, or what did not go away.
func (f *follower) nothing() error {
	within := checks.Human(f.step.Within)
	if f.last >= 0 && !f.gone[f.last] && f.left.seen[f.last].document != "" {
		return &missingError{fmt.Sprintf("the page %q did not go away within %s", f.step.Cases[f.last].Name, within)}
	}
	var names []string
	for _, c := range f.step.Cases {
		names = append(names, c.Name)
	}
	return &missingError{fmt.Sprintf("none of the pages %s appeared within %s", strings.Join(names, ", "), within)}
}
