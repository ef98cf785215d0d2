package child

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/go-rod/rod/lib/cdp"
	"github.com/go-rod/rod/lib/proto"

	"logindoctor/checks/internal/page/proc"
)

// A browser is a running one with a profile of its own.
type browser struct {
	process *proc.Process
	client  *cdp.Client
	pipe    *pipe
	said    *tail
	pipes   []*os.File
	failed  error         // it was not even started
	gone    chan struct{} // closed when the connection ended
	reason  error         // why it is gone; to be read after gone

	starting sync.Once
	started  error
	version  string // product and version, once it has started

	mu       sync.Mutex
	tabs     map[proto.TargetSessionID]*watcher
	watchers map[int]func(error) // who wants to know that it is gone
	next     int
}

// call returns what a call to the browser itself needs.
func (b *browser) call(ctx context.Context) tab { return tab{client: b.client, ctx: ctx} }

// start waits for the browser, once.
func (b *browser) start(ctx context.Context) error {
	if b.failed != nil {
		return b.failed
	}
	b.starting.Do(func() {
		discovers := make(chan error)
		go func() { discovers <- proto.TargetSetDiscoverTargets{Discover: true}.Call(b.call(ctx)) }()
		version, err := proto.BrowserGetVersion{}.Call(b.call(ctx))
		if err == nil {
			b.version = version.Product
		}
		b.started = errors.Join(err, <-discovers)
	})
	return b.started
}

// listen hands every event to the tab that it is about; what is about none concerns all. It ends when the connection
// does; then the browser is gone, asked for or not.
func (b *browser) listen() {
	for e := range b.client.Event() {
		for _, w := range b.listeners(proto.TargetSessionID(e.SessionID)) {
			w.handle(e)
		}
	}
	reason := b.epitaph()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reason = &crashError{reason}
	close(b.gone)
	for _, tell := range b.watchers {
		tell(b.reason)
	}
}

// epitaph tells how a browser ended that is not heard any more, and what it printed last.
func (b *browser) epitaph() string {
	reason := "the browser ended by itself"
	select {
	case <-b.process.Done():
		if err := b.process.Err(); err != nil {
			reason += ", " + err.Error()
		}
	case <-time.After(aliveWithin):
	}
	if line := b.said.last(); line != "" {
		reason += ": " + line
	}
	return reason
}

func (b *browser) listeners(session proto.TargetSessionID) []*watcher {
	b.mu.Lock()
	defer b.mu.Unlock()
	if session != "" {
		if w := b.tabs[session]; w != nil {
			return []*watcher{w}
		}
		return nil
	}
	var all []*watcher
	for _, w := range b.tabs {
		all = append(all, w)
	}
	return all
}

// watch has f called when the browser ends, unless forget was called before.
func (b *browser) watch(f func(error)) (forget func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case <-b.gone:
		f(b.reason)
		return func() {}
	default:
	}
	b.next++
	id := b.next
	b.watchers[id] = f
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.watchers, id)
	}
}

// closeTarget closes a tab. A browser that does not do it hangs, and is ended.
func (b *browser) closeTarget(id proto.TargetTargetID) error {
	ctx, cancel := context.WithTimeout(context.Background(), aliveWithin)
	defer cancel()
	_, err := proto.TargetCloseTarget{TargetID: id}.Call(b.call(ctx))
	if !errors.Is(err, context.DeadlineExceeded) {
		return nil // closed, or gone before
	}
	if b.alive(aliveWithin) {
		return nil // the page does not let go; it ends with its room
	}
	b.process.Kill()
	return &crashError{"the browser stopped answering"}
}

// alive reports whether the browser answers within a time.
func (b *browser) alive(within time.Duration) bool {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	_, err := proto.BrowserGetVersion{}.Call(b.call(ctx))
	return err == nil
}

// close asks the browser to end and makes sure that it did.
func (b *browser) close() {
	if b.process != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		_ = proto.BrowserClose{}.Call(b.call(ctx))
		select {
		case <-b.process.Done():
		case <-ctx.Done():
			b.process.Kill()
			<-b.process.Done()
		}
	}
	for _, f := range b.pipes {
		_ = f.Close()
	}
}

// silence tells the error of a call to a page that answers by a *crashError if nobody is there any more.
func (b *browser) silence(err error) error {
	if _, refused := errors.AsType[*cdp.Error](err); err == nil || refused {
		return nil
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &crashError{"the page stopped answering"}
	}
	<-b.gone // the connection broke
	return b.reason
}

// explain tells why a browser did not start whose walk was not stopped before.
func (b *browser) explain(ctx context.Context, err error) error {
	if b.version != "" {
		return err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &crashError{"the browser said nothing within 30 s; the policy RemoteDebuggingAllowed or HeadlessMode may forbid it"}
	}
	if ctx.Err() == nil {
		if silence := b.silence(err); silence != nil {
			err = silence
		}
	}
	return &crashError{fmt.Sprintf("the browser did not start: %v", err)}
}

// decode hands an event of the browser over; one that does not decode is left out: a newer browser may say more.
func decode[T any](e *cdp.Event, f func(T)) {
	var v T
	if json.Unmarshal(e.Params, &v) == nil {
		f(v)
	}
}
