package portal

import (
	"slices"
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/internal/account"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/recipe"
)

func TestJudge(t *testing.T) {
	portal := &checks.Subject{Host: "acme.portal.example", Port: 443, Role: checks.RolePortal}
	product := &checks.Product{Recipes: recipes, Hosts: []checks.GlobalHost{{Host: "captcha.example", Role: checks.RoleCDN}}}
	front := checks.Event{Kind: checks.EventHop, Status: 200, URL: "https://acme.portal.example/login", Host: portal.Host}
	script := func(blocked, text string) checks.Event {
		return checks.Event{Kind: checks.EventFailure, Type: "Script", URL: "https://acme.portal.example/app.js", Host: portal.Host, Blocked: blocked, Error: text}
	}
	form := checks.Event{Kind: checks.EventStep, Step: "app.password/find-password", Outcome: checks.OutcomeDone}
	fields := checks.Event{Kind: checks.EventPage, Fields: []checks.Field{{Tag: "input", Type: "password", Visible: true},
		{Tag: "a", Label: "Forgot password?", Visible: true}, {Tag: "button", Label: "Sign in with Microsoft", Visible: true}}}
	hidden := checks.Event{Kind: checks.EventPage, Fields: []checks.Field{{Tag: "input", Type: "password"}}}
	for _, row := range []struct {
		name  string
		log   page.Log
		code  string
		depth checks.Depth
		fails bool
	}{
		{"form", page.Log{front, form, fields}, "", checks.DepthPage, false},
		{"form under other names", page.Log{front, fields}, "LD4405", checks.DepthPage, false},
		{"extension", page.Log{front, script("client", "net::ERR_BLOCKED_BY_CLIENT"), hidden}, "LD4406", 0, false},
		{"managed list", page.Log{front, script("administrator", "net::ERR_BLOCKED_BY_ADMINISTRATOR"), hidden}, "LD4406", 0, false},
		{"extension, form all the same", page.Log{front, form, script("client", "net::ERR_BLOCKED_BY_CLIENT"), fields}, "", checks.DepthPage, false},
		{"policy", page.Log{front, script("csp", ""), hidden}, "LD4402", 0, false},
		{"page for a script", page.Log{front, {Kind: checks.EventResource, Type: "Script", Status: 200, MIME: "text/html", URL: "https://acme.portal.example/app.js"}, hidden}, "LD4403", 0, false},
		{"missing script", page.Log{front, {Kind: checks.EventResource, Type: "Script", Status: 404, URL: "https://acme.portal.example/app.js"}, hidden}, "LD4401", 0, false},
		{"captcha", page.Log{front, form, {Kind: checks.EventFailure, Type: "Script", URL: "https://captcha.example/captcha.js", Host: "captcha.example", Error: "net::ERR_FAILED"}, fields}, "LD4404", 0, false},
		{"bad status", page.Log{{Kind: checks.EventHop, Status: 500, URL: "https://acme.portal.example/", Host: portal.Host}, hidden}, "LD4407", 0, false},
		{"a page that says nothing", page.Log{front, hidden}, "", 0, true},
	} {
		w := &checks.Pathway{ID: "portal", Door: checks.DoorPortal, Subjects: []*checks.Subject{portal}}
		p := checks.NewPass(nil, nil, &checks.Target{Product: product, Pathways: []*checks.Pathway{w}}, Check)
		p.Pathway = w
		plan, _ := recipe.New(route(p, "https://acme.portal.example/", nil))
		_, err := visit{p, nil, row.log, plan.Read(row.log), false, ""}.judge()
		got := ""
		for _, f := range p.Findings {
			got += f.Code.ID
		}
		if got != row.code || p.Depth != row.depth || (err != nil) != row.fails {
			t.Errorf("%s: %q, depth %v, error %v", row.name, got, p.Depth, err)
		}
	}
}

