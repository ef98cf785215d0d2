package child

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/go-rod/rod/lib/proto"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

// maxExchanges bounds how many exchanges a walk keeps.
const maxExchanges = 300

// A trip is one question to a server and its answer.
type trip struct {
	asked   proto.NetworkRequestWillBeSent
	got     *proto.NetworkResponse
	cookies []checks.Cookie // that the answer set, refused ones too
	next    string          // where it redirected to
	ended   proto.MonotonicTime
	bytes   int
	failure string
}

// redirected ends the trip before the one that begins now.
func (r *request) redirected(e proto.NetworkRequestWillBeSent) {
	if n := len(r.trips); n > 0 {
		t := r.trips[n-1]
		t.got, t.next, t.ended = e.RedirectResponse, e.Request.URL, e.Timestamp
		t.bytes = int(e.RedirectResponse.EncodedDataLength)
	}
}

// last returns the trip that is under way; ok is false if none is.
func (r *request) last() (t *trip, ok bool) {
	if len(r.trips) == 0 {
		return nil, false
	}
	return r.trips[len(r.trips)-1], true
}

func (w *watcher) onFinished(e proto.NetworkLoadingFinished) {
	w.traffic.ended(e.RequestID)
	w.gap.ended(e.RequestID)
	r := w.request(e.RequestID)
	if t, ok := r.last(); ok {
		t.ended, t.bytes = e.Timestamp, int(e.EncodedDataLength)
	}
	w.tellExchanges(r)
}

// tellExchanges tells the trips of a request that is over, once.
func (w *watcher) tellExchanges(r *request) {
	for i, t := range r.trips {
		if !strings.HasPrefix(t.asked.Request.URL, "http") {
			continue // no server was asked
		}
		if w.exchanges++; w.exchanges > maxExchanges {
			break
		}
		var sent []string
		if len(r.sent) == len(r.trips) {
			sent = r.sent[i]
		}
		entry, err := json.Marshal(w.entry(t, sent))
		if err == nil {
			w.journal.emit(checks.Event{Kind: checks.EventExchange, Entry: entry})
		}
	}
	r.trips = nil
}

// tellUnfinished tells what was still under way when the walk ended.
func (w *watcher) tellUnfinished() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.requests {
		if t, ok := r.last(); ok {
			t.failure = orDefault(t.failure, "under way when the walk ended")
			w.tellExchanges(r)
		}
	}
}

// The words of HAR 1.2 (w3c.github.io/web-performance/specs/HAR/Overview.html). Names with an underscore are additions.
type (
	harEntry struct {
		Started  string      `json:"startedDateTime"`
		Time     float64     `json:"time"` // ms
		Request  harRequest  `json:"request"`
		Response harResponse `json:"response"`
		Cache    struct{}    `json:"cache"`
		Timings  harTimings  `json:"timings"`
		Address  string      `json:"serverIPAddress,omitempty"`
		Kind     string      `json:"_resourceType,omitempty"`
		Failure  string      `json:"_error,omitempty"`
	}
	harRequest struct {
		Method   string      `json:"method"`
		URL      string      `json:"url"`
		Version  string      `json:"httpVersion"`
		Cookies  []harCookie `json:"cookies"`
		Headers  []harPair   `json:"headers"`
		Query    []harPair   `json:"queryString"`
		HeadSize int         `json:"headersSize"`
		BodySize int         `json:"bodySize"`
	}
	harResponse struct {
		Status   int         `json:"status"`
		Text     string      `json:"statusText"`
		Version  string      `json:"httpVersion"`
		Cookies  []harCookie `json:"cookies"`
		Headers  []harPair   `json:"headers"`
		Content  harContent  `json:"content"`
		Redirect string      `json:"redirectURL"`
		HeadSize int         `json:"headersSize"`
		BodySize int         `json:"bodySize"`
	}
	harContent struct {
		Size int    `json:"size"` // as it came over the wire
		MIME string `json:"mimeType"`
	}
	harPair struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	harCookie struct {
		Name     string   `json:"name"`
		Value    string   `json:"value"` // never kept
		Path     string   `json:"path,omitempty"`
		Domain   string   `json:"domain,omitempty"`
		HTTPOnly bool     `json:"httpOnly,omitempty"`
		Secure   bool     `json:"secure,omitempty"`
		SameSite string   `json:"sameSite,omitempty"`
		Refused  []string `json:"_refused,omitempty"`
	}
	harTimings struct {
		Blocked float64 `json:"blocked"`
		DNS     float64 `json:"dns"`
		Connect float64 `json:"connect"`
		Send    float64 `json:"send"`
		Wait    float64 `json:"wait"`
		Receive float64 `json:"receive"`
		SSL     float64 `json:"ssl"`
	}
)

