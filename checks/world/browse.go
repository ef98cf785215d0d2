package world

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/page/child"
	"logindoctor/checks/internal/page/proc"
)

// grace is what starting and ending a browser may take beside the script's own deadline.
const grace = 15 * time.Second

// Child must be called first in main. If the process was started as the browser's child it does that and exits.
func Child() {
	if len(os.Args) != 2 || os.Args[1] != page.Arg {
		return
	}
	child.Main(os.Stdin, os.Stdout)
	os.Exit(0)
}

// Browse implements checks.World: this program starts itself once more, hands the script to that process and passes on
// what it says. Whatever becomes of the child, the channel ends with "end", and nothing of the child is left then. Read
// the channel to its end or cancel the context.
func (w *World) Browse(ctx context.Context, s checks.Script) (<-chan checks.Event, error) {
	path, err := FindBrowser(w.o.Browser)
	if err != nil {
		return nil, err
	}
	profile, err := newProfile()
	if err != nil {
		return nil, err
	}
	events := newStream(ctx, s)
	ctx, cancel := context.WithCancelCause(ctx)
	v := &visit{profile: profile, cancel: cancel, events: events}
	v.patience = time.AfterFunc(deadline(s)+grace, func() { cancel(context.DeadlineExceeded) })
	v.order = page.Order{Script: s, Browser: path, Profile: profile, NoSandbox: mustLeaveSandbox()}
	if err := w.equip(ctx, v); err != nil {
		v.clean()
		return nil, err
	}
	if err := v.start(); err != nil {
		v.clean()
		return nil, fmt.Errorf("start the browser's process: %w", err)
	}
	go v.follow(ctx)
	return v.events.out, nil
}

// equip gives the browser the world that flags have chosen: the relay, and the authorities that browsers trust beside their own.
func (w *World) equip(ctx context.Context, v *visit) error {
	if !w.Chosen() {
		return nil
	}
	var err error
	if v.relay, err = newRelay(ctx, w.DialForBrowser, v.events.put); err != nil {
		return err
	}
	v.order.Proxy = v.relay.address()
	if len(w.forBrowsers) == 0 {
		return nil
	}
	pem := bytes.Join(w.forBrowsers, []byte("\n"))
	if v.order.Home, err = storeRoots(ctx, v.profile, pem); err != nil {
		return err
	}
	if v.order.Home == "" {
		v.order.Roots = pem
	}
	return nil
}

func deadline(s checks.Script) time.Duration {
	if s.Deadline == 0 {
		return time.Minute
	}
	return s.Deadline
}

// A visit is one script in one child.
type visit struct {
	order   page.Order
	profile string
	relay   *relay
	events  *stream
	cancel  context.CancelCauseFunc
	process *proc.Process
	said    *os.File // events
	ordered *os.File // stays open as long as we live
	printed limited

	patience *time.Timer // ends what the child did not end in time
}

func (v *visit) start() error {
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
	v.said, v.ordered = said, ordered
	cmd := exec.Command(self, page.Arg)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, &v.printed
	cmd.WaitDelay = time.Second
	v.process, err = proc.Start(cmd)
	return errors.Join(err, in.Close(), out.Close())
}

// follow passes the events on, ends the child and cleans up before it says that this is the end.
func (v *visit) follow(ctx context.Context) {
	defer context.AfterFunc(ctx, v.process.Kill)()
	go func() {
		// A child that is already gone shows as a log without an end.
		_ = v.order.Write(v.ordered)
	}()
	end := checks.Event{V: checks.EventVersion, Kind: checks.EventEnd, Outcome: checks.OutcomeCrashed}
	err := page.Read(v.said, func(e checks.Event) {
		if e.Kind == checks.EventEnd {
			end = e
			return
		}
		v.events.put(e)
		if e.Kind == checks.EventAsk {
			go v.answer(ctx, e.Text)
		}
	})
	if err != nil {
		end.Outcome, end.Error = v.reason(ctx, err)
	}
	v.clean()
	v.events.end(end)
}

// answer asks a person and tells the child what was said. Nobody hurries a person.
func (v *visit) answer(ctx context.Context, question string) {
	script := v.order.Script
	if script.Answer == nil {
		_ = page.Answer{Error: "there is nobody to ask"}.Write(v.ordered)
		return
	}
	v.patience.Stop()
	said, err := script.Answer(ctx, question)
	v.patience.Reset(deadline(script) + grace)
	v.events.censor.Learn(said)
	a := page.Answer{Said: said}
	if err != nil {
		a.Error = err.Error()
	}
	_ = a.Write(v.ordered) // a child that is gone shows as a log without an end
}

// reason explains a log without an end.
func (v *visit) reason(ctx context.Context, err error) (outcome, reason string) {
	switch {
	case errors.Is(context.Cause(ctx), context.DeadlineExceeded):
		return checks.OutcomeTimeout, "the browser's process did not end in time"
	case ctx.Err() != nil:
		return checks.OutcomeTimeout, "interrupted"
	case !errors.Is(err, io.ErrUnexpectedEOF):
		return checks.OutcomeCrashed, err.Error()
	}
	<-v.process.Done()
	return checks.OutcomeCrashed, fmt.Sprintf("the browser's process ended early: %v%s", v.process.Err(), v.printed.first())
}

// clean leaves nothing behind: no process, no listener, no folder.
func (v *visit) clean() {
	if v.process != nil {
		v.process.Kill()
		v.process.Gone()
	}
	v.patience.Stop()
	v.cancel(nil)
	if v.relay != nil {
		v.relay.close()
	}
	for _, f := range []*os.File{v.said, v.ordered} {
		if f != nil {
			_ = f.Close()
		}
	}
	_ = os.RemoveAll(v.profile) // what stays is taken away by the next start
}

// A stream carries events of the child and of the relay to one reader, who is gone when the context is.
type stream struct {
	ctx    context.Context
	began  time.Time
	censor *page.Censor
	out    chan checks.Event

	mu    sync.Mutex
	ended bool
}

func newStream(ctx context.Context, s checks.Script) *stream {
	return &stream{ctx: ctx, began: time.Now(), censor: page.NewCensor(s), out: make(chan checks.Event, 64)}
}

func (s *stream) put(e checks.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return
	}
	select {
	case s.out <- s.finish(e):
	case <-s.ctx.Done():
	}
}

// end makes room for the last event if nobody reads any more.
func (s *stream) end(e checks.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	defer close(s.out)
	for {
		select {
		case s.out <- s.finish(e):
			return
		case <-s.ctx.Done():
			select {
			case <-s.out:
			default:
			}
		}
	}
}

func (s *stream) finish(e checks.Event) checks.Event {
	e.V, e.At = checks.EventVersion, time.Since(s.began) // the relay's clock and the child's begin differently
	return s.censor.Event(e)
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
