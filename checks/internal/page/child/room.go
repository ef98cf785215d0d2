package child

import (
	"context"
	"errors"
	"sync"

	"github.com/go-rod/rod/lib/proto"

	"logindoctor/checks/internal/page"
)

// A room is a browser context, or the browser's own profile. One walk at a time is in it.
type room struct {
	page.Room
	child   *child
	context proto.BrowserBrowserContextID // empty for the browser's own
	wanted  context.Context               // done when somebody wants to be in it
	want    context.CancelFunc
	ready   chan struct{} // closed when it can be entered or err says why not
	err     error

	mu    sync.Mutex
	spare *walker // a tab that nobody has used yet
	walks int     // that were in it
}

// openRoom begins to prepare a room with its first tab: a page of nothing takes longer to come than most pages. The first
// room is prepared at once, another one in a lull if nobody wants it before.
func (c *child) openRoom(asked page.Room) *room {
	r := &room{Room: asked, child: c, ready: make(chan struct{})}
	r.wanted, r.want = context.WithCancel(context.Background())
	spare := c.served
	go func() {
		defer close(r.ready)
		if spare {
			c.lull.wait(r.wanted)
		}
		ctx, cancel := context.WithTimeout(context.Background(), startWithin)
		defer cancel()
		if r.err = c.browser.start(ctx); r.err == nil {
			r.err = r.prepare(ctx)
		}
	}()
	return r
}

func (r *room) prepare(ctx context.Context) error {
	t := r.child.browser.call(ctx)
	if !r.child.order.Own {
		ask := proto.TargetCreateBrowserContext{}
		if r.Proxy != "" {
			ask.ProxyServer, ask.ProxyBypassList = "http://"+r.Proxy, "<-loopback>"
		}
		made, err := ask.Call(t)
		if err != nil {
			return err
		}
		r.context = made.BrowserContextID
	}
	denies := make(chan error)
	go func() {
		denies <- proto.BrowserSetDownloadBehavior{Behavior: proto.BrowserSetDownloadBehaviorBehaviorDeny, BrowserContextID: r.context}.Call(t)
	}()
	var err error
	r.spare, err = r.openTab(ctx)
	return errors.Join(err, <-denies)
}

// enter returns a tab of the room in which nothing has happened yet.
func (r *room) enter(ctx context.Context) (*walker, error) {
	r.want()
	select {
	case <-r.ready:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if r.err != nil {
		return nil, r.err
	}
	r.mu.Lock()
	w := r.spare
	r.spare = nil
	r.walks++
	r.mu.Unlock()
	if w != nil {
		return w, nil
	}
	return r.openTab(ctx)
}

// close forgets everything that happened in the room.
func (r *room) close() {
	r.want()
	<-r.ready
	if r.context == "" {
		return
	}
	r.child.lull.wait(context.Background())
	ctx, cancel := context.WithTimeout(context.Background(), aliveWithin)
	defer cancel()
	_ = proto.TargetDisposeBrowserContext{BrowserContextID: r.context}.Call(r.child.browser.call(ctx)) // it ends with the browser at the latest
}

// notes say how this room differs from the browser that a person would open.
func (r *room) notes() []string {
	var notes []string
	o := r.child.order
	if r.Proxy != "" {
		notes = append(notes, "through a relay of this run, because flags choose another world than this computer's")
	}
	if o.Home != "" {
		notes = append(notes, "authorities of --ca-file in a store of its own")
	}
	if len(o.Roots) > 0 {
		notes = append(notes, "authorities of --ca-file by our own verification of what the browser refuses")
	}
	if o.NoSandbox {
		notes = append(notes, "without its sandbox, because logindoctor runs as root")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.walks > 1 {
		notes = append(notes, "with the cookies of the walks before it")
	} else {
		notes = append(notes, "fresh profile")
	}
	return append(notes, "one process for all sites")
}

// leaveTab closes the tab and the windows that it opened. It returns a *crashError if the page or the browser no longer
// answered: what a walk then did not find says nothing about a sign-in.
func (w *walker) leaveTab(ctx context.Context, last bool) error {
	if crash, ok := errors.AsType[*crashError](context.Cause(ctx)); ok {
		return crash
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), aliveWithin)
	defer cancel()
	w.tellUnfinished()
	b := w.room.child.browser
	_, err := proto.RuntimeEvaluate{Expression: "1"}.Call(w.tab.with(ctx))
	silence := b.silence(err)
	if last {
		return silence // the room is about to be left with all that is in it
	}
	for _, target := range w.targets() {
		if err := b.closeTarget(target); err != nil {
			return err
		}
	}
	return silence
}
