package world

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

const (
	testPassword = "correct horse battery"
	testCode     = "493817"
)

// TestBrowseSignIn walks application, provider and frame, and comes back by a redirect.
func TestBrowseSignIn(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := newSite(t)
	s.serve("app.test", appHandler())
	s.serve("idp.test", idpHandler(t))
	s.serve("frame.other.test", html(`<form method=post action=https://idp.test/done target=_top>
		<label for=c>Code from the app</label><input id=c name=code><button>Verify</button></form>`))
	l := s.browse(checks.Script{Name: "sign-in", Steps: []checks.Step{
		open("https://app.test/"),
		{Name: "user", Do: checks.DoFill, Any: []string{"#nowhere", "input[name=user]"}, Value: "alice"},
		{Name: "next", Do: checks.DoPress, Any: []string{"#next"}},
		{Name: "consent", Do: checks.DoPress, Any: []string{"#consent"}, Optional: true, Within: 100 * time.Millisecond},
		{Name: "after consent", Do: checks.DoLook, If: "consent"},
		{Name: "password", Do: checks.DoFill, Any: []string{"input[type=password]"}, Secret: checks.NewSecret(testPassword)},
		{Name: "filled", Do: checks.DoShot},
		{Name: "send", Do: checks.DoPress, Any: []string{"button[type=submit]"}},
		{Name: "code", Do: checks.DoFill, Any: []string{"#c"}, Secret: checks.NewSecret(testCode)},
		{Name: "code page", Do: checks.DoLook},
		{Name: "verify", Do: checks.DoPress, Any: []string{"form button"}},
		{Name: "welcome", Do: checks.DoWait, Any: []string{"#never"}, Texts: []string{"good evening, alice"}},
		look("home"),
	}})
	if end := l.End(); end.Outcome != checks.OutcomeDone {
		t.Errorf("end %+v", end)
	}
	for name, want := range map[string]string{"user": "done input[name=user]", "consent": "missing ", "after consent": "skipped ",
		"code": "done #c", "welcome": "done good evening, alice"} {
		if e, _ := l.Step(name); e.Outcome+" "+e.Matched != want {
			t.Errorf("step %s: %s %s, want %s", name, e.Outcome, e.Matched, want)
		}
	}
	var way []string
	for _, e := range l.Hops() {
		way = append(way, fmt.Sprint(e.Method, " ", e.Status, " ", e.URL, " ", e.Location))
	}
	want := []string{
		"GET 200 https://app.test/ ", "POST 302 https://app.test/start https://idp.test/authorize",
		"GET 200 https://idp.test/authorize ", "POST 200 https://idp.test/login ",
		"POST 303 https://idp.test/done https://app.test/callback",
		"GET 302 https://app.test/callback https://app.test/home", "GET 200 https://app.test/home ",
	}
	if !slices.Equal(way, want) {
		t.Errorf("way\n%s\nwant\n%s", strings.Join(way, "\n"), strings.Join(want, "\n"))
	}
	if q := l.Hops()[2].Query; fmt.Sprint(q) != "[{client_id psa} {state } {redirect_uri https://app.test/callback}]" {
		t.Errorf("query %v", q)
	}
	home, _ := l.PageAt("home")
	if home.Title != "Home" || home.URL != "https://app.test/home" {
		t.Errorf("page %+v", home)
	}
	frame, _ := l.PageAt("code page")
	if !slices.ContainsFunc(frame.Fields, func(f checks.Field) bool { return f.Label == "Code from the app" && f.Visible }) {
		t.Errorf("fields %+v", frame.Fields)
	}
	session := find(t, l, "the session cookie was stored", checks.EventCookie, func(e checks.Event) bool { return e.Cookie.Name == "session" })
	if got := *session.Cookie; session.Host != "app.test" || got.SameSite != "Lax" || !got.Secure || !got.HTTPOnly || len(got.Refused) > 0 {
		t.Errorf("cookie %s %+v", session.Host, got)
	}
	saysNoSecret(t, fmt.Sprintf("%+v", l))
	archived(t, l, len(want))
	fieldsAreCovered(t, l.Of(checks.EventShot)[0].Image)
	s.nothingIsLeft()
}

