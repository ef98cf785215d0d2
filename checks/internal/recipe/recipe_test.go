package recipe

import (
	"slices"
	"strings"
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

func named(id string) checks.Element { return checks.Element{ID: []string{id}} }

var product = &checks.Product{
	Identity: []checks.IdentityKind{{Kind: "oidc", Host: "id.example"}, {Kind: "oidc", Path: "/realm"}, {Kind: "saml", Host: "*.saml.example"}},
	Recipes: []checks.Recipe{
		{ID: "app", Doors: []checks.Door{checks.DoorSSO}, Pages: []checks.PageSpec{
			{Is: checks.PageForm, Seen: named("form"), Do: []checks.Act{{Fill: checks.FillCompany, In: named("company")}, {Fill: checks.FillUser, In: named("user")},
				{Await: []string{"elsewhere"}, Optional: true}, {Press: named("go"), IfSeen: true}}},
			{Is: checks.PageLandmark, Seen: named("desk")},
			{Is: checks.PageElsewhere, Seen: named("dialog"), Do: []checks.Act{{Press: named("proceed")}}}}},
		{ID: "id", Kinds: []string{"oidc"}, Pages: []checks.PageSpec{
			{Is: checks.PageConsent, Seen: named("allow"), Do: []checks.Act{{Press: named("allow")}}},
			{Is: checks.PageCode, Seen: named("code"), Do: []checks.Act{{Fill: checks.FillCode, In: named("code")}, {Press: named("next")}}},
			{Is: checks.PageSent, Texts: []string{"sent"}, Do: []checks.Act{{Fill: checks.FillCode, In: named("code")}, {Press: named("next")}}},
			{Is: checks.PagePassword, Seen: named("word"), Do: []checks.Act{{Fill: checks.FillPassword, In: named("word")}, {Press: named("next")}}},
			{Is: checks.PageMail, Seen: named("mail"), Do: []checks.Act{{Fill: checks.FillUser, In: named("mail")}, {Press: named("next")}}}}},
		{ID: "other", Kinds: []string{"saml"}, Pages: []checks.PageSpec{{Is: checks.PagePush, Texts: []string{"approve"}}}},
	}}

// plan writes the cases of a plan, each with what is done there.
func plan(t *testing.T, w Way) map[string]string {
	t.Helper()
	w.Product = product
	w.Pathway = &checks.Pathway{ID: "web-sso", Door: checks.DoorSSO, Subjects: []*checks.Subject{{Host: "desk.example", Port: 443, Role: checks.RoleWeb},
		{Host: "id.example", Port: 443, Role: checks.RoleIDP}}}
	p, ok := New(w)
	if !ok {
		t.Fatal("no plan")
	}
	said := map[string]string{}
	for _, c := range p.Steps[1].Cases {
		var acts []string
		for _, s := range c.Steps {
			acts = append(acts, strings.TrimRight(s.Name+" "+s.Value+s.Ask, " "))
		}
		if c.Ends {
			acts = append(acts, "end")
		}
		said[c.Name] = strings.Join(acts, ", ")
	}
	return said
}

func TestWhatIsDoneOnEachPage(t *testing.T) {
	seed := checks.NewSecret("GEZDGNBVGY3TQOJQ")
	for _, row := range []struct {
		name string
		way  Way
		want map[string]string
	}{
		{"nobody", Way{}, map[string]string{"app.form": "await, press", "id.mail": "find-user, end", "id.password": "find-password, end",
			"id.code": "find-code, end", "id.consent": "end", "app.landmark": "end", "app.session-elsewhere": "end", "stranger": "end"}},
		{"a person without an account", Way{Person: Person{Company: "acme", User: "alice", Mail: "alice@acme.example"}}, map[string]string{
			"app.form": "fill-company acme, fill-user alice, await, press", "id.mail": "fill-user alice@acme.example, press", "id.password": "find-password, end"}},
		{"an account without a factor", Way{Account: &Account{}}, map[string]string{"id.password": "fill-password, press", "id.code": "find-code, end", "id.consent": "end"}},
		{"an account with a seed", Way{Account: &Account{Seed: seed}, Accept: true}, map[string]string{"id.code": "fill-code, press",
			"id.sent-code": "find-code, end", "id.consent": "press", "app.session-elsewhere": "press"}},
		{"an account with a device", Way{Account: &Account{Seed: seed, Device: true}}, map[string]string{"id.code": "fill-code " + QuestionDevice + ", press"}},
		{"somebody who can be asked", Way{Account: &Account{Ask: true}}, map[string]string{"id.code": "fill-code " + QuestionCode + ", press",
			"id.sent-code": "fill-code " + QuestionSent + ", press"}},
	} {
		got := plan(t, row.way)
		for name, want := range row.want {
			if got[name] != want {
				t.Errorf("%s, %s: %q, want %q", row.name, name, got[name], want)
			}
		}
	}
}

func TestOrderAndPlaces(t *testing.T) {
	p, _ := New(Way{Product: product, Pathway: &checks.Pathway{Door: checks.DoorSSO, Subjects: []*checks.Subject{{Host: "desk.example", Port: 443, Role: checks.RoleWeb}}},
		Refusals: []string{"no"}})
	var names []string
	places := map[string][]checks.Place{}
	for _, c := range p.Steps[1].Cases {
		names = append(names, c.Name)
		places[c.Name] = c.At
	}
	want := "app.session-elsewhere app.landmark refusal app.form id.consent id.code id.sent-code id.password id.mail other.push stranger"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("order %s", got)
	}
	for name, want := range map[string][]checks.Place{"app.form": {{Host: "desk.example"}}, "id.password": {{Host: "id.example"}, {Path: "/realm"}},
		"other.push": {{Host: "*.saml.example"}}, "stranger": nil, "refusal": nil} {
		if !slices.Equal(places[name], want) {
			t.Errorf("%s at %v", name, places[name])
		}
	}
	if _, ok := New(Way{Product: product, Pathway: &checks.Pathway{Door: checks.DoorPortal}}); ok {
		t.Error("a door without a recipe has a plan")
	}
}

func TestCourse(t *testing.T) {
	p, _ := New(Way{Product: product, Pathway: &checks.Pathway{Door: checks.DoorSSO}})
	step := func(name, outcome, matched string) checks.Event {
		return checks.Event{Kind: checks.EventStep, Step: name, Outcome: outcome, Matched: matched}
	}
	hop := checks.Event{Kind: checks.EventHop}
	log := page.Log{hop, step("app.form", checks.OutcomeDone, "role:username"), step("app.form/press", checks.OutcomeDone, ""), hop,
		step("id.password", checks.OutcomeDone, `[id="word"]`)}
	c := p.Read(log)
	if !c.At(checks.PagePassword) || !c.Shown() || !c.Met(checks.PageForm) || !c.Did(ActPress) || c.Did(ActFillPassword) {
		t.Errorf("%+v", c.Visits)
	}
	c = p.Read(append(log, hop, step("id.password", checks.OutcomeAgain, "")))
	if c.At(checks.PagePassword) || !c.CameAgain(checks.PagePassword) || c.Shown() {
		t.Errorf("again: %+v", c.Visits)
	}
	if c = p.Read(append(log, hop)); c.Shown() {
		t.Error("a page that was left is still shown")
	}
	if p.Renamed(log) {
		t.Error("renamed, although nobody confirmed the name")
	}
}
