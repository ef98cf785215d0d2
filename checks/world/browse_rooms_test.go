package world

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

// keeper gives each person a cookie and something in the page's storage, and says what it got back. It is slow enough for
// all to be there at once.
func keeper() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, r *http.Request) {
		var had []string
		for _, c := range r.Cookies() {
			had = append(had, c.Value)
		}
		time.Sleep(100 * time.Millisecond)
		html(fmt.Sprintf(`<p>had %q</p><p id=kept></p><form action=/enter method=post><input name=who><button>Enter</button></form>
			<script>kept.textContent = 'kept ' + localStorage.who; document.forms[0].addEventListener('submit', () => { localStorage.who = document.querySelector('input').value })</script>`, had)).ServeHTTP(w, r)
	})
	mux.HandleFunc("POST /enter", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "who", Value: r.FormValue("who"), Secure: true})
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	return mux
}

func entering(session, who string) checks.Script {
	return checks.Script{Name: who, Session: session, Steps: []checks.Step{
		open("https://app.test/"), look("before"), {Name: "who", Do: checks.DoFill, Any: []string{"label:who", "input"}, Value: who},
		{Name: "enter", Do: checks.DoPress, Any: []string{"text:enter"}},
		{Name: "in", Do: checks.DoWait, Texts: []string{"had [\"" + who + "\"]"}}, look("after"),
	}}
}

// TestBrowseRooms walks eight scripts at once in one browser. Nobody sees a cookie, or what is stored, of anybody else;
// scripts of one session find what the one before them left.
func TestBrowseRooms(t *testing.T) {
	s := newSite(t)
	s.serve("app.test", keeper())
	logs := make([]page.Log, 8)
	var all sync.WaitGroup
	for i := range logs {
		events := s.start(t.Context(), entering("", fmt.Sprint("person ", i)))
		all.Go(func() { logs[i] = page.Collect(events) })
	}
	all.Wait()
	for i, l := range logs {
		before, _ := l.PageAt("before")
		after, _ := l.PageAt("after")
		if want := fmt.Sprintf("had [\"person %d\"]\n\nkept person %d", i, i); !strings.Contains(before.Text, "had []") ||
			!strings.Contains(before.Text, "kept undefined") || !strings.Contains(after.Text, want) {
			t.Errorf("person %d saw %q, then %q, end %+v", i, before.Text, after.Text, l.End())
		}
	}
	first := s.browse(entering("staff", "alice"))
	second := s.start(t.Context(), entering("staff", "alice again"))
	other := s.browse(entering("portal", "bob"))
	for who, l := range map[string]page.Log{"[]": other, `["alice"]`: collect(t, second)} {
		if before, _ := l.PageAt("before"); !strings.Contains(before.Text, "had "+who) || l.End().Outcome != checks.OutcomeDone {
			t.Errorf("had %q instead of %s, end %+v", before.Text, who, l.End())
		}
	}
	if notes := fmt.Sprint(first[0].Notes); !strings.Contains(notes, "fresh profile") {
		t.Errorf("the first of a session was started %s", notes)
	}
	if n := len(s.world.browsers.alive); n != 1 {
		t.Errorf("%d browsers, want 1", n)
	}
}

// TestBrowseTunnelsOfTheirOwn sees that each script is told of its own hosts only.
func TestBrowseTunnelsOfTheirOwn(t *testing.T) {
	s := newSite(t)
	hosts := []string{"one.test", "two.test", "three.test"}
	logs := make([]page.Log, len(hosts))
	var all sync.WaitGroup
	for _, host := range hosts {
		s.connect(host+":443", addr("127.0.0.1:"+closedPort(t)))
	}
	for i, host := range hosts {
		events := s.start(t.Context(), checks.Script{Steps: []checks.Step{open("https://" + host + "/")}})
		all.Go(func() { logs[i] = page.Collect(events) })
	}
	all.Wait()
	for i, l := range logs {
		tunnels := l.Of(checks.EventTunnel)
		if len(tunnels) == 0 {
			t.Errorf("%s: no cause", hosts[i])
		}
		for _, e := range tunnels {
			if e.Host != hosts[i] {
				t.Errorf("the script of %s was told of %s", hosts[i], e.Host)
			}
		}
	}
}

// TestBrowseWarmUp starts the browser beforehand; a script finds it, and Close leaves nothing of one that nobody used.
func TestBrowseWarmUp(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := newSite(t)
	s.needsBrowser("")
	s.serve("app.test", html("here"))
	w, err := New(s.options)
	if err != nil {
		t.Fatal(err)
	}
	s.world = w
	w.WarmUp()
	s.nothingIsLeft()
	w.WarmUp()
	if l := s.browse(checks.Script{Steps: []checks.Step{open("https://app.test/")}}); l.End().Outcome != checks.OutcomeDone || len(w.browsers.alive) != 1 {
		t.Errorf("%d browsers, end %+v", len(w.browsers.alive), l.End())
	}
	s.nothingIsLeft()
}
