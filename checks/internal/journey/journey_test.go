package journey

import (
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

func TestTroubles(t *testing.T) {
	for _, row := range []struct {
		name string
		e    checks.Event
		kind string
	}{
		{"script blocked by policy", checks.Event{Kind: checks.EventFailure, Type: "Script", Blocked: "csp"}, Policy},
		{"form stopped by policy", checks.Event{Kind: checks.EventFailure, Type: "Document", Blocked: "csp", Error: "net::ERR_ABORTED"}, Policy},
		{"extension", checks.Event{Kind: checks.EventFailure, Type: "XHR", Error: "net::ERR_BLOCKED_BY_CLIENT"}, Extension},
		{"managed list", checks.Event{Kind: checks.EventFailure, Type: "Document", Error: "net::ERR_BLOCKED_BY_ADMINISTRATOR"}, Admin},
		{"page for a script of another site", checks.Event{Kind: checks.EventFailure, Type: "Script", Error: "net::ERR_BLOCKED_BY_ORB"}, Replaced},
		{"page for a script", checks.Event{Kind: checks.EventResource, Type: "Script", Status: 200, MIME: "text/html"}, Replaced},
		{"missing", checks.Event{Kind: checks.EventResource, Type: "Script", Status: 404, MIME: "text/html"}, Missing},
		{"no answer", checks.Event{Kind: checks.EventFailure, Type: "Script", Error: "net::ERR_CONNECTION_RESET"}, Gone},
		{"left behind", checks.Event{Kind: checks.EventFailure, Type: "Script", Error: "net::ERR_ABORTED"}, ""},
		{"picture", checks.Event{Kind: checks.EventFailure, Type: "Image", Error: "net::ERR_FAILED"}, ""},
		{"good script", checks.Event{Kind: checks.EventResource, Type: "Script", Status: 200, MIME: "text/javascript"}, ""},
		{"refused call", checks.Event{Kind: checks.EventResource, Type: "Fetch", Status: 401}, Missing},
	} {
		row.e.URL = "https://cdn.example/x"
		got := ""
		if all := Troubles(page.Log{row.e}); len(all) > 0 {
			got = all[0].Kind
			if all[0].Host != "cdn.example" {
				t.Errorf("%s: host %q", row.name, all[0].Host)
			}
		}
		if got != row.kind {
			t.Errorf("%s: %q, want %q", row.name, got, row.kind)
		}
	}
}

func TestMet(t *testing.T) {
	all := met(page.Log{
		{Kind: checks.EventHop, URL: "https://a.example/"},
		{Kind: checks.EventResource, Type: "Script", URL: "https://cdn.example/a.js"},
		{Kind: checks.EventFailure, Type: "Script", URL: "https://CDN.example/b.js", Error: "net::ERR_FAILED"},
		{Kind: checks.EventFailure, Type: "Script", URL: "https://ads.example/b.js", Error: "net::ERR_BLOCKED_BY_CLIENT", Blocked: "client"},
		{Kind: checks.EventHop, URL: "about:blank"}, {Kind: checks.EventHop, URL: "http://plain.example/"}, {Kind: checks.EventHop, URL: "://"},
	})
	if len(all) != 3 || !all[0].document || all[0].failed || all[1].document || !all[1].failed || all[2].failed {
		t.Errorf("%d meetings", len(all))
		for _, m := range all {
			t.Errorf("%+v", *m)
		}
	}
}
