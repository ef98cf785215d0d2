package child

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-rod/rod/lib/proto"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

// Reasons that only say that a cookie belongs to another place.
var elsewhere = []proto.NetworkCookieBlockedReason{proto.NetworkCookieBlockedReasonNotOnPath,
	proto.NetworkCookieBlockedReasonDomainMismatch}

// onSentExtra tells which cookies the browser has and did not send.
func (w *watcher) onSentExtra(e proto.NetworkRequestWillBeSentExtraInfo) {
	r := w.request(e.RequestID)
	r.sent = append(r.sent, went(e.AssociatedCookies))
	for _, c := range e.AssociatedCookies {
		away := func(r proto.NetworkCookieBlockedReason) bool { return slices.Contains(elsewhere, r) }
		if c.Cookie == nil || len(c.BlockedReasons) == 0 || slices.ContainsFunc(c.BlockedReasons, away) {
			continue
		}
		w.cookie(strings.TrimPrefix(c.Cookie.Domain, "."), checks.Cookie{
			Name: c.Cookie.Name, Domain: c.Cookie.Domain, Path: c.Cookie.Path, SameSite: string(c.Cookie.SameSite),
			Secure: c.Cookie.Secure, HTTPOnly: c.Cookie.HTTPOnly, Sending: true, Refused: texts(c.BlockedReasons),
			Bytes: len(c.Cookie.Name) + len(c.Cookie.Value),
		})
	}
}

func went(all []*proto.NetworkAssociatedCookie) []string {
	var names []string
	for _, c := range all {
		if c.Cookie != nil && len(c.BlockedReasons) == 0 {
			names = append(names, page.Text(c.Cookie.Name, 80))
		}
	}
	return names
}

// onReceivedExtra may come before the request that it belongs to.
func (w *watcher) onReceivedExtra(e proto.NetworkResponseReceivedExtraInfo) {
	r := w.request(e.RequestID)
	r.received = append(r.received, e)
	w.flushCookies(r)
}

// flushCookies tells the cookies of the answers whose address is known: the n-th headers belong to the n-th address.
func (w *watcher) flushCookies(r *request) {
	for len(r.received) > 0 && r.answers < len(r.urls) {
		host := page.Host(r.urls[r.answers])
		set := w.setCookies(host, r.received[0])
		if r.answers < len(r.trips) {
			r.trips[r.answers].cookies = set
		}
		r.received = r.received[1:]
		r.answers++
	}
}

func (w *watcher) setCookies(host string, e proto.NetworkResponseReceivedExtraInfo) (set []checks.Cookie) {
	refused := map[string][]string{}
	for _, b := range e.BlockedCookies {
		refused[b.CookieLine] = texts(b.BlockedReasons)
	}
	for name, value := range e.Headers {
		if !strings.EqualFold(name, "set-cookie") {
			continue
		}
		for line := range strings.SplitSeq(value.Str(), "\n") {
			c := parseCookie(line)
			c.Refused = refused[line]
			delete(refused, line)
			set = append(set, c)
		}
	}
	for line, reasons := range refused {
		c := parseCookie(line)
		c.Refused = reasons
		set = append(set, c)
	}
	for _, c := range set {
		w.cookie(host, c)
	}
	return set
}

// cookie tells each fate of a cookie once.
func (w *watcher) cookie(host string, c checks.Cookie) {
	key := fmt.Sprint(host, c)
	if w.cookies[key] {
		return
	}
	w.cookies[key] = true
	w.journal.emit(checks.Event{Kind: checks.EventCookie, Host: host, Cookie: &c})
}

// parseCookie reads a Set-Cookie line as browsers do, RFC 6265 section 5.2, and forgets the value.
func parseCookie(line string) checks.Cookie {
	pair, attributes, _ := strings.Cut(line, ";")
	name, value, ok := strings.Cut(pair, "=")
	if !ok {
		name, value = "", pair
	}
	name = strings.TrimSpace(name)
	c := checks.Cookie{Name: page.Text(name, 80), Bytes: len(name) + len(strings.TrimSpace(value))}
	for attribute := range strings.SplitSeq(attributes, ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(attribute), "=")
		switch strings.ToLower(key) {
		case "domain":
			c.Domain = page.Text(value, 253)
		case "path":
			c.Path = page.Text(value, 100)
		case "samesite":
			c.SameSite = page.Text(value, 20)
		case "secure":
			c.Secure = true
		case "httponly":
			c.HTTPOnly = true
		case "partitioned":
			c.Parted = true
		}
	}
	return c
}

func texts[T ~string](reasons []T) []string {
	var out []string
	for _, r := range reasons {
		out = append(out, string(r))
	}
	return out
}