// archived sees that every page is in the archive with what the browser said of it, and without what was typed or kept.
func archived(t *testing.T, l page.Log, pages int) {
	t.Helper()
	var said []string
	for _, raw := range l.Traffic("sign-in").Entries {
		var e struct {
			Kind    string  `json:"_resourceType"`
			Time    float64 `json:"time"`
			Request struct {
				Method, URL string
				Query       []struct{ Name, Value string } `json:"queryString"`
			}
			Response struct {
				Status   int
				Redirect string `json:"redirectURL"`
				Cookies  []struct{ Name, Value, SameSite string }
			}
			Timings map[string]float64
		}
		if err := json.Unmarshal(raw, &e); err != nil {
			t.Fatal(err)
		}
		if e.Time <= 0 || e.Timings["wait"] < 0 || e.Timings["connect"] == 0 {
			t.Errorf("times %v %v", e.Time, e.Timings)
		}
		if e.Kind == "document" && e.Response.Status > 0 && !strings.Contains(e.Request.URL, "frame") {
			said = append(said, fmt.Sprint(e.Request.Method, e.Response.Status, e.Request.URL, e.Request.Query, e.Response.Redirect, e.Response.Cookies))
		}
	}
	for i, want := range map[int]string{1: "POST302https://app.test/start[]https://idp.test/authorize[]",
		2: "GET200https://idp.test/authorize[{client_id } {state } {redirect_uri }][]",
		5: "GET302https://app.test/callback[{code } {state }]https://app.test/home[{session  Lax}]"} {
		if len(said) != pages || said[i] != want {
			t.Errorf("of %d pages the archive has\n%s", pages, strings.Join(said, "\n"))
			return
		}
	}
}

func appHandler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", html(`<form method=post action=/start><input name=user value=bob><a id=next href=# onclick="document.forms[0].submit();return false">Next</a></form>`))
	mux.HandleFunc("POST /start", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("user") == "alice" {
			http.Redirect(w, r, "https://idp.test/authorize?client_id=psa&state=s3cr3t&redirect_uri=https%3A%2F%2Fapp.test%2Fcallback", http.StatusFound)
		}
	})
	mux.HandleFunc("GET /callback", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "1", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
		http.Redirect(w, r, "/home", http.StatusFound)
	})
	mux.Handle("GET /home", html(`<title>Home</title><p id=p></p><script>
		p.textContent = 'Good evening, Alice ('+`+"`"+testPassword+"`"+`+')'; console.error('token `+testCode+`')</script>`))
	return mux
}

func idpHandler(t *testing.T) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /authorize", html(`<body style="background:white"><form method=post action=/login>
		<input type=password name=password style="position:fixed;left:100px;top:100px;width:400px;height:60px;font-size:40px;color:red">
		<div id=veil style="position:fixed;inset:0;background:#eee8">Loading</div><button type=submit>Sign in</button></form>
		<script>document.querySelector('input').addEventListener('input', () => setTimeout(() => veil.remove(), 200))</script>`))
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		if got := r.FormValue("password"); got != testPassword {
			t.Errorf("password arrived as %q", got)
		}
		html(`<h1>One more step</h1><iframe src=https://frame.other.test/ width=500 height=300></iframe>`).ServeHTTP(w, r)
	})
	mux.HandleFunc("POST /done", func(w http.ResponseWriter, r *http.Request) {
		if got := r.FormValue("code"); got != testCode {
			t.Errorf("code arrived as %q", got)
		}
		http.Redirect(w, r, "https://app.test/callback?code="+testCode+"&state=x", http.StatusSeeOther)
	})
	return mux
}

