package world

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/totp"
)

const testSeed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

// A gate is a server that counts what it is asked to let in.
type gate struct {
	http.Handler
	attempts atomic.Int64
	code     atomic.Value // the last one-time code
}

// newGate answers slowly, so that the page that was left is still there for a while.
func newGate() *gate {
	g := &gate{}
	mux := http.NewServeMux()
	mux.Handle("/", pages())
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		g.attempts.Add(1)
		time.Sleep(400 * time.Millisecond)
		if r.FormValue("password") == testPassword {
			http.Redirect(w, r, "/welcome.html", http.StatusSeeOther)
			return
		}
		html(`<form method=post action=/login><p>Not like this</p><input name=user><input type=password name=password><button>Sign in</button></form>`).ServeHTTP(w, r)
	})
	mux.HandleFunc("POST /call", func(w http.ResponseWriter, r *http.Request) {
		g.attempts.Add(1)
		time.Sleep(300 * time.Millisecond)
		if said, _ := io.ReadAll(r.Body); string(said) != testPassword {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	mux.HandleFunc("POST /wizard", func(_ http.ResponseWriter, r *http.Request) {
		g.attempts.Add(1)
		said, _ := io.ReadAll(r.Body)
		g.code.Store(string(said))
	})
	g.Handler = mux
	return g
}

func typed(name, field, value string) []checks.Step {
	return []checks.Step{{Name: "fill", Do: checks.DoFill, Any: []string{field}, Secret: checks.NewSecret(value)},
		{Name: "send", Do: checks.DoPress, Any: []string{"text:sign in", "text:next"}}}
}

// known are the pages that the scripts of these tests may meet.
func known(password string) []checks.Case {
	return []checks.Case{
		{Name: "password", Any: []string{"role:password"}, Steps: typed("password", "role:password", password)},
		{Name: "user", Any: []string{"role:username"}, Steps: typed("user", "role:username", "alice")},
		{Name: "code", Any: []string{"role:one-time-code"}, Steps: []checks.Step{
			{Name: "type", Do: checks.DoCode, Any: []string{"role:one-time-code"}, Secret: checks.NewSecret(testSeed)},
			{Name: "send", Do: checks.DoPress, Any: []string{"text:next"}}}},
		{Name: "home", Texts: []string{"good evening"}, Ends: true},
	}
}

func following(path string, cases []checks.Case, within time.Duration) checks.Script {
	return checks.Script{Name: path, Steps: []checks.Step{open("https://app.test" + path), {Name: "way", Do: checks.DoFollow, Cases: cases, Within: within}}}
}

// taken lists the cases in the order in which they were seen.
func taken(l page.Log, cases []checks.Case) string {
	var names []string
	for _, e := range l.Of(checks.EventStep) {
		for _, c := range cases {
			if e.Step == c.Name {
				names = append(names, strings.TrimSuffix(e.Step+" "+e.Outcome, " done"))
			}
		}
	}
	return strings.Join(names, ", ")
}

func TestBrowseFollow(t *testing.T) {
	wrong := "not the password"
	again := known(wrong)
	again[0].Most = 2
	said := append(known(wrong), checks.Case{Name: "refused", Texts: []string{"not like this"}, Ends: true})
	agree := []checks.Case{{Name: "terms", Texts: []string{"I agree"}, Most: 2, Steps: []checks.Step{
		{Name: "tick", Do: checks.DoPress, Any: []string{"role:checkbox"}, If: "terms/go"},
		{Name: "go", Do: checks.DoPress, Any: []string{"text:go on"}}}}, {Name: "home", Texts: []string{"good evening"}, Ends: true}}
	for name, c := range map[string]struct {
		path     string
		cases    []checks.Case
		within   time.Duration
		taken    string
		outcome  string
		attempts int64
	}{
		"form":                    {"/login.html", known(testPassword), 0, "password, home", "done", 1},
		"form in a frame":         {"/framed.html", known(testPassword), 0, "password, home", "done", 1},
		"refused in a new page":   {"/login.html", known(wrong), 0, "password, password again", "again", 1},
		"refused in words":        {"/login.html", said, 0, "password, refused", "done", 1},
		"refused, tried twice":    {"/login.html", again, 0, "password, password, password again", "again", 2},
		"one document":            {"/calls.html", known(testPassword), 0, "password, home", "done", 1},
		"refused in one document": {"/calls.html", known(wrong), 0, "password, password again", "again", 1},
		"steps in one document":   {"/wizard.html", known(testPassword), 0, "user, password, code, home", "done", 1},
		"the page did not react":  {"/deaf.html", known(wrong), 2 * time.Second, "password", "missing", 0},
		"asked for more":          {"/refresh.html", agree, 0, "terms, terms, home", "done", 0},
	} {
		t.Run(name, func(t *testing.T) {
			s, g := newSite(t), newGate()
			s.serve("app.test", g)
			l := s.browse(following(c.path, c.cases, c.within))
			way, _ := l.Step("way")
			if got := taken(l, c.cases); got != c.taken || way.Outcome != c.outcome {
				t.Errorf("took %q and was %s (%s), want %q and %s", got, way.Outcome, way.Error, c.taken, c.outcome)
			}
			if got := g.attempts.Load(); got != c.attempts {
				t.Errorf("the server was asked %d times, want %d", got, c.attempts)
			}
			if name, ok := l.Again(); ok != (c.outcome == "again") || ok && name != "password" {
				t.Errorf("again: %q", name)
			}
			if _, ok := l.PageAt("password"); !ok && strings.HasPrefix(c.taken, "password") {
				t.Error("the page of the case was not looked at")
			}
			saysNot(t, l, testPassword, wrong, testSeed)
			if code, _ := g.code.Load().(string); code != "" {
				isCode(t, code)
				saysNot(t, l, code)
			}
		})
	}
}

func saysNot(t *testing.T, l page.Log, secrets ...string) {
	t.Helper()
	said := fmt.Sprintf("%+v", l)
	for _, secret := range secrets {
		if strings.Contains(said, secret) {
			t.Errorf("the log says %q", secret)
		}
	}
}

// isCode accepts the codes of now and of the period before.
func isCode(t *testing.T, code string) {
	t.Helper()
	key, err := totp.Seed(checks.NewSecret(testSeed))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	if code != key.Code(now).Reveal() && code != key.Code(now.Add(-totp.Step)).Reveal() {
		t.Errorf("%s was typed, %s is the code of now", code, key.Code(now).Reveal())
	}
}

// TestBrowseAsk types what a person says, who takes longer than the script may.
func TestBrowseAsk(t *testing.T) {
	s := newSite(t)
	s.serve("app.test", html(`<p id=said></p><input name=otp oninput="said.textContent = 'got ' + this.value">`))
	ask := checks.Step{Name: "code", Do: checks.DoCode, Any: []string{"role:one-time-code"}, Ask: "Which code came by mail?", Within: 4 * time.Second}
	script := checks.Script{Deadline: 5 * time.Second, Steps: []checks.Step{open("https://app.test/"), ask, look("typed")}}
	asked := ""
	script.Answer = func(_ context.Context, question string) (checks.Secret, error) {
		asked = question
		time.Sleep(6 * time.Second)
		return checks.NewSecret(testCode), nil
	}
	l := s.browse(script)
	if typed, _ := l.PageAt("typed"); asked != ask.Ask || !strings.Contains(typed.Text, "got [secret]") || l.End().Outcome != checks.OutcomeDone {
		t.Errorf("asked %q, the page says %q, end %+v", asked, typed.Text, l.End())
	}
	find(t, l, "the question", checks.EventAsk, func(e checks.Event) bool { return e.Step == "code" && e.Text == ask.Ask })
	saysNot(t, l, testCode)
	script.Answer = func(context.Context, string) (checks.Secret, error) {
		return checks.Secret{}, errors.New("no mail came")
	}
	for want, answer := range map[string]func(context.Context, string) (checks.Secret, error){"no mail came": script.Answer, "there is nobody to ask": nil} {
		script.Answer = answer
		if e, _ := s.browse(script).Step("code"); e.Outcome != checks.OutcomeFailed || e.Error != want {
			t.Errorf("step %s %s, want %s", e.Outcome, e.Error, want)
		}
	}
}

// TestBrowseShots takes a picture before each press if the script asks for it.
func TestBrowseShots(t *testing.T) {
	s := newSite(t)
	s.serve("app.test", newGate())
	script := following("/wizard.html", known(testPassword), 0)
	script.Shots = true
	var at []string
	for _, e := range s.browse(script).Of(checks.EventShot) {
		at = append(at, e.Step)
	}
	if got := strings.Join(at, ", "); got != "user/send, password/send, code/send" {
		t.Errorf("pictures at %s", got)
	}
}
