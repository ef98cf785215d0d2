package portal

import (
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

func TestJudge(t *testing.T) {
	portal := &checks.Subject{Host: "acme.portal.example", Port: 443, Role: checks.RolePortal}
	product := &checks.Product{Hosts: []checks.GlobalHost{{Host: "captcha.example", Role: checks.RoleCDN}}}
	front := checks.Event{Kind: checks.EventHop, Status: 200, URL: "https://acme.portal.example/login", Host: portal.Host}
	script := func(blocked, text string) checks.Event {
		return checks.Event{Kind: checks.EventFailure, Type: "Script", URL: "https://acme.portal.example/app.js", Host: portal.Host, Blocked: blocked, Error: text}
	}
	form := checks.Event{Kind: checks.EventStep, Step: stepForm, Outcome: checks.OutcomeDone}
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
		_, err := judge(p, row.log)
		got := ""
		for _, f := range p.Findings {
			got += f.Code.ID
		}
		if got != row.code || p.Depth != row.depth || (err != nil) != row.fails {
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
