package child

import (
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-rod/rod/lib/proto"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

// A request is one chain of redirects, which share one id.
type request struct {
	urls     []string // of every round trip so far
	method   string
	main     bool                                     // for the main document
	answers  int                                      // answers whose headers were seen or are known not to come
	received []proto.NetworkResponseReceivedExtraInfo // whose address is not known yet
	trips    []*trip                                  // that are not told yet
	sent     [][]string                               // names of the cookies that went with each trip
}

func (w *watcher) request(id proto.NetworkRequestID) *request {
	r := w.requests[id]
	if r == nil {
		r = &request{}
		w.requests[id] = r
	}
	return r
}

func (w *watcher) onRequest(e proto.NetworkRequestWillBeSent) {
	r := w.request(e.RequestID)
	r.main = e.Type == proto.NetworkResourceTypeDocument && e.FrameID == w.main
	if e.RedirectResponse != nil {
		r.redirected(e)
		if r.main {
			w.hop(r, e.RedirectResponse, e.Request.URL)
		}
		if !e.RedirectHasExtraInfo {
			r.answers++
		}
	}
	r.urls = append(r.urls, e.Request.URL+e.Request.URLFragment)
	r.trips = append(r.trips, &trip{asked: e})
	r.method = e.Request.Method
	w.flushCookies(r)
	w.traffic.began(e)
	w.gap.began(e.RequestID, r.main)
	if r.main {
		w.lost = ""
		w.hear(e.Request)
		w.countRound(e.Request.URL)
	}
}

func (w *watcher) countRound(url string) {
	pair, n, loop := w.rounds.visit(url)
	if !loop {
		return
	}
	w.journal.emit(checks.Event{Kind: checks.EventLoop, Text: pair, Rounds: n})
	w.stop(&loopError{pair})
}

func (w *watcher) onResponse(e proto.NetworkResponseReceived) {
	r := w.request(e.RequestID)
	if t, ok := r.last(); ok {
		t.got = e.Response
	}
	switch got := e.Response; {
	case got.Status >= 400:
		w.gap.missed(e.Type, got.URL, fmt.Sprintf("status %d", got.Status))
	case e.Type == proto.NetworkResourceTypeScript && strings.Contains(got.MIMEType, "html"):
		w.gap.missed(e.Type, got.URL, "a web page in the place of a script")
	}
	if r.main {
		w.hop(r, e.Response, "")
		return
	}
	switch e.Type {
	case proto.NetworkResourceTypeScript, proto.NetworkResourceTypeStylesheet, proto.NetworkResourceTypeXHR,
		proto.NetworkResourceTypeFetch, proto.NetworkResourceTypeDocument:
	default:
		return
	}
	address, query := page.Split(e.Response.URL)
	w.journal.emit(checks.Event{
		Kind: checks.EventResource, URL: address, Query: query, Host: page.Host(e.Response.URL), Type: string(e.Type),
		Method: r.method, Status: e.Response.Status, MIME: page.Text(e.Response.MIMEType, 80),
	})
}

func (w *watcher) hop(r *request, got *proto.NetworkResponse, next string) {
	if !strings.HasPrefix(got.URL, "http") {
		return // about:blank and data: have no server
	}
	address, query := page.Split(got.URL)
	to, _ := page.Split(next)
	w.journal.emit(checks.Event{
		Kind: checks.EventHop, URL: address, Query: query, Host: page.Host(got.URL), Addr: w.remote(got), Method: r.method,
		Type: "Document", Status: got.Status, MIME: page.Text(got.MIMEType, 80), Location: to,
	})
}

// remote returns the address that answered; behind the relay the browser only knows the relay's.
func (w *watcher) remote(got *proto.NetworkResponse) string {
	if w.room.Proxy != "" || got.RemoteIPAddress == "" || got.RemotePort == nil {
		return ""
	}
	return net.JoinHostPort(strings.Trim(got.RemoteIPAddress, "[]"), strconv.Itoa(*got.RemotePort))
}

func (w *watcher) onFailed(e proto.NetworkLoadingFailed) {
	w.traffic.ended(e.RequestID)
	w.gap.ended(e.RequestID)
	r := w.request(e.RequestID)
	defer w.tellExchanges(r)
	if t, ok := r.last(); ok {
		t.ended, t.failure = e.Timestamp, e.ErrorText
	}
	blocked := blockedBy(e)
	if code := w.refusal(r); code != "" && e.ErrorText == aborted {
		e.ErrorText, e.Canceled = code, false
	}
	if len(r.urls) == 0 || e.ErrorText == "net::ERR_HTTP_RESPONSE_CODE_FAILURE" || e.Canceled && blocked == "" {
		return // an error page without a body, told as a hop; or left behind for the next page
	}
	last := r.urls[len(r.urls)-1]
	if r.main {
		w.lost = e.ErrorText
	}
	w.gap.missed(e.Type, last, e.ErrorText)
	address, query := page.Split(last)
	w.journal.emit(checks.Event{
		Kind: checks.EventFailure, URL: address, Query: query, Host: page.Host(last), Type: string(e.Type), Method: r.method,
		Error: e.ErrorText, Blocked: blocked, Text: corsReason(e),
	})
	if strings.HasPrefix(e.ErrorText, "net::ERR_CERT_") {
		w.refuse(page.Host(last), e.ErrorText, "")
	}
}

// refusal returns the error for which the certificate of a request's host was refused, or nothing.
func (w *watcher) refusal(r *request) string {
	if len(r.urls) == 0 {
		return ""
	}
	return w.refused[page.Host(r.urls[len(r.urls)-1])]
}

// refuse reports once per host that the browser refused its certificate.
func (w *watcher) refuse(host, code, reason string) {
	if w.refused[host] != "" {
		return
	}
	w.refused[host] = code
	w.journal.emit(checks.Event{Kind: checks.EventCertificate, Host: host, Error: code, Text: reason})
}

func blockedBy(e proto.NetworkLoadingFailed) string {
	switch {
	case e.ErrorText == "net::ERR_BLOCKED_BY_CLIENT":
		return "client"
	case e.ErrorText == "net::ERR_BLOCKED_BY_ADMINISTRATOR":
		return "administrator"
	case e.CorsErrorStatus != nil:
		return "cors"
	}
	return string(e.BlockedReason)
}

func corsReason(e proto.NetworkLoadingFailed) string {
	if e.CorsErrorStatus == nil {
		return ""
	}
	return string(e.CorsErrorStatus.CorsError)
}

// unrun are the words with which chromium 156 says in its console that a script came and is not run. No event of the
// network was seen to say so.
var unrun = []struct{ words, why string }{
	{"Failed to find a valid digest in the 'integrity' attribute", "integrity"},
	{"Refused to execute script from", "type"},
	{"Failed to load module script", "type"},
}

var quoted = regexp.MustCompile(`'(https?://[^']+)'`)

// notRun reports a script that came and is not run.
func (w *watcher) notRun(e *proto.LogLogEntry) {
	for _, n := range unrun {
		if !strings.HasPrefix(e.Text, n.words) {
			continue
		}
		at := e.URL
		if named := quoted.FindStringSubmatch(e.Text); named != nil {
			at = named[1]
		}
		address, query := page.Split(at)
		w.gap.missed(proto.NetworkResourceTypeScript, at, e.Text)
		w.journal.emit(checks.Event{Kind: checks.EventFailure, URL: address, Query: query, Host: page.Host(at),
			Type: string(proto.NetworkResourceTypeScript), Blocked: n.why})
	}
}