func saysNoSecret(t *testing.T, said string) {
	t.Helper()
	for _, secret := range []string{testPassword, testCode, "s3cr3t"} {
		if strings.Contains(said, secret) {
			t.Errorf("the log says %q", secret)
		}
	}
	if !strings.Contains(said, "[secret]") {
		t.Error("the page that gives the password back was not seen")
	}
}

// fieldsAreCovered looks into the password field of idpHandler's page: nothing but one colour, dots included.
func fieldsAreCovered(t *testing.T, picture []byte) {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	if size := img.Bounds().Size(); size.X > 1280 || size.Y > 800 {
		t.Errorf("picture of %v", size)
	}
	inside := img.At(300, 130)
	for x := 106; x < 494; x++ {
		for y := 106; y < 154; y++ {
			if img.At(x, y) != inside {
				t.Fatalf("the field shows something at %d,%d: %v, not %v", x, y, img.At(x, y), inside)
			}
		}
	}
	if img.At(300, 300) == inside {
		t.Error("the whole picture has one colour")
	}
}

// nothingIsLeft closes the world and looks for folders in TMPDIR and for processes.
func (s *site) nothingIsLeft() {
	t := s.t
	t.Helper()
	s.world.Close()
	left, err := filepath.Glob(filepath.Join(temporary(), "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if own := descendants(t); len(own) > 0 {
		t.Errorf("processes left behind: %v", own)
	}
}

// TestBrowseRefusals opens one broken thing after the other.
func TestBrowseRefusals(t *testing.T) {
	s := newSite(t)
	s.options.Resolvers = append(s.options.Resolvers, serveDNS(t, says(3)).addr)
	s.serve("good.test", html("<h1>fine</h1>"))
	s.serve("expired.test", html("no"), expired)
	s.serve("mismatch.test", html("no"), named("other.test"))
	newSite(t).lend(s, "foreign.test")
	s.serve("empty.test", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	s.connect("shut.test:443", addr("127.0.0.1:"+closedPort(t)))
	s.plain("plain.test", html("<h1>in the clear</h1>"))
	l := s.browse(checks.Script{Steps: []checks.Step{
		open("https://good.test/"), look("good"), open("https://expired.test/"), open("https://mismatch.test/"),
		open("https://foreign.test/"), open("https://nowhere.test/"), open("https://shut.test/"), look("error"),
		open("https://empty.test/"), open("http://plain.test/"), look("plain"), open("http://nowhere.test/"),
	}})
	if end := l.End(); end.Outcome != checks.OutcomeDone {
		t.Errorf("end %+v", end)
	}
	for host, want := range map[string]string{
		"expired.test":  "failed net::ERR_CERT_DATE_INVALID",
		"mismatch.test": "failed net::ERR_CERT_COMMON_NAME_INVALID",
		"foreign.test":  "failed net::ERR_CERT_AUTHORITY_INVALID",
		"nowhere.test":  "failed net::ERR_TUNNEL_CONNECTION_FAILED",
		"shut.test":     "failed net::ERR_TUNNEL_CONNECTION_FAILED",
		"empty.test":    "done ",
		"good.test":     "done ",
	} {
		if e, _ := l.Step("open https://" + host + "/"); e.Outcome+" "+e.Error != want {
			t.Errorf("%s: %s %s, want %s", host, e.Outcome, e.Error, want)
		}
		refused := slices.ContainsFunc(l.Of(checks.EventCertificate), func(e checks.Event) bool { return e.Host == host })
		if refused != strings.Contains(want, "CERT") {
			t.Errorf("%s: certificate refused %t", host, refused)
		}
	}
	for host, cause := range map[string]string{"nowhere.test": "no such host", "shut.test": "connection refused",
		"nowhere.test:80": "no such host"} {
		if got := l.Unreached(host); !strings.Contains(got, cause) {
			t.Errorf("%s: unreached by %q, want %q", host, got, cause)
		}
	}
	if e, _ := l.Step("open http://nowhere.test/"); e.Outcome != checks.OutcomeFailed {
		t.Errorf("plain host that does not exist: %+v", e)
	}
	if p, _ := l.PageAt("plain"); !strings.Contains(p.Text, "in the clear") {
		t.Errorf("plain page %+v", p)
	}
	if p, ok := l.PageAt("error"); !ok || p.Host != "" || p.Text+p.Title != "" {
		t.Errorf("the browser's own error page %+v", p)
	}
	if hop := l.Hops()[1]; hop.Host != "empty.test" || hop.Status != 503 {
		t.Errorf("second hop %+v", hop)
	}
}

// TestBrowsePageTrouble looks at what a page does that works as a network sees it.
func TestBrowsePageTrouble(t *testing.T) {
	s := newSite(t)
	s.serve("csp.test", headers(map[string]string{"Content-Security-Policy": "script-src 'self'; form-action 'self'"},
		`<script src=https://cdn.test/app.js></script><form method=post action=https://cdn.test/><button>Go</button></form>`))
	s.serve("cdn.test", html("<p>not a script</p>"))
	s.serve("js.test", html(`<script>alert('careful'); missing()</script><script src=/gone.js></script><p>late</p>
		<script>window.open('https://cdn.test/pop?code=1'); fetch('https://cdn.test/api').catch(() => { document.body.append('refused') })</script>`))
	cookies := http.NewServeMux()
	cookies.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Add("Set-Cookie", "none=1; SameSite=None")
		w.Header().Add("Set-Cookie", "alien=1; Domain=other.example; Secure")
		w.Header().Add("Set-Cookie", "lax=1; SameSite=Lax; Secure; Path=/back")
		io.WriteString(w, "<p>cookies</p>")
	})
	cookies.Handle("/back", html("<p>back</p>"))
	s.serve("cookies.test", cookies)
	s.serve("cross.test", html(`<form method=post action=https://cookies.test/back></form><script>document.forms[0].submit()</script>`))
	l := s.browse(checks.Script{Steps: []checks.Step{
		open("https://csp.test/"), {Name: "go", Do: checks.DoPress, Any: []string{"button"}}, look("csp"),
		open("https://js.test/"), {Name: "late", Do: checks.DoWait, Texts: []string{"LATE"}}, {Name: "refused", Do: checks.DoWait, Texts: []string{"refused"}}, look("js"),
		open("https://cookies.test/"), open("https://cross.test/"), {Name: "back", Do: checks.DoWait, Texts: []string{"back"}},
		{Name: "bad selector", Do: checks.DoWait, Any: []string{"[["}, Optional: true}, {Name: "dance", Do: "dance"},
		look("never"),
	}})
	console := func(words string) func(checks.Event) bool {
		return func(e checks.Event) bool { return strings.Contains(e.Text, words) }
	}
	find(t, l, "which directive", checks.EventConsole, console("script-src"))
	find(t, l, "form-action", checks.EventConsole, console("form-action"))
	find(t, l, "the dialog", checks.EventConsole, console("careful"))
	find(t, l, "the exception", checks.EventConsole, console("missing is not defined"))
	find(t, l, "csp", checks.EventFailure, func(e checks.Event) bool { return e.Blocked == "csp" && e.URL == "https://cdn.test/app.js" })
	find(t, l, "cors", checks.EventFailure, func(e checks.Event) bool { return e.Blocked == "cors" && e.Host == "cdn.test" })
	find(t, l, "the wrong kind of script", checks.EventResource, func(e checks.Event) bool {
		return e.URL == "https://js.test/gone.js" && e.MIME == "text/html" && e.Type == "Script"
	})
	popup := find(t, l, "the popup", checks.EventPopup, func(e checks.Event) bool { return e.URL == "https://cdn.test/pop" })
	if fmt.Sprint(popup.Query) != "[{code }]" {
		t.Errorf("popup %+v", popup)
	}
	for name, reason := range map[string]string{"none": "SameSiteNoneInsecure", "alien": "InvalidDomain"} {
		e := find(t, l, name, checks.EventCookie, func(e checks.Event) bool { return e.Cookie.Name == name })
		if !slices.Contains(e.Cookie.Refused, reason) || e.Cookie.Sending || e.Host != "cookies.test" {
			t.Errorf("%s: %s %+v", name, e.Host, e.Cookie)
		}
	}
	find(t, l, "lax was withheld", checks.EventCookie, func(e checks.Event) bool {
		return e.Cookie.Sending && e.Cookie.Name == "lax" && strings.HasSuffix(e.Cookie.Refused[0], "SameSiteLax")
	})
	for name, want := range map[string]string{"bad selector": "failed selector [[: ", "dance": `failed unknown verb "dance"`} {
		if e, _ := l.Step(name); !strings.HasPrefix(e.Outcome+" "+e.Error, want) {
			t.Errorf("step %s: %s %s", name, e.Outcome, e.Error)
		}
	}
	if end := l.End(); end.Outcome != checks.OutcomeStopped || !strings.Contains(end.Error, "step dance") {
		t.Errorf("end %+v", end)
	}
	if _, ok := l.Step("never"); ok {
		t.Error("a step after the failed one was taken")
	}
	if p, ok := l.PageAt("dance"); !ok || p.URL != "https://cookies.test/back" {
		t.Errorf("the page of the failed step is %+v", p)
	}
}

