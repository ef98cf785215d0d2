package child

import (
	"context"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/go-rod/rod/lib/cdp"
	"github.com/go-rod/rod/lib/proto"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

// A watcher turns what the browser says about one tab into events of the log. One goroutine feeds it.
type watcher struct {
	room    *room
	target  proto.TargetTargetID
	stirred chan struct{} // something happened since somebody rested
	rested  time.Time     // when somebody did last

	mu       sync.Mutex
	journal  *journal // nobody's until a walk begins
	script   checks.Script
	stop     context.CancelCauseFunc
	tab      tab
	main     proto.PageFrameID
	worlds   []frameWorld
	requests map[proto.NetworkRequestID]*request
	loading  bool
	lost     string    // why the page itself did not load; empty if it did or is on its way
	did      time.Time // when a person last did something
	arrived  bool      // a document has come since
	foreign  bool      // a frame runs in a process of its own
	rounds   rounds
	traffic  traffic
	gap      gap

	exchanges int // that were told
	ear       page.Ear
	popups    []wish // windows that were asked for and have not come yet
	windows   int    // that have come and whose address is not known yet
	opened    []proto.TargetTargetID
	refused   map[string]string // host whose certificate was refused, and the error
	cookies   map[string]bool
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
	life  context.Context // ends with the document
	end   context.CancelFunc

	document string // no other document has this name
}

func newWatcher(r *room, t tab, target proto.TargetTargetID) *watcher {
	return &watcher{
		room: r, target: target, stirred: make(chan struct{}, 1), journal: newJournal(newOutput(io.Discard), page.Walk{}),
		stop: func(error) {}, tab: t, main: proto.PageFrameID(target), requests: map[proto.NetworkRequestID]*request{},
		refused: map[string]string{}, cookies: map[string]bool{},
	}
}

// begin names the walk that the tab is for from now on.
func (w *watcher) begin(s checks.Script, j *journal, stop context.CancelCauseFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.script, w.journal, w.stop = s, j, stop
	w.rounds = rounds{limit: orDefault(s.MaxRounds, defaultRounds)}
}

// targets are the tab and the windows that it opened.
func (w *watcher) targets() []proto.TargetTargetID {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append(slices.Clone(w.opened), w.target)
}

// handle dispatches one event.
func (w *watcher) handle(e *cdp.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer w.stir()
	switch e.Method {
	case "Network.requestWillBeSent":
		decode(e, w.onRequest)
	case "Network.responseReceived":
		decode(e, w.onResponse)
	case "Network.loadingFinished":
		decode(e, w.onFinished)
	case "Network.loadingFailed":
		decode(e, w.onFailed)
	case "Network.requestWillBeSentExtraInfo":
		decode(e, w.onSentExtra)
	case "Network.responseReceivedExtraInfo":
		decode(e, w.onReceivedExtra)
	case "Log.entryAdded":
		decode(e, w.onLog)
	case "Runtime.exceptionThrown":
		decode(e, w.onException)
	case "Runtime.consoleAPICalled":
		decode(e, w.onConsole)
	case "Security.certificateError":
		decode(e, w.onCertificate)
	default:
		w.handleTab(e)
	}
}

// handleTab dispatches what concerns the tab, its frames and its windows.
func (w *watcher) handleTab(e *cdp.Event) {
	switch e.Method {
	case "Runtime.executionContextCreated":
		decode(e, w.onWorld)
	case "Runtime.executionContextDestroyed":
		decode(e, w.onWorldGone)
	case "Runtime.executionContextsCleared":
		w.endWorlds(func(frameWorld) bool { return true })
	case "Page.frameStartedLoading":
		decode(e, func(e proto.PageFrameStartedLoading) { w.setLoading(e.FrameID, true) })
	case "Page.frameStoppedLoading":
		decode(e, func(e proto.PageFrameStoppedLoading) { w.setLoading(e.FrameID, false) })
	case "Page.frameNavigated":
		decode(e, func(e proto.PageFrameNavigated) { w.arrived = w.arrived || e.Frame.ID == w.main })
	case "Page.windowOpen":
		decode(e, w.onWindowOpen)
	case "Target.targetCreated":
		decode(e, w.onTarget)
	case "Page.javascriptDialogOpening":
		decode(e, w.onDialog)
	case "Inspector.targetCrashed":
		w.stop(&crashError{"the page crashed"})
	}
}

func (w *watcher) onWorld(e proto.RuntimeExecutionContextCreated) {
	if e.Context.Name != world {
		return
	}
	made := frameWorld{frame: proto.PageFrameID(e.Context.AuxData["frameId"].Str()), id: e.Context.ID, document: e.Context.UniqueID}
	made.life, made.end = context.WithCancel(context.Background())
	if made.frame == w.main {
		w.worlds = append([]frameWorld{made}, w.worlds...)
		return
	}
	w.worlds = append(w.worlds, made)
}

// onWorldGone goes by the name: the process that a page leaves may number its worlds as the one that it comes to.
func (w *watcher) onWorldGone(e proto.RuntimeExecutionContextDestroyed) {
	w.endWorlds(func(f frameWorld) bool { return f.document == e.ExecutionContextUniqueID })
}

func (w *watcher) endWorlds(which func(frameWorld) bool) {
	w.worlds = slices.DeleteFunc(w.worlds, func(f frameWorld) bool {
		if !which(f) {
			return false
		}
		f.end()
		return true
	})
}

func (w *watcher) setLoading(frame proto.PageFrameID, on bool) {
	if frame == w.main {
		w.loading = on
	}
}

// whyLost tells why the page itself did not load, "" if it did or is still on its way.
func (w *watcher) whyLost() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.lost
}

// frames returns the worlds of the documents, the page's own first.
func (w *watcher) frames() []frameWorld {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.worlds)
}

// moves reports whether the tab is loading a document or may be about to, after something was done and no other document
// has come since.
func (w *watcher) moves() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.loading || !w.arrived && time.Since(w.did) < leaveWithin
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
	w.did, w.arrived = time.Now(), false
}

func (w *watcher) hasForeign() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.foreign
}

func (w *watcher) onTarget(e proto.TargetTargetCreated) {
	if e.TargetInfo.Type == "iframe" && (w.room.context == "" || e.TargetInfo.BrowserContextID == w.room.context) {
		w.foreign = true
	}
	if e.TargetInfo.Type != "page" || e.TargetInfo.OpenerID != w.target {
		return
	}
	w.opened = append(w.opened, e.TargetInfo.TargetID)
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
	w.notRun(e.Entry)
}

func (w *watcher) onException(e proto.RuntimeExceptionThrown) {
	text := exception(e.ExceptionDetails)
	w.gap.stopped(text)
	w.console(checks.LevelException, text)
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
