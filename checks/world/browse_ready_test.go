package world

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"logindoctor/checks"
)

// pressed opens a page, presses its button and waits until the page says so; it returns the outcome.
func pressed(s *site, page string) string {
	return s.browse(checks.Script{Name: "press", Steps: []checks.Step{
		open("https://app.test" + page),
		{Name: "press", Do: checks.DoPress, Any: []string{"#go"}},
		{Name: "pressed", Do: checks.DoWait, Texts: []string{"it was pressed"}, Within: 5 * time.Second},
	}}).End().Outcome
}

// TestBrowseWaitsForStylesAndScripts has a button that moves when the styles come and does nothing before the script comes.
func TestBrowseWaitsForStylesAndScripts(t *testing.T) {
	s := newSite(t)
	late := func(kind, body string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(500 * time.Millisecond)
			w.Header().Set("Content-Type", kind)
			_, _ = w.Write([]byte(body))
		})
	}
	mux := http.NewServeMux()
	mux.Handle("/styled", html(`<link rel=stylesheet href=/late.css><form action=/done><button id=go>Go</button></form>`))
	mux.Handle("/scripted", html(`<button id=go>Go</button><p id=said></p><script src=/late.js></script>`))
	mux.Handle("/deferred", html(`<script defer src=/late.js></script><button id=go>Go</button><p id=said></p>`))
	mux.Handle("/done", html("<p>It was pressed</p>"))
	mux.Handle("/late.css", late("text/css", "#go { margin-top: 300px }"))
	mux.Handle("/late.js", late("text/javascript", "document.getElementById('go').onclick = () => { document.getElementById('said').textContent = 'It was pressed' }"))
	s.serve("app.test", mux)
	for _, page := range []string{"/styled", "/scripted", "/deferred"} {
		if end := pressed(s, page); end != checks.OutcomeDone {
			t.Errorf("%s: %s", page, end)
		}
	}
}

// TestBrowseDoesNotWaitForWhatNeverComes has a form that works without the script that never comes.
func TestBrowseDoesNotWaitForWhatNeverComes(t *testing.T) {
	s := newSite(t)
	mux := http.NewServeMux()
	mux.Handle("/", html(`<form action=/done><button id=go>Go</button></form><script src=/never.js></script>`))
	mux.Handle("/done", html("<p>It was pressed</p>"))
	mux.HandleFunc("/never.js", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	s.serve("app.test", mux)
	if end := pressed(s, "/"); end != checks.OutcomeDone {
		t.Error(end)
	}
}

// TestBrowseDoesNotWaitForAPageThatLacksAPart follows pages that did not come whole: nothing more is to come of some, and a
// script that is still on its way may draw others.
func TestBrowseDoesNotWaitForAPageThatLacksAPart(t *testing.T) {
	s := newSite(t)
	mux := http.NewServeMux()
	mux.Handle("/script", html(`<div></div><script src=/gone.js></script>`))
	mux.Handle("/call", html(`<div></div><script>fetch("/gone")</script>`))
	mux.Handle("/throws", html(`<div></div><script>throw new Error("no")</script>`))
	mux.Handle("/later", html(`<div></div><script async src=/gone.js></script><script>
		addEventListener("load", () => document.head.append(Object.assign(document.createElement("script"), {src: "/slow.js"})))</script>`))
	mux.Handle("/picture", html(`<img src=/gone.png><script>setTimeout(() => { document.body.textContent = "Good evening" }, 8000)</script>`))
	mux.HandleFunc("/slow.js", func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(8 * time.Second)
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write([]byte(`document.body.textContent = "Good evening"`))
	})
	mux.HandleFunc("/error", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "sorry", http.StatusBadGateway) })
	s.serve("app.test", mux)
	wants := map[string]string{
		"/script": "the page did not come whole: https://app.test/gone.js: status 404",
		"/call":   "the page did not come whole: https://app.test/gone: status 404",
		"/error":  "the page did not come whole: https://app.test/error: status 502",
		"/throws": "the page did not come whole: Error: no",
		"/later":  "", "/picture": "",
	}
	walks := map[string]<-chan checks.Event{}
	for path := range wants {
		walks[path] = s.start(t.Context(), following(path, []checks.Case{{Name: "home", Texts: []string{"good evening"}, Ends: true}}, time.Minute))
	}
	for path, want := range wants {
		if way, _ := collect(t, walks[path]).Step("way"); (way.Error == "") != (want == "") || !strings.HasPrefix(way.Error, want) {
			t.Errorf("%s: %q, want %q", path, way.Error, want)
		}
	}
}

// TestBrowseKnowsAPageWhenAllOfItHasCome has a page whose password field comes half a second after the one for the name. A
// page that asks for the name only is another one.
func TestBrowseKnowsAPageWhenAllOfItHasCome(t *testing.T) {
	s := newSite(t)
	s.serve("app.test", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<form><input name=user>" + strings.Repeat("<p>Terms apply.</p>", 100)))
		_ = http.NewResponseController(w).Flush()
		time.Sleep(500 * time.Millisecond)
		_, _ = w.Write([]byte("<input name=password type=password></form>"))
	}))
	cases := []checks.Case{{Name: "password", Any: []string{"[type=password]"}, Ends: true}, {Name: "name", Any: []string{"[name=user]"}, Ends: true}}
	if got := taken(s.browse(following("/", cases, 5*time.Second)), cases); got != "password" {
		t.Errorf("took %q", got)
	}
}