// TestBrowseFullBrowser sees that the full browser asks nobody but the page's host, and what it does with a popup.
func TestBrowseFullBrowser(t *testing.T) {
	s := newSite(t)
	s.needsBrowser("chromium")
	s.options.Browser = "chromium"
	s.serve("app.test", html(`<script>window.open('/pop')</script><input type=password><a href=/ target=_blank>more</a><iframe src=https://other.example/></iframe>`))
	s.serve("other.example", headers(map[string]string{"Set-Cookie": "third=1; SameSite=None; Secure"}, "framed"))
	l := s.browse(checks.Script{Steps: []checks.Step{
		open("https://app.test/"), {Name: "fill", Do: checks.DoFill, Any: []string{"input"}, Secret: checks.NewSecret(testPassword)},
		{Name: "more", Do: checks.DoPress, Any: []string{"a"}},
		{Name: "its own time", Do: checks.DoWait, Any: []string{"#never"}, Within: 2 * time.Second, Optional: true},
	}})
	if end := l.End(); end.Outcome != checks.OutcomeDone {
		t.Errorf("end %+v", end)
	}
	if others := l.Of(checks.EventTunnel); len(others) > 0 {
		t.Errorf("the browser asked %+v", others)
	}
	third := find(t, l, "the cookie of a frame", checks.EventCookie, func(e checks.Event) bool { return e.Cookie.Name == "third" })
	if len(third.Cookie.Refused) > 0 {
		t.Errorf("a frame's cookie was refused: %v; people's browsers keep it", third.Cookie.Refused)
	}
	var popups []string
	for _, e := range l.Of(checks.EventPopup) {
		popups = append(popups, e.URL+" "+e.Blocked)
	}
	slices.Sort(popups)
	if want := []string{"https://app.test/ ", "https://app.test/pop browser"}; !slices.Equal(popups, want) {
		t.Errorf("popups %q, want %q", popups, want)
	}
}

