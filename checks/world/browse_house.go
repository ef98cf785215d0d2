package world

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/page/proc"
)

// A house is a child process with its browser. It ends when one of them does.
type house struct {
	order   page.Order
	profile *profile
	ctx     context.Context
	cancel  context.CancelFunc
	sink    *relay // for what the browser asks on its own account
	process *proc.Process
	said    *os.File // events
	ordered *os.File // stays open as long as we live
	printed limited
	gone    chan struct{} // closed when nothing of it is left
	reason  string        // why it is gone; to be read after gone

	writing sync.Mutex
	mu      sync.Mutex
	walks   map[int]*visit
	serial  int
	heard   time.Time // when the child said something last
	silent  bool      // it was ended because it said nothing
}

// mayBeSilent is how long a child may say nothing, of which a living one says something every other second.
const mayBeSilent = 15 * time.Second

// newHouse starts the child, for a fresh profile or a copy of a person's. Its browser is not there yet.
func (w *World) newHouse(path, person string) (*house, error) {
	profile, err := newProfile()
	if err != nil {
		return nil, err
	}
	h := &house{profile: profile, walks: map[int]*visit{}, gone: make(chan struct{}), heard: time.Now()}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	h.order = page.Order{Browser: path, Profile: profile.folder, NoSandbox: mustLeaveSandbox(), Own: person != "" || w.own(path)}
	if person != "" {
		err = copyProfile(person, filepath.Join(profile.folder, "data"))
	}
	if err == nil {
		err = w.equip(h)
	}
	if err == nil {
		err = h.start()
	}
	if err != nil {
		h.clean()
		return nil, err
	}
	_ = h.order.Write(h.ordered) // a child that is gone shows as walks without an end
	go h.follow()
	go h.guard()
	return h, nil
}

// equip gives the browser the world that flags have chosen: a relay, and the authorities that browsers trust beside their own.
func (w *World) equip(h *house) error {
	if !w.Chosen() {
		return nil
	}
	var err error
	if h.sink, err = newRelay(h.ctx, w.DialForBrowser, h.tellAll); err != nil {
		return err
	}
	h.order.Proxy = h.sink.address()
	if len(w.forBrowsers) == 0 {
		return nil
	}
	pem := bytes.Join(w.forBrowsers, []byte("\n"))
	if h.order.Home, err = storeRoots(h.ctx, h.order.Profile, pem); err != nil {
		return err
	}
	if h.order.Home == "" {
		h.order.Roots = pem
	}
	return nil
}

func (h *house) start() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	in, ordered, err := os.Pipe()
	if err != nil {
		return err
	}
	said, out, err := os.Pipe()
	if err != nil {
		return errors.Join(err, in.Close(), ordered.Close())
	}
	h.said, h.ordered = said, ordered
	cmd := exec.Command(self, page.Arg)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, &h.printed
	cmd.WaitDelay = time.Second
	h.process, err = proc.Start(cmd)
	return errors.Join(err, in.Close(), out.Close())
}

// follow passes on what the child says until it ends, and cleans up.
func (h *house) follow() {
	err := page.Read(h.said, h.hear)
	h.process.Kill()
	<-h.process.Done()
	h.reason = fmt.Sprintf("the browser's process ended early: %v%s", h.process.Err(), h.printed.first())
	h.mu.Lock()
	switch {
	case h.silent:
		h.reason = "the browser's process stopped answering"
	case err != nil:
		h.reason = err.Error()
	}
	h.mu.Unlock()
	h.clean()
	close(h.gone)
}

// guard ends a child that says nothing any more.
func (h *house) guard() {
	every := time.NewTicker(mayBeSilent / 5)
	defer every.Stop()
	for !h.hangs() {
		select {
		case <-h.gone:
			return
		case <-every.C:
		}
	}
	h.process.Kill()
}

func (h *house) hangs() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.silent = time.Since(h.heard) > mayBeSilent
	return h.silent
}

// hear passes an event on to the walk that it belongs to.
func (h *house) hear(walk int, e checks.Event) {
	h.mu.Lock()
	h.heard = time.Now()
	v := h.walks[walk]
	if e.Kind == checks.EventEnd {
		delete(h.walks, walk)
	}
	h.mu.Unlock()
	if v != nil {
		v.hear(e)
	}
}

// tellAll is for what may concern every walk.
func (h *house) tellAll(e checks.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, v := range h.walks {
		v.events.put(e)
	}
}

// call asks the child for something.
func (h *house) call(c page.Call) {
	h.writing.Lock()
	defer h.writing.Unlock()
	_ = c.Write(h.ordered)
}

func (h *house) ended() bool {
	select {
	case <-h.gone:
		return true
	default:
		return false
	}
}

// close ends the child and waits until nothing of it is left.
func (h *house) close() {
	h.process.Kill()
	<-h.gone
}