// entry masks a trip: no body, no value of a cookie or a parameter, of the headers those of a list. Hops have the parameters
// whose values say something.
func (w *watcher) entry(t *trip, sent []string) harEntry {
	e := harEntry{
		Started: t.asked.WallTime.Time().UTC().Format("2006-01-02T15:04:05.000000Z07:00"), Kind: strings.ToLower(string(t.asked.Type)), Failure: t.failure,
		Request: harRequest{
			Method: t.asked.Request.Method, URL: address(t.asked.Request.URL), Cookies: []harCookie{}, Headers: headers(t.asked.Request.Headers),
			Query: pairs(t.asked.Request.URL), HeadSize: -1, BodySize: -1,
		},
		Response: harResponse{Cookies: []harCookie{}, Headers: []harPair{}, HeadSize: -1, BodySize: t.bytes, Content: harContent{Size: t.bytes}},
		Timings:  harTimings{-1, -1, -1, 0, 0, 0, -1},
	}
	for _, name := range sent {
		e.Request.Cookies = append(e.Request.Cookies, harCookie{Name: name})
	}
	if t.ended > 0 {
		e.Time = ms(float64(t.ended-t.asked.Timestamp) * 1000)
	}
	if t.got == nil {
		return e
	}
	e.Address = addressOnly(w.remote(t.got))
	e.Request.Version, e.Response.Version = t.got.Protocol, t.got.Protocol
	e.Response.Status, e.Response.Text = t.got.Status, page.Text(t.got.StatusText, 80)
	e.Response.Headers, e.Response.Content.MIME = headers(t.got.Headers), page.Text(t.got.MIMEType, 80)
	e.Response.Redirect = address(t.next)
	for _, c := range t.cookies {
		e.Response.Cookies = append(e.Response.Cookies, harCookie{Name: c.Name, Path: c.Path, Domain: c.Domain, HTTPOnly: c.HTTPOnly,
			Secure: c.Secure, SameSite: c.SameSite, Refused: c.Refused})
	}
	if t.got.Timing != nil {
		e.Timings = timings(t.got.Timing, t.ended)
	}
	return e
}

// timings turns moments, in ms since the request, into spans; -1 means that it did not happen.
func timings(t *proto.NetworkResourceTiming, ended proto.MonotonicTime) harTimings {
	span := func(from, to float64) float64 {
		if from < 0 || to < from {
			return -1
		}
		return ms(to - from)
	}
	blocked := t.SendStart
	for _, began := range []float64{t.ConnectStart, t.DNSStart} {
		if began >= 0 {
			blocked = began
		}
	}
	receive := float64(ended)*1000 - t.RequestTime*1000 - t.ReceiveHeadersEnd
	return harTimings{Blocked: ms(blocked), DNS: span(t.DNSStart, t.DNSEnd), Connect: span(t.ConnectStart, t.ConnectEnd),
		SSL: span(t.SslStart, t.SslEnd), Send: max(0, span(t.SendStart, t.SendEnd)), Wait: max(0, span(t.SendEnd, t.ReceiveHeadersEnd)),
		Receive: ms(max(0, receive))}
}

// ms rounds to microseconds: the browser's clock is no finer.
func ms(v float64) float64 { return float64(int(v*1000)) / 1000 }

func address(raw string) string {
	at, _ := page.Split(raw)
	return at
}

func addressOnly(hostport string) string {
	if i := strings.LastIndex(hostport, ":"); i > 0 {
		return strings.Trim(hostport[:i], "[]")
	}
	return ""
}

func pairs(raw string) []harPair {
	list := []harPair{}
	_, query := page.Split(raw)
	for _, p := range query {
		list = append(list, harPair{Name: p.Name})
	}
	return list
}

// spokenHeaders are those that hold no secret and help to understand an exchange.
var spokenHeaders = []string{"accept", "accept-language", "access-control-allow-credentials", "access-control-allow-origin", "age", "alt-svc",
	"cache-control", "cf-mitigated", "cf-ray", "content-encoding", "content-language", "content-length", "content-security-policy", "content-type",
	"cross-origin-embedder-policy", "cross-origin-opener-policy", "cross-origin-resource-policy", "date", "expires", "last-modified", "location", "origin",
	"permissions-policy", "pragma", "referer", "referrer-policy", "request-id", "retry-after", "server", "strict-transport-security",
	"transfer-encoding", "upgrade-insecure-requests", "user-agent", "vary", "via", "warning", "www-authenticate", "x-cache", "x-content-type-options",
	"x-frame-options", "x-ms-request-id", "x-powered-by", "x-request-id"}

func headers(all proto.NetworkHeaders) []harPair {
	list := []harPair{}
	for name, value := range all {
		key := strings.ToLower(name)
		switch {
		case !slices.Contains(spokenHeaders, key):
			continue
		case key == "location" || key == "referer":
			list = append(list, harPair{name, address(value.Str())})
		default:
			list = append(list, harPair{name, page.Text(value.Str(), 300)})
		}
	}
	slices.SortFunc(list, func(a, b harPair) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return list
}
