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

// A browser is a child process and the browser that it drives. It ends when one of them does.
type browser struct {
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

// newBrowser starts the child, for a fresh profile or a copy of a person's. Its browser is not there yet.
func (w *World) newBrowser(path, person string) (*browser, error) {
	profile, err := newProfile()
	if err != nil {
		return nil, err
	}
	b := &browser{profile: profile, walks: map[int]*visit{}, gone: make(chan struct{}), heard: time.Now()}
	b.ctx, b.cancel = context.WithCancel(context.Background())
	b.order = page.Order{Browser: path, Profile: profile.folder, NoSandbox: mustLeaveSandbox(), Own: person != "" || w.own(path)}
	if person != "" {
		err = copyProfile(person, filepath.Join(profile.folder, "data"))
	}
	if err == nil {
		err = w.equip(b)
	}
	if err == nil {
		err = b.start()
	}
	if err != nil {
		b.clean()
		return nil, err
	}
	_ = b.order.Write(b.ordered) // a child that is gone shows as walks without an end
	go b.follow()
	go b.guard()
	return b, nil
}

// equip gives the browser the world that flags have chosen: a relay, and the authorities that browsers trust beside their own.
func (w *World) equip(b *browser) error {
	if !w.Chosen() {
		return nil
	}
	var err error
	if b.sink, err = newRelay(b.ctx, w.DialForBrowser, b.tellAll); err != nil {
		return err
	}
	b.order.Proxy = b.sink.address()
	if len(w.forBrowsers) == 0 {
		return nil
	}
	pem := bytes.Join(w.forBrowsers, []byte("\n"))
	if b.order.Home, err = storeRoots(b.ctx, b.order.Profile, pem); err != nil {
		return err
	}
	if b.order.Home == "" {
		b.order.Roots = pem
	}
	return nil
}

func (b *browser) start() error {
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
	b.said, b.ordered = said, ordered
	cmd := exec.Command(self, page.Arg)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, &b.printed
	cmd.WaitDelay = time.Second
	b.process, err = proc.Start(cmd)
	return errors.Join(err, in.Close(), out.Close())
}

// follow passes on what the child says until it ends, and cleans up.
func (b *browser) follow() {
	err := page.Read(b.said, b.hear)
	b.process.Kill()
	<-b.process.Done()
	b.reason = fmt.Sprintf("the browser's process ended early: %v%s", b.process.Err(), b.printed.first())
	b.mu.Lock()
	switch {
	case b.silent:
		b.reason = "the browser's process stopped answering"
	case err != nil:
		b.reason = err.Error()
	}
	b.mu.Unlock()
	b.clean()
	close(b.gone)
}

// guard ends a child that says nothing any more.
func (b *browser) guard() {
	every := time.NewTicker(mayBeSilent / 5)
	defer every.Stop()
	for !b.hangs() {
		select {
		case <-b.gone:
			return
		case <-every.C:
		}
	}
	b.process.Kill()
}

func (b *browser) hangs() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.silent = time.Since(b.heard) > mayBeSilent
	return b.silent
}

// hear passes an event on to the walk that it belongs to.
func (b *browser) hear(walk int, e checks.Event) {
	b.mu.Lock()
	b.heard = time.Now()
	v := b.walks[walk]
	if e.Kind == checks.EventEnd {
		delete(b.walks, walk)
	}
	b.mu.Unlock()
	if v != nil {
		v.hear(e)
	}
}

// tellAll is for what may concern every walk.
func (b *browser) tellAll(e checks.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, v := range b.walks {
		v.events.put(e)
	}
}

// call asks the child for something.
func (b *browser) call(c page.Call) {
	b.writing.Lock()
	defer b.writing.Unlock()
	_ = c.Write(b.ordered)
}

func (b *browser) ended() bool {
	select {
	case <-b.gone:
		return true
	default:
		return false
	}
}

// close ends the child and waits until nothing of it is left.
func (b *browser) close() {
	b.process.Kill()
	<-b.gone
}

// clean leaves nothing behind: no process, no listener, no folder.
func (b *browser) clean() {
	if b.process != nil {
		b.process.Kill()
		b.process.Gone()
	}
	b.cancel()
	if b.sink != nil {
		b.sink.close()
	}
	for _, f := range []*os.File{b.said, b.ordered} {
		if f != nil {
			_ = f.Close()
		}
	}
	b.profile.remove()
}

// A room is a browser context with a relay of its own, so that each tunnel that fails is known to belong to its walk.
type room struct {
	browser *browser
	name    string
	relay   *relay
	walks   atomic.Pointer[stream] // of the walk that is in it
}

// openRoom prepares a room, without waiting for it.
func (b *browser) openRoom(w *World) (*room, error) {
	b.mu.Lock()
	b.serial++
	r := &room{browser: b, name: "room " + strconv.Itoa(b.serial)}
	b.mu.Unlock()
	asked := page.Room{Name: r.name}
	if w.Chosen() {
		var err error
		if r.relay, err = newRelay(b.ctx, w.DialForBrowser, r.put); err != nil {
			return nil, err
		}
		asked.Proxy = r.relay.address()
	}
	b.call(page.Call{Room: &asked})
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
	if r.browser.order.Own {
		r.browser.close()
		return
	}
	r.browser.call(page.Call{Leave: r.name})
}

// A visit is one script in one room.
type visit struct {
	ctx      context.Context
	id       int
	script   checks.Script
	browser  *browser
	events   *stream
	end      chan checks.Event
	begun    atomic.Bool // the child has said something beside the end
	patience *time.Timer // ends what the child does not end in time
}

// walk returns the event that ends the log, and whether the child began with the script.
func (r *room) walk(ctx context.Context, s checks.Script, events *stream) (end checks.Event, begun bool) {
	b := r.browser
	v := &visit{ctx: ctx, script: s, browser: b, events: events, end: make(chan checks.Event, 1), patience: time.NewTimer(deadline(s) + grace)}
	defer v.patience.Stop()
	b.mu.Lock()
	b.serial++
	v.id = b.serial
	b.walks[v.id] = v
	b.mu.Unlock()
	r.walks.Store(events)
	defer r.walks.Store(nil)
	b.call(page.Call{Walk: &page.Walk{ID: v.id, Room: r.name, Last: s.Session == "", Script: s}})
	return v.wait(), v.begun.Load()
}

func (v *visit) wait() checks.Event {
	select {
	case e := <-v.end:
		return e
	case <-v.browser.gone:
		return v.last(checks.OutcomeCrashed, v.browser.reason)
	case <-v.patience.C:
		v.browser.close()
		return v.last(checks.OutcomeTimeout, "the browser's process did not end in time")
	case <-v.ctx.Done():
	}
	v.browser.call(page.Call{Stop: v.id})
	select {
	case <-v.browser.gone:
	case e := <-v.end:
		return e
	case <-time.After(stopWithin):
		v.browser.close()
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
	if e.Kind == checks.EventEnd {
		v.end <- e
		return
	}
	v.begun.Store(true)
	if e.Kind == checks.EventAsk {
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
	v.browser.call(page.Call{Answer: &a})
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