// clean leaves nothing behind: no process, no listener, no folder.
func (h *house) clean() {
	if h.process != nil {
		h.process.Kill()
		h.process.Gone()
	}
	h.cancel()
	if h.sink != nil {
		h.sink.close()
	}
	for _, f := range []*os.File{h.said, h.ordered} {
		if f != nil {
			_ = f.Close()
		}
	}
	h.profile.remove()
}

// A room is a browser context with a relay of its own, so that each tunnel that fails is known to belong to its walk.
type room struct {
	house *house
	name  string
	relay *relay
	walks atomic.Pointer[stream] // of the walk that is in it
}

// openRoom prepares a room, without waiting for it.
func (h *house) openRoom(w *World) (*room, error) {
	h.mu.Lock()
	h.serial++
	r := &room{house: h, name: "room " + strconv.Itoa(h.serial)}
	h.mu.Unlock()
	asked := page.Room{Name: r.name}
	if w.Chosen() {
		var err error
		if r.relay, err = newRelay(h.ctx, w.DialForBrowser, r.put); err != nil {
			return nil, err
		}
		asked.Proxy = r.relay.address()
	}
	h.call(page.Call{Room: &asked})
	return r, nil
}

func (r *room) put(e checks.Event) {
	if s := r.walks.Load(); s != nil {
		s.put(e)
	}
}

// leave forgets the room, with its browser if that has no other.
func (r *room) leave() {
	if r.relay != nil {
		r.relay.close()
	}
	if r.house.order.Own {
		r.house.close()
		return
	}
	r.house.call(page.Call{Leave: r.name})
}

// A visit is one script in one room.
type visit struct {
	ctx      context.Context
	id       int
	script   checks.Script
	house    *house
	events   *stream
	end      chan checks.Event
	begun    atomic.Bool // the child has said something
	patience *time.Timer // ends what the child does not end in time
}

// walk returns the event that ends the log, and whether the child began with the script.
func (r *room) walk(ctx context.Context, s checks.Script, events *stream) (end checks.Event, begun bool) {
	h := r.house
	v := &visit{ctx: ctx, script: s, house: h, events: events, end: make(chan checks.Event, 1), patience: time.NewTimer(deadline(s) + grace)}
	defer v.patience.Stop()
	h.mu.Lock()
	h.serial++
	v.id = h.serial
	h.walks[v.id] = v
	h.mu.Unlock()
	r.walks.Store(events)
	defer r.walks.Store(nil)
	h.call(page.Call{Walk: &page.Walk{ID: v.id, Room: r.name, Last: s.Session == "", Script: s}})
	return v.wait(), v.begun.Load()
}

func (v *visit) wait() checks.Event {
	select {
	case e := <-v.end:
		return e
	case <-v.house.gone:
		return v.last(checks.OutcomeCrashed, v.house.reason)
	case <-v.patience.C:
		v.house.close()
		return v.last(checks.OutcomeTimeout, "the browser's process did not end in time")
	case <-v.ctx.Done():
	}
	v.house.call(page.Call{Stop: v.id})
	select {
	case <-v.house.gone:
	case e := <-v.end:
		return e
	case <-time.After(stopWithin):
		v.house.close()
	}
	return v.last(checks.OutcomeTimeout, "interrupted")
}

// last is what the child said last if it did, else what we know of its end.
func (v *visit) last(outcome, reason string) checks.Event {
	select {
	case e := <-v.end:
		return e
	default:
		return checks.Event{Kind: checks.EventEnd, Outcome: outcome, Error: reason}
	}
}

func (v *visit) hear(e checks.Event) {
	v.begun.Store(true)
	switch e.Kind {
	case checks.EventEnd:
		v.end <- e
		return
	case checks.EventAsk:
		go v.answer(e.Text)
	}
	v.events.put(e)
}

// answer asks a person and tells the child what was said. Nobody hurries a person.
func (v *visit) answer(question string) {
	a := page.Answer{Walk: v.id, Error: "there is nobody to ask"}
	if v.script.Answer != nil {
		v.patience.Stop()
		said, err := v.script.Answer(v.ctx, question)
		v.patience.Reset(deadline(v.script) + grace)
		v.events.censor.Learn(said)
		a.Said, a.Error = said, ""
		if err != nil {
			a.Error = err.Error()
		}
	}
	v.house.call(page.Call{Answer: &a})
}

// limited keeps the beginning of what a process prints; a crash of ours says there what happened.
type limited struct {
	mu   sync.Mutex
	text []byte
}

// Write implements io.Writer.
func (l *limited) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, p[:min(len(p), 1024-len(l.text))]...)
	return len(p), nil
}

func (l *limited) first() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	line, _, _ := bytes.Cut(l.text, []byte("\n"))
	if len(line) == 0 {
		return ""
	}
	return ": " + page.Text(string(line), 200)
}