var recipes = []checks.Recipe{{ID: "app", Doors: []checks.Door{checks.DoorPortal}, Pages: []checks.PageSpec{
	{Is: checks.PageLandmark, Seen: checks.Element{ID: []string{"tickets"}}},
	{Is: checks.PagePassword, Seen: checks.Element{Role: []string{"password"}}, Do: []checks.Act{
		{Fill: checks.FillPassword, In: checks.Element{Role: []string{"password"}}}, {Press: checks.Element{Text: []string{"Sign in"}}}}}}}}

func TestBehindThePassword(t *testing.T) {
	portal := &checks.Subject{Host: "acme.portal.example", Port: 443, Role: checks.RolePortal}
	step := func(name, outcome string) checks.Event {
		return checks.Event{Kind: checks.EventStep, Step: name, Outcome: outcome}
	}
	hop := func(method string, status int, path, to string) checks.Event {
		e := checks.Event{Kind: checks.EventHop, Method: method, Status: status, URL: "https://acme.portal.example" + path, Host: portal.Host}
		if to != "" {
			e.Location = "https://acme.portal.example" + to
		}
		return e
	}
	typed := page.Log{hop("GET", 200, "/login", ""), step("app.password", checks.OutcomeDone), step("app.password/fill-password", checks.OutcomeDone)}
	again := step("app.password", checks.OutcomeAgain)
	says := func(text string) checks.Event { return checks.Event{Kind: checks.EventPage, Text: text} }
	for _, row := range []struct {
		name   string
		log    page.Log
		code   string
		depth  checks.Depth
		record string
	}{
		{"the portal", page.Log{step("app.landmark", checks.OutcomeDone), says("Tickets")}, "", checks.DepthLogin, ""},
		{"words that are known", page.Log{hop("POST", 200, "/login", ""), again, says("Invalid username or password.")}, "LD4414", checks.DepthPage, ""},
		{"a contact that may not", page.Log{hop("POST", 200, "/login", ""), again, says("Invalid username or password.")}, "LD4415", checks.DepthPage, "portal-off"},
		{"words of a licence", page.Log{hop("POST", 200, "/login", ""), again, says("This portal is not licensed.")}, "LD4417", checks.DepthPage, ""},
		{"words that nobody knows", page.Log{hop("POST", 200, "/login", ""), again, says("Nein.")}, "LD4419", checks.DepthPage, ""},
		{"a token that does not match", page.Log{hop("POST", 400, "/login", ""), says("The antiforgery cookie token and request token do not match.")}, "LD4416", checks.DepthPage, ""},
		{"a reload without a word", page.Log{hop("POST", 302, "/login", "/login"), hop("GET", 200, "/login", ""), again, says("Email")}, "LD4416", checks.DepthPage, ""},
		{"a session that does not last", page.Log{hop("POST", 302, "/login", "/tickets"), hop("GET", 302, "/tickets", "/login"), hop("GET", 200, "/login", ""), again, says("Email")}, "LD4418", checks.DepthPage, ""},
	} {
		w := &checks.Pathway{ID: "portal", Door: checks.DoorPortal, Subjects: []*checks.Subject{portal}}
		p := checks.NewPass(nil, nil, &checks.Target{Product: &checks.Product{Recipes: recipes}, Pathways: []*checks.Pathway{w}}, Check)
		p.Pathway = w
		a := &account.Account{Name: "carol@acme.example"}
		plan, _ := recipe.New(route(p, "https://acme.portal.example/", a))
		log := append(slices.Clone(typed), row.log...)
		_, err := visit{p, a, log, plan.Read(log), false, row.record}.judge()
		got := ""
		for _, f := range p.Findings {
			got += f.Code.ID
		}
		if got != row.code || p.Depth != row.depth || err != nil {
			t.Errorf("%s: %q, depth %v, error %v", row.name, got, p.Depth, err)
		}
	}
}

func TestRead(t *testing.T) {
	r := read(checks.Event{Fields: []checks.Field{{Tag: "input", Type: "password", Visible: true}, {Tag: "a", Label: "Forgot?", Visible: true},
		{Tag: "button", Label: "Single sign-on", Visible: true}, {Tag: "button", Label: "Google", Visible: false}}})
	if !r.Password || !r.Forgot || len(r.Providers) != 1 {
		t.Errorf("%+v", r)
	}
}
