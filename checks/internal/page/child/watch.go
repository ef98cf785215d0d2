package child

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/go-rod/rod/lib/cdp"
	"github.com/go-rod/rod/lib/proto"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

// A watcher turns what the browser says into events of the log. One goroutine feeds it.
type watcher struct {
	order   page.Order
	journal *journal
	stop    context.CancelCauseFunc
	native  bool // the browser's own idea of remote addresses holds

	mu       sync.Mutex
	tab      tab
	main     proto.PageFrameID
	worlds   []frameWorld
	requests map[proto.NetworkRequestID]*request
	loading  bool
	foreign  bool // a frame runs in a process of its own
	rounds   rounds
	traffic  traffic
	stirred  chan struct{} // something happened since somebody rested
	ear      page.Ear
	popups   []wish            // windows that were asked for and have not come yet
	windows  int               // that have come and whose address is not known yet
	refused  map[string]string // host whose certificate was refused, and the error
	cookies  map[string]bool
}

// popupWithin is how long a window that the browser allows may take to come.
const popupWithin = 500 * time.Millisecond

// A wish is a page's call for a window.
type wish struct {
	url string
	at  time.Time
}

// A frameWorld is the helpers' world of one document.
type frameWorld struct {
	frame proto.PageFrameID
	id    proto.RuntimeExecutionContextID

	document string // no other document has this name
}

func newWatcher(t tab, o page.Order, j *journal, stop context.CancelCauseFunc) *watcher {
	return &watcher{
		order: o, journal: j, stop: stop, native: o.Proxy == "", tab: t,
		requests: map[proto.NetworkRequestID]*request{}, refused: map[string]string{}, cookies: map[string]bool{},
		rounds: rounds{limit: orDefault(o.Script.MaxRounds, defaultRounds)}, stirred: make(chan struct{}, 1),
	}
}

// attach names the tab that is listened to.
func (w *watcher) attach(t tab, target proto.TargetTargetID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tab, w.main = t, proto.PageFrameID(target)
}

// listen ends when the connection does; then the browser is gone, asked for or not.
func (w *watcher) listen(b *browser) {
	for e := range b.client.Event() {
		w.handle(e)
	}
	reason := "the browser ended by itself"
	if line := b.said.last(); line != "" {
		reason += ": " + line
	}
	w.stop(&crashError{reason})
}

// handle decodes and dispatches one event. An event that does not decode is left out: a newer browser may say more.
func (w *watcher) handle(e *cdp.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer w.stir()
	switch e.Method {
	case "Network.requestWillBeSent":
		with(e, w.onRequest)
	case "Network.responseReceived":
		with(e, w.onResponse)
	case "Network.loadingFinished":
		with(e, func(e proto.NetworkLoadingFinished) { w.traffic.ended(e.RequestID) })
	case "Network.loadingFailed":
		with(e, w.onFailed)
	case "Network.requestWillBeSentExtraInfo":
		with(e, w.onSentExtra)
	case "Network.responseReceivedExtraInfo":
		with(e, w.onReceivedExtra)
	case "Log.entryAdded":
		with(e, w.onLog)
	case "Runtime.exceptionThrown":
		with(e, w.onException)
	case "Runtime.consoleAPICalled":
		with(e, w.onConsole)
	case "Security.certificateError":
		with(e, w.onCertificate)
	default:
		w.handleTab(e)
	}
}

// handleTab dispatches what concerns the tab, its frames and its windows.
func (w *watcher) handleTab(e *cdp.Event) {
	switch e.Method {
	case "Runtime.executionContextCreated":
		with(e, w.onWorld)
	case "Runtime.executionContextDestroyed":
		with(e, w.onWorldGone)
	case "Runtime.executionContextsCleared":
		w.worlds = nil
	case "Page.frameStartedLoading":
		with(e, func(e proto.PageFrameStartedLoading) { w.setLoading(e.FrameID, true) })
	case "Page.frameStoppedLoading":
		with(e, func(e proto.PageFrameStoppedLoading) { w.setLoading(e.FrameID, false) })
	case "Page.windowOpen":
		with(e, w.onWindowOpen)
	case "Target.targetCreated":
		with(e, w.onTarget)
	case "Page.javascriptDialogOpening":
		with(e, w.onDialog)
	case "Inspector.targetCrashed":
		w.stop(&crashError{"the page crashed"})
	}
}

func with[T any](e *cdp.Event, f func(T)) {
	var v T
	if json.Unmarshal(e.Params, &v) == nil {
		f(v)
	}
}

