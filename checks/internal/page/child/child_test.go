package child

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

func TestRounds(t *testing.T) {
	r := rounds{limit: 2}
	visits := []string{
		"https://app.test/", "https://idp.test/a", "https://app.test/cb", "https://idp.test/a", "https://app.test/cb",
		"https://idp.test/a",
	}
	for i, v := range visits {
		pair, n, loop := r.visit(v)
		if last := i == len(visits)-1; loop != last {
			t.Fatalf("visit %d: loop %t after %d rounds of %s", i, loop, n, pair)
		} else if last && (pair != "app.test → idp.test" || n != 3) {
			t.Errorf("loop of %s, %d rounds", pair, n)
		}
	}
}

func TestRoundsCallOneLoop(t *testing.T) {
	r, loops := rounds{limit: 2}, 0
	for range 5 {
		for _, v := range []string{"https://app.test/", "https://idp.test/"} {
			if _, _, loop := r.visit(v); loop {
				loops++
			}
		}
	}
	if loops != 1 {
		t.Errorf("%d loops, want 1: the way back is the same one", loops)
	}
}

func TestRoundsOfOnePage(t *testing.T) {
	r := rounds{limit: 2}
	for _, step := range []string{"1", "2", "3", "4", "5"} {
		if _, _, loop := r.visit("https://idp.test/step" + step); loop {
			t.Fatal("pages of one host after another are no loop")
		}
	}
	for n := range 3 {
		pair, _, loop := r.visit("https://idp.test/step5?n=x")
		if want := n == 2; loop != want {
			t.Errorf("reload %d of %s: loop %t", n, pair, loop)
		}
	}
	r.reset()
	if _, _, loop := r.visit("https://idp.test/step5"); loop {
		t.Error("a person's act starts the count anew")
	}
}

func TestParseCookie(t *testing.T) {
	for line, want := range map[string]checks.Cookie{
		"sid=abc; Path=/x; Domain=.app.test; SECURE; HttpOnly; SameSite=None": {
			Name: "sid", Path: "/x", Domain: ".app.test", Secure: true, HTTPOnly: true, SameSite: "None", Bytes: 6},
		"p=1; Partitioned; Secure": {Name: "p", Secure: true, Parted: true, Bytes: 2},
		"alone":                    {Bytes: 5},
		"a==;;":                    {Name: "a", Bytes: 2},
		"":                         {},
	} {
		if got := parseCookie(line); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%q: got %+v, want %+v", line, got, want)
		}
	}
}

func TestOrderThatCannotBeRead(t *testing.T) {
	if err := Main(strings.NewReader("nonsense"), io.Discard); err == nil || !strings.HasPrefix(err.Error(), "order: ") {
		t.Errorf("got %v", err)
	}
}

// TestBrowserThatIsNone asks a browser that ends at once, and one that is not there, long after.
func TestBrowserThatIsNone(t *testing.T) {
	for browser, want := range map[string]string{"/bin/false": "the browser did not start: the browser ended by itself, exit status 1", "/nowhere/chrome": "the browser did not start: start chrome: "} {
		var calls, out bytes.Buffer
		order := page.Order{Browser: browser, Profile: t.TempDir()}
		walk := page.Call{Walk: &page.Walk{ID: 1, Room: "r"}}
		for _, write := range []func(io.Writer) error{order.Write, page.Call{Room: &page.Room{Name: "r"}}.Write, walk.Write} {
			if err := write(&calls); err != nil {
				t.Fatal(err)
			}
		}
		hold, release := newOpenInput(&calls)
		if err := Main(hold, &out); err != nil {
			t.Error(err)
		}
		release()
		var l page.Log
		if err := page.Read(&out, func(_ int, e checks.Event) { l = append(l, e) }); err != nil {
			t.Fatal(err)
		}
		if l.End().Outcome != checks.OutcomeCrashed || !strings.HasPrefix(l.End().Error, want) {
			t.Errorf("%s: end %+v", browser, l.End())
		}
	}
}

func TestJournalIsBounded(t *testing.T) {
	var out bytes.Buffer
	j := newJournal(newOutput(&out), page.Walk{})
	for range maxEvents + 10 {
		j.emit(checks.Event{Kind: checks.EventConsole})
	}
	j.emit(checks.Event{Kind: checks.EventPage})
	if n := bytes.Count(out.Bytes(), []byte("\n")); n != maxEvents+1 {
		t.Errorf("%d events, want %d and the page", n, maxEvents)
	}
}

// newOpenInput is an input that, like the parent's pipe, does not end after what it holds.
func newOpenInput(r io.Reader) (io.Reader, func()) {
	open, w := io.Pipe()
	return io.MultiReader(r, open), func() { _ = w.Close() }
}