// TestBrowseNative gives the browser this computer as it is.
func TestBrowseNative(t *testing.T) {
	withoutProxies(t)
	server := httptest.NewServer(html("<p>here</p>"))
	t.Cleanup(server.Close)
	s := &site{t: t}
	l := s.browse(checks.Script{Steps: []checks.Step{open(server.URL + "/"), look("here")}})
	if hops := l.Hops(); len(hops) != 1 || hops[0].Addr != server.Listener.Addr().String() {
		t.Errorf("hops %+v", hops)
	}
	if notes := strings.Join(l[0].Notes, "; "); strings.Contains(notes, "relay") {
		t.Errorf("started %s", notes)
	}
}

func TestBrowseLoop(t *testing.T) {
	s := newSite(t)
	post := func(to string) http.Handler {
		return html(`<form method=post action=` + to + `></form><script>document.forms[0].submit()</script>`)
	}
	s.serve("app.test", post("https://idp.test/saml"))
	s.serve("idp.test", post("https://app.test/acs"))
	l := s.browse(checks.Script{MaxRounds: 3, Steps: []checks.Step{
		open("https://app.test/"), {Name: "wait", Do: checks.DoWait, Any: []string{"#welcome"}}}})
	loop, ok := l.Loop()
	if !ok || loop.Text != "app.test → idp.test" || loop.Rounds != 4 {
		t.Errorf("loop %+v", loop)
	}
	if end := l.End(); end.Outcome != checks.OutcomeStopped || end.Error != "a loop: app.test → idp.test" {
		t.Errorf("end %+v", end)
	}
}

