package main

import (
	"os"
	"strings"
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/fixtures"
)

// declared are two programs of Debian's monitoring-plugins as checks: neither looks a name up by itself.
const declared = `
plugins:
  - name: front
    command: [/usr/lib/nagios/plugins/check_http, -H, "{host}", -I, "{address}", -p, "{connect_port}", -S, -u, /login/companyinfo/acme, -s, Codebase]
    speaks: nagios
    on: [web]
    requires: [tls.chain]
    timeout: 10s
  - name: port
    command: [/usr/lib/nagios/plugins/check_tcp, -H, "{address}", -p, "{connect_port}"]
    speaks: nagios
    on: [web, api]
    requires: [dns.answers]
    timeout: 10s
`

func TestMonitoringPluginsAreChecks(t *testing.T) {
	for _, program := range []string{"check_http", "check_tcp"} {
		if _, err := os.Stat("/usr/lib/nagios/plugins/" + program); err != nil {
			checktest.Missing(t, program)
		}
	}
	cases := map[string]struct{ world, node, state, code string }{
		"healthy": {"", "app.front@", "pass", ""},
		"broken":  {"http web /login/companyinfo/* 404", "app.front@", "fail", "X-front-2"},
		"blocked": {"dns * web rcode NXDOMAIN soa", "app.port@", "blocked", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := start(t, "A program of the user's own.\n-- world --\n"+c.world+"\n-- want --\nprimary none\n", fixtures.Options{})
			settings := configOf(w.Args())
			f, err := os.OpenFile(settings, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.WriteString(declared); err != nil {
				t.Fatal(err)
			}
			f.Close()
			r := diagnosed(t, w, "--level", "quick")
			for _, got := range r.Checks {
				if got.ID != c.node+w.Host("web") {
					continue
				}
				if got.State != c.state || strings.Join(got.Findings, "") != c.code {
					t.Errorf("%s is %s with %v, want %s with %q: %s", got.ID, got.State, got.Findings, c.state, c.code, got.Reason)
				}
				return
			}
			t.Errorf("no check %s%s", c.node, w.Host("web"))
		})
	}
}