func (w *watcher) onWorld(e proto.RuntimeExecutionContextCreated) {
	if e.Context.Name != world {
		return
	}
	made := frameWorld{proto.PageFrameID(e.Context.AuxData["frameId"].Str()), e.Context.ID, e.Context.UniqueID}
	if made.frame == w.main {
		w.worlds = append([]frameWorld{made}, w.worlds...)
		return
	}
	w.worlds = append(w.worlds, made)
}

func (w *watcher) onWorldGone(e proto.RuntimeExecutionContextDestroyed) {
	w.worlds = slices.DeleteFunc(w.worlds, func(f frameWorld) bool { return f.id == e.ExecutionContextID })
}

func (w *watcher) setLoading(frame proto.PageFrameID, on bool) {
	if frame == w.main {
		w.loading = on
	}
}

// frames returns the worlds of the documents, the page's own first.
func (w *watcher) frames() []frameWorld {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.worlds)
}

// busy reports whether the tab is loading a document.
func (w *watcher) busy() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.loading
}

// refusedHost returns the error for which the certificate of an address's host was refused, or nothing.
func (w *watcher) refusedHost(address string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.refused[page.Host(address)]
}

// acted starts the count of rounds anew: what follows is the answer to something that a person did.
func (w *watcher) acted() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rounds.reset()
}

func (w *watcher) hasForeign() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.foreign
}

func (w *watcher) onTarget(e proto.TargetTargetCreated) {
	if e.TargetInfo.Type == "iframe" {
		w.foreign = true
	}
	if e.TargetInfo.Type != "page" || e.TargetInfo.OpenerID == "" || proto.PageFrameID(e.TargetInfo.OpenerID) != w.main {
		return
	}
	if len(w.popups) == 0 {
		w.windows++
		return
	}
	last := len(w.popups) - 1 // earlier ones may have been blocked
	w.popup(w.popups[last].url, "")
	w.popups = w.popups[:last]
}

// onWindowOpen may come before or after the window.
func (w *watcher) onWindowOpen(e proto.PageWindowOpen) {
	if w.windows > 0 {
		w.windows--
		w.popup(e.URL, "")
		return
	}
	w.popups = append(w.popups, wish{e.URL, time.Now()})
}

// flushPopups reports the windows that were asked for and did not come. It reports whether some may still come.
func (w *watcher) flushPopups() (more bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.popups) > 0 && time.Since(w.popups[0].at) > popupWithin {
		w.popup(w.popups[0].url, "browser")
		w.popups = w.popups[1:]
	}
	return len(w.popups) > 0
}

func (w *watcher) popup(to, blocked string) {
	address, query := page.Split(to)
	w.journal.emit(checks.Event{Kind: checks.EventPopup, URL: address, Query: query, Host: page.Host(to), Blocked: blocked})
}

// onDialog answers a dialog as a person who closes it: nothing may wait for it.
func (w *watcher) onDialog(e proto.PageJavascriptDialogOpening) {
	w.console("dialog", e.Message)
	leave := e.Type == proto.PageDialogTypeBeforeunload
	t := w.tab
	go func() { _ = proto.PageHandleJavaScriptDialog{Accept: leave}.Call(t) }()
}

func (w *watcher) onLog(e proto.LogEntryAdded) {
	if e.Entry.Source == proto.LogLogEntrySourceNetwork {
		return // told as a resource or a failure
	}
	w.console(string(e.Entry.Level), e.Entry.Text)
}

func (w *watcher) onException(e proto.RuntimeExceptionThrown) {
	w.console("error", exception(e.ExceptionDetails))
}

func (w *watcher) onConsole(e proto.RuntimeConsoleAPICalled) {
	if e.Type != proto.RuntimeConsoleAPICalledTypeError && e.Type != proto.RuntimeConsoleAPICalledTypeWarning {
		return
	}
	text := ""
	for _, arg := range e.Args {
		said := arg.Description
		if said == "" {
			said = arg.Value.Str()
		}
		text += said + " "
	}
	w.console(string(e.Type), text)
}

func (w *watcher) console(level, text string) {
	w.journal.emit(checks.Event{Kind: checks.EventConsole, Level: level, Text: page.Text(text, 500)})
}

func exception(e *proto.RuntimeExceptionDetails) string {
	if e.Exception != nil && e.Exception.Description != "" {
		return e.Exception.Description
	}
	return e.Text
}
