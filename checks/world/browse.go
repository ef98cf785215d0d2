package world

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/page/child"
)

const (
	grace      = 15 * time.Second // what starting a browser and closing a page may take beside the script's own deadline
	stopWithin = 3 * time.Second  // what a child has for the end of a walk that is not wanted any more
)

// Child must be called first in main. If the process was started as the browser's child it does that and exits.
func Child() {
	if len(os.Args) != 2 || os.Args[1] != page.Arg {
		return
	}
	if err := child.Main(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// A browserSet is the browsers of a World. There is one, with a room for each session and for each script without one, as
// long as it lives. Only where a browser's extensions count (see own) each room is in a browser of its own.
type browserSet struct {
	mu       sync.Mutex
	alive    []*browser
	spare    *room // prepared for whoever comes next
	entered  int   // rooms that were entered
	sessions map[string]*session
	trace    func(script string, e checks.Event)
}

// A session is a room that scripts enter in turn.
type session struct {
	turn chan struct{}
	room *room
}

// Browse implements checks.World: this program starts itself once more, hands the script to that process and passes on
// what it says. Whatever becomes of the child, the channel ends with "end". Read the channel to its end or cancel the
// context. The browser stays for the next script until Close.
func (w *World) Browse(ctx context.Context, s checks.Script) (<-chan checks.Event, error) {
	path, err := FindBrowser(w.o.Browser)
	if err != nil {
		return nil, err
	}
	if s.Profile && w.o.BrowserProfile == "" {
		return nil, checks.ErrNoProfile
	}
	events := newStream(ctx, s, w.browsers.trace)
	go func() { events.end(w.walk(ctx, path, s, events)) }()
	return events.out, nil
}

// Trace has f called for each event as it happens, with the name of its script. It must be called before Browse; f must be
// safe for concurrent use.
func (w *World) Trace(f func(script string, e checks.Event)) { w.browsers.trace = f }

// WarmUp starts the browser without waiting for it, so that it is there when the first script comes. Without a browser
// nothing happens.
func (w *World) WarmUp() {
	path, err := FindBrowser(w.o.Browser)
	if err != nil {
		return
	}
	w.browsers.mu.Lock() // so that a Close that follows finds it
	go func() {
		defer w.browsers.mu.Unlock()
		if len(w.browsers.alive) == 0 {
			w.browsers.spare, _ = w.newRoom(path) // the first script tries again and says what is wrong
		}
	}()
}

// Close ends the browser and leaves nothing of it behind. Cancel scripts in flight before. A script that comes later finds
// another browser.
func (w *World) Close() {
	w.browsers.mu.Lock()
	alive := w.browsers.alive
	w.browsers.alive, w.browsers.spare, w.browsers.sessions = nil, nil, nil
	w.browsers.mu.Unlock()
	var all sync.WaitGroup
	for _, b := range alive {
		all.Go(b.close)
	}
	all.Wait()
}

// soon is how early a browser ends that did not come up; one that hangs at its start is not waited for twice.
const soon = 10 * time.Second

// walk returns the event that ends the log. A script with which nothing was begun before the child or its browser ended
// gets another one.
func (w *World) walk(ctx context.Context, path string, s checks.Script, events *stream) checks.Event {
	if s.Profile {
		return w.walkInCopy(ctx, path, s, events)
	}
	for tries := 1; ; tries++ {
		r, leave, err := w.enter(ctx, path, s.Session)
		if err != nil {
			return failed(ctx, err)
		}
		since := time.Now()
		end, begun := r.walk(ctx, s, events)
		again := !begun && tries == 1 && end.Outcome == checks.OutcomeCrashed && time.Since(since) < soon && ctx.Err() == nil
		if again {
			r.browser.close()
		}
		leave()
		if !again {
			return end
		}
	}
}

func failed(ctx context.Context, err error) checks.Event {
	if ctx.Err() != nil {
		return checks.Event{Kind: checks.EventEnd, Outcome: checks.OutcomeTimeout, Error: "interrupted"}
	}
	return checks.Event{Kind: checks.EventEnd, Outcome: checks.OutcomeCrashed, Error: fmt.Sprintf("start the browser: %v", err)}
}

// enter returns the room of a session when it is its turn, or one that nobody was in.
func (w *World) enter(ctx context.Context, path, name string) (*room, func(), error) {
	if name == "" {
		r, err := w.freshRoom(ctx, path)
		return r, func() { r.leave() }, err
	}
	s := w.session(name)
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	leave := func() { <-s.turn }
	if s.room == nil || s.room.browser.ended() {
		var err error
		if s.room, err = w.freshRoom(ctx, path); err != nil {
			s.room = nil
			leave()
			return nil, nil, err
		}
	}
	return s.room, leave, nil
}

func (w *World) session(name string) *session {
	w.browsers.mu.Lock()
	defer w.browsers.mu.Unlock()
	if w.browsers.sessions == nil {
		w.browsers.sessions = map[string]*session{}
	}
	if w.browsers.sessions[name] == nil {
		w.browsers.sessions[name] = &session{turn: make(chan struct{}, 1)}
	}
	return w.browsers.sessions[name]
}

func (w *World) freshRoom(ctx context.Context, path string) (*room, error) {
	w.browsers.mu.Lock()
	defer w.browsers.mu.Unlock()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	b := &w.browsers
	r := b.spare
	b.spare = nil
	if r == nil || r.browser.ended() {
		var err error
		if r, err = w.newRoom(path); err != nil {
			return nil, err
		}
	}
	if b.entered++; b.entered > 1 && !w.own(path) {
		b.spare, _ = w.newRoom(path) // who comes a second time comes again; without one the next waits a little longer
	}
	return r, nil
}

// newRoom prepares a room in the browser, which is started if there is none.
func (w *World) newRoom(path string) (*room, error) {
	b := &w.browsers
	b.alive = slices.DeleteFunc(b.alive, (*browser).ended)
	if len(b.alive) > 0 && !w.own(path) {
		return b.alive[0].openRoom(w)
	}
	h, err := w.newBrowser(path, "")
	if err != nil {
		return nil, err
	}
	b.alive = append(b.alive, h)
	return h.openRoom(w)
}

// own reports whether each room needs a browser of its own: extensions, which policies may force on a browser, act in its
// own profile only. The headless shell has none, and in a world that flags have chosen they are off.
func (w *World) own(path string) bool {
	return !w.Chosen() && !strings.Contains(filepath.Base(path), "headless-shell")
}

func deadline(s checks.Script) time.Duration {
	if s.Deadline == 0 {
		return time.Minute
	}
	return s.Deadline
}
