package world

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"logindoctor/checks"
)

// pages serves the files of testdata/pages, one for each behaviour.
func pages() http.Handler { return http.FileServerFS(os.DirFS("testdata/pages")) }

func TestBrowseSelectors(t *testing.T) {
	s := newSite(t)
	s.serve("app.test", pages())
	steps := []checks.Step{open("https://app.test/selectors.html")}
	fill := func(value string, by ...string) {
		steps = append(steps, checks.Step{Name: value, Do: checks.DoFill, Any: by, Value: value})
	}
	missing := func(name, selector string) {
		steps = append(steps, checks.Step{Name: name, Do: checks.DoWait, Any: []string{selector}, Optional: true, Within: 100 * time.Millisecond})
	}
	fill("acme", "#renamed", "label:company id")
	fill("partner", "label:company id of your PARTNER")
	fill("alice", "label:user")
	fill("mail", "label:e-mail")
	fill("pass", "role:password")
	fill("123", "role:one-time-code")
	fill("real", "label:realm")
	steps = append(steps, checks.Step{Name: "stay", Do: checks.DoPress, Any: []string{"label:stay signed in"}},
		checks.Step{Name: "press", Do: checks.DoPress, Any: []string{"text:sign in"}}, look("sent"))
	fill("other", "label:tenant")
	steps = append(steps, look("framed"))
	missing("unlabelled", "label:not a label")
	missing("no role", "role:captain")
	missing("nothing", "text: ")
	l := s.browse(checks.Script{Steps: steps})
	sent, _ := l.PageAt("sent")
	if want := "hidden-user= c1=acme c2=partner c3=alice c4=mail c5= c6=pass zip-code= verification_code=123 stay=on"; !strings.Contains(sent.Text, want) {
		t.Errorf("the form said %q, want %q", sent.Text, want)
	}
	if framed, _ := l.PageAt("framed"); !strings.Contains(framed.Text, "other") {
		t.Errorf("the field of the frame was not filled: %q", framed.Text)
	}
	for name, want := range map[string]string{"acme": "done label:company id", "unlabelled": "missing ", "no role": "failed ", "nothing": "failed "} {
		if e, _ := l.Step(name); e.Outcome+" "+e.Matched != want {
			t.Errorf("step %s: %s %s %s, want %s", name, e.Outcome, e.Matched, e.Error, want)
		}
	}
}
