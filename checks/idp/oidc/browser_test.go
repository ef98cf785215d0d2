package oidc_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/checktest"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/world"
	"logindoctor/fixtures"
	"logindoctor/fixtures/real"
)

func TestMain(m *testing.M) { checktest.Main(m) }

// TestBrowserSignsIn drives a real browser through each provider to the landmark of the staff's and the customers' pages, and
// hears the request and the answer of each.
func TestBrowserSignsIn(t *testing.T) {
	for _, row := range []struct{ kind, name, password, press string }{
		{"zitadel", "#username", "#password", "button"},
		{"crewjam", "[name=user]", "[name=password]", "[type=submit]"},
		{"oidc-provider", "[name=login]", "[name=password]", "button"},
	} {
		t.Run(row.kind, func(t *testing.T) {
			s, err := fixtures.Parse("x", []byte("Real.\n-- world --\nreal "+row.kind+"\n-- want --\nprimary none\n"))
			if err != nil {
				t.Fatal(err)
			}
			lab, err := fixtures.Start(t.Context(), s, fixtures.Options{Dir: t.TempDir()})
			if errors.Is(err, real.ErrNoNode) {
				checktest.Missing(t, "oidc-provider of npm")
			}
			if err != nil {
				t.Fatal(err)
			}
			defer lab.Close()
			o, err := checktest.Options(lab)
			if err != nil {
				t.Fatal(err)
			}
			if w, ok := o.World.(*world.World); ok {
				defer w.Close()
			}
			secret, err := o.World.Secret(t.Context(), "staff.password")
			if err != nil {
				t.Fatal(err)
			}
			step := func(name, do string, any ...string) checks.Step {
				return checks.Step{Name: name, Do: do, Any: any, Within: 30 * time.Second}
			}
			for pathway, landmark := range map[string]string{"web-sso": "#Summary-input", "portal": "#portal-nav"} {
				name, password := step("name", checks.DoFill, row.name), step("password", checks.DoFill, row.password)
				name.Value, password.Secret = o.Target.User, secret
				open := step("open", checks.DoOpen)
				open.URL = lab.Entrances()[pathway]
				walk(t, o.World, checks.Script{Name: pathway, Deadline: 2 * time.Minute, Steps: []checks.Step{open, name, password,
					step("press", checks.DoPress, row.press), step("landmark", checks.DoWait, landmark)}})
			}
		})
	}
}

func walk(t *testing.T, w checks.World, s checks.Script) {
	t.Helper()
	events, err := w.Browse(context.WithoutCancel(t.Context()), s)
	if errors.Is(err, checks.ErrNoBrowser) {
		checktest.Missing(t, "Chromium")
	}
	if err != nil {
		t.Fatal(err)
	}
	log := page.Collect(events)
	if end := log.End(); end.Outcome != checks.OutcomeDone {
		last, _ := log.Page()
		t.Fatalf("%s: %s: %s at %s: %s", s.Name, end.Outcome, end.Error, last.URL, last.Text)
	}
	var heard []string
	for _, e := range log.Of(checks.EventMessage) {
		heard = append(heard, e.Message.Kind)
	}
	if all := strings.Join(heard, " "); !strings.HasPrefix(all, "request") || !strings.HasSuffix(all, "response") {
		t.Errorf("%s: heard %q", s.Name, all)
	}
}