// TestBrowseSilence walks a page that does not answer and one that no longer reacts.
func TestBrowseSilence(t *testing.T) {
	s := newSite(t)
	s.serve("silent.test", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	s.serve("stuck.test", html(`<p>stuck</p><script>setTimeout(() => { for (;;); }, 50)</script>`))
	l := s.browse(checks.Script{Steps: []checks.Step{
		{Name: "silent", Do: checks.DoOpen, URL: "https://silent.test/", Within: 300 * time.Millisecond, Optional: true},
		open("https://stuck.test/"),
		{Name: "wait", Do: checks.DoWait, Any: []string{"#never"}, Within: 300 * time.Millisecond, Optional: true},
	}})
	for name, want := range map[string]string{"silent": "timeout no answer within 300 ms",
		"wait": "missing nothing of #never appeared within 300 ms"} {
		if e, _ := l.Step(name); e.Outcome+" "+e.Error != want {
			t.Errorf("step %s: %s %s", name, e.Outcome, e.Error)
		}
	}
	if end := l.End(); end.Outcome != checks.OutcomeCrashed || end.Error != "the page stopped answering" {
		t.Errorf("end %+v", end)
	}
}

func TestBrowseDeadline(t *testing.T) {
	script := waiting()
	script.Deadline = time.Second
	if end := newSite(t).browse(script).End(); end.Outcome != checks.OutcomeTimeout || end.Error != "the script did not end within 1.0 s" {
		t.Errorf("end %+v", end)
	}
}

func TestBrowseInterrupted(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := newSite(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	events := s.start(ctx, waiting())
	until(t, events, checks.EventStart)
	cancel()
	if end := collect(t, events).End(); end.Outcome != checks.OutcomeTimeout || end.Error != "interrupted" {
		t.Errorf("end %+v", end)
	}
	s.nothingIsLeft()
}

func TestBrowseWithoutBrowser(t *testing.T) {
	for path, want := range map[string]string{"none": checks.ErrNoBrowser.Error(), "/nowhere/chrome": "--browser /nowhere/chrome: "} {
		w := newWorld(t, Options{Browser: path})
		if _, err := w.Browse(t.Context(), checks.Script{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("--browser %s: %v", path, err)
		}
	}
}

// waiting is a script that does not end by itself.
func waiting() checks.Script {
	return checks.Script{Steps: []checks.Step{{Name: "wait", Do: checks.DoWait, Any: []string{"#never"}, Within: time.Minute}}}
}

// until reads a log up to an event of a kind.
func until(t *testing.T, events <-chan checks.Event, kind string) {
	t.Helper()
	for e := range events {
		if e.Kind == kind {
			return
		}
	}
	t.Fatalf("the log ended without %s", kind)
}
