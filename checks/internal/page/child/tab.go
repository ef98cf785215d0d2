package child

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"time"

	"github.com/go-rod/rod/lib/cdp"
	"github.com/go-rod/rod/lib/proto"
)

// Helpers that run in every document, in a world of their own: the page can neither see nor change them.
//
//go:embed helpers.js
var helpers string

// world is the name of that world and of the object in it.
const world = "logindoctor"

// A tab is what a call of the protocol needs: the connection, the session and a context.
type tab struct {
	client  *cdp.Client
	pipe    *pipe
	session proto.TargetSessionID
	ctx     context.Context
}

// Call implements proto.Client.
func (t tab) Call(ctx context.Context, session, method string, params any) ([]byte, error) {
	return t.client.Call(ctx, session, method, params)
}

// post sends a call whose answer nobody needs: the browser carries out what comes later, later.
func (t tab) post(method string, params any) error {
	message, err := json.Marshal(cdp.Request{ID: unanswered, SessionID: string(t.session), Method: method, Params: params})
	if err != nil {
		return err
	}
	return t.pipe.Send(message)
}

// unanswered is a number that the client's own calls do not reach; it passes over answers that nobody waits for.
const unanswered = 1 << 30

// GetSessionID implements proto.Sessionable.
func (t tab) GetSessionID() proto.TargetSessionID { return t.session }

// GetContext implements proto.Contextable.
func (t tab) GetContext() context.Context { return t.ctx }

func (t tab) with(ctx context.Context) tab {
	t.ctx = ctx
	return t
}

// openTab opens a tab and starts to listen. Nothing is loaded yet, and nothing is told before a walk begins in it.
func (r *room) openTab(ctx context.Context) (*walker, error) {
	b := r.child.browser
	target, err := proto.TargetCreateTarget{URL: "about:blank", BrowserContextID: r.context}.Call(b.call(ctx))
	if err != nil {
		return nil, err
	}
	attached, err := proto.TargetAttachToTarget{TargetID: target.TargetID, Flatten: true}.Call(b.call(ctx))
	if err != nil {
		return nil, err
	}
	t := tab{client: b.client, pipe: b.pipe, session: attached.SessionID, ctx: context.Background()}
	w := newWatcher(r, t, target.TargetID)
	b.mu.Lock()
	b.tabs[t.session] = w
	b.mu.Unlock()
	return &walker{watcher: w, tab: t, done: map[string]bool{}}, enable(t.with(ctx), len(r.child.order.Roots) > 0)
}

// enable turns on everything that is listened to, all at once.
func enable(t tab, judge bool) error {
	calls := []func() error{
		func() error { return proto.NetworkEnable{MaxPostDataSize: new(maxForm)}.Call(t) },
		func() error { return proto.PageEnable{}.Call(t) },
		func() error { return proto.RuntimeEnable{}.Call(t) },
		func() error { return proto.LogEnable{}.Call(t) },
		func() error { return proto.InspectorEnable{}.Call(t) },
		func() error { return proto.EmulationSetFocusEmulationEnabled{Enabled: true}.Call(t) },
		func() error {
			_, err := proto.PageAddScriptToEvaluateOnNewDocument{Source: helpers, WorldName: world}.Call(t)
			return err
		},
	}
	if judge {
		calls = append(calls, func() error {
			if err := (proto.SecurityEnable{}).Call(t); err != nil {
				return err
			}
			return proto.SecuritySetOverrideCertificateErrors{Override: true}.Call(t)
		})
	}
	errs := make(chan error)
	for _, call := range calls {
		go func() { errs <- call() }()
	}
	var all error
	for range calls {
		all = errors.Join(all, <-errs)
	}
	return all
}

var errLeft = errors.New("the document went away while it was asked")

// eval runs an expression in the helpers' world of a document and decodes its value. A browser that is about to show another
// document lets the answer wait for that one; nobody waits for it here.
func (t tab) eval(ctx context.Context, in frameWorld, expression string, value any) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(in.life, func() { cancel(errLeft) })()
	r, err := proto.RuntimeEvaluate{Expression: expression, ContextID: in.id, ReturnByValue: true}.Call(t.with(ctx))
	if errors.Is(err, context.Canceled) {
		return context.Cause(ctx)
	}
	if err != nil {
		return err
	}
	if r.ExceptionDetails != nil {
		return errors.New(exception(r.ExceptionDetails))
	}
	if value == nil {
		return nil
	}
	return r.Result.Value.Unmarshal(value)
}

// pause waits a little; it reports false if the context ended.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
