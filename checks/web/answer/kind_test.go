package answer

import (
	"net/http"
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/internal/hops"
)

var product = &checks.Product{
	Recipes: []checks.Recipe{{Doors: []checks.Door{checks.DoorSSO}, Pages: []checks.PageSpec{
		{Seen: checks.Element{ID: []string{"loginForm"}, Name: []string{"Company"}}}}}},
	Words: []checks.Words{{Means: "maintenance", Any: []string{"Wartung"}}},
}

func exchange(status int, body string, header ...string) *hops.Exchange {
	h := http.Header{"Content-Type": {"text/html"}}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &hops.Exchange{Status: status, Header: h, Body: []byte(body)}
}

func TestClassify(t *testing.T) {
	for _, row := range []struct {
		name string
		x    *hops.Exchange
		want Kind
	}{
		{"a page", exchange(200, `<form id="loginForm">`), Content},
		{"no right", exchange(401, "who are you"), Content},
		{"filter, good status", exchange(200, "<h1>Web Page Blocked!</h1>"), BlockedPage},
		{"filter, bad status", exchange(503, "<h1>FortiGuard Intrusion Prevention</h1>"), BlockedPage},
		{"check by header", exchange(429, "wait", "cf-mitigated", "challenge"), EdgeCheck},
		{"check by scripts", exchange(503, `<script src="/cdn-cgi/challenge-platform/x">`), EdgeCheck},
		{"scripts of the edge on a good page", exchange(200, `<script src="/cdn-cgi/challenge-platform/x">`), Content},
		{"throttled", exchange(429, "slow down"), TooMany},
		{"another 400", exchange(400, "what?"), Content},
		{"rule", exchange(403, "The requested URL was rejected. Your support ID is: 1"), Rejected},
		{"place", exchange(403, "This site is not available in your country"), Foreign},
		{"no reason", exchange(403, ""), Forbidden},
		{"legal reasons", exchange(451, ""), Forbidden},
		{"gone", exchange(410, ""), NotThere},
		{"503", exchange(503, "maintenance"), Maintained},
		{"502", exchange(502, ""), GatewayFault},
		{"edge's own status", exchange(526, ""), GatewayFault},
		{"500", exchange(500, ""), ServerFault},
		{"soft", exchange(200, "<p>We'll be back soon</p>"), Soft},
		{"soft in the product's words", exchange(200, "<p>Wartung bis 8 Uhr</p>"), Soft},
		{"announcement over the form", exchange(200, `<p>maintenance on Sunday</p><form id="loginForm">`), Content},
		{"announcement over a named field", exchange(200, `<p>maintenance on Sunday</p><input name="Company">`), Content},
		{"the word in data", exchange(200, `{"mode":"maintenance"}`, "Content-Type", "application/json"), Content},
		{"nothing", exchange(200, ""), Blank},
	} {
		if got := Classify(product, row.x); got != row.want {
			t.Errorf("%s: kind %d, want %d", row.name, got, row.want)
		}
	}
}

func TestTooLong(t *testing.T) {
	for text, want := range map[string]bool{"Bad Request - Request Too Long": true, "Request Header Or Cookie Too Large": true, "what?": false} {
		if TooLong(product, 400, text) != want {
			t.Errorf("%q: not %t", text, want)
		}
	}
	if !TooLong(product, 431, "") {
		t.Error("status 431 is not believed")
	}
}

func TestTitle(t *testing.T) {
	for page, want := range map[string]string{
		"<TITLE lang=en> A &amp;\n B </TITLE>": "A & B", "<p>one <b>two</b>": "one two", "": "", "<title>": "",
	} {
		if got := Title(page); got != want {
			t.Errorf("%q: %q, want %q", page, got, want)
		}
	}
}

func TestReference(t *testing.T) {
	for page, want := range map[string]string{
		"Your support ID is: <b>4923847192837465</b>":     "4923847192837465",
		"Reference&#32;&#35;18&#46;2d351ab8":              "18.2d351ab8",
		"Incapsula incident ID: 877000110096-22":          "877000110096-22",
		"<html>nothing to quote</html>":                   "none",
		"Reference <img src=x onerror=alert(1)> document": "none",
	} {
		if got := Reference(page); got != want {
			t.Errorf("%q: %q, want %q", page, got, want)
		}
	}
}

func TestWait(t *testing.T) {
	for value, want := range map[string]string{
		"1800": "30 min", "": "an unstated time", "Wed, 21 Oct 2026 07:28:00 GMT": "until 07:28 UTC", "soon": "an unstated time",
		"-5m": "an unstated time",
	} {
		if got := Wait(http.Header{"Retry-After": {value}}); got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
}

func FuzzClassify(f *testing.F) {
	f.Add(200, "<title>x</title>")
	f.Add(403, "support id is 1 \xff")
	f.Fuzz(func(t *testing.T, status int, body string) {
		x := exchange(status, body)
		if k := Classify(product, x); k < Content || k > ServerFault {
			t.Errorf("kind %d", k)
		}
		Title(body)
		Reference(body)
	})
}
