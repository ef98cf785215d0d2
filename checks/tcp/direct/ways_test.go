package direct

import (
	"context"
	"errors"
	"net"
	"net/url"
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/machine/proxy"
	"logindoctor/checks/tcp/connect"
)

// office lets connections out only through its proxies, or directly if open.
type office struct {
	checks.World
	open bool
}

func (o office) Dial(_ context.Context, _, _ string, how checks.Dialing) (net.Conn, error) {
	if how.Proxy == nil && !o.open {
		return nil, errors.New("no answer")
	}
	near, far := net.Pipe()
	far.Close()
	return near, nil
}

// ended is a driver over results that are there already.
type ended map[*checks.Check]any

func (e ended) Outcome(c *checks.Check, _ *checks.Subject) (checks.Outcome, bool) {
	r, ok := e[c]
	return checks.Outcome{Result: r}, ok
}

func (ended) Outcomes(*checks.Check) []checks.Outcome { return nil }

func (ended) Reach(context.Context, *checks.Subject, *checks.Check) (any, error) { return nil, nil }

func TestWhoMissesTheProxy(t *testing.T) {
	via := &url.URL{Scheme: "http", Host: "proxy.example:3128"}
	near, _ := net.Pipe()
	through := connect.Result{Conn: near, Proxy: via}
	for _, test := range []struct {
		name string
		open bool
		by   checks.Clients
		tcp  connect.Result
		want bool
	}{
		{"only browsers know it, and it is needed", false, checks.Browsers, through, true},
		{"only browsers know it, and nobody needs it", true, checks.Browsers, through, false},
		{"everyone knows it", false, checks.Everyone, through, false},
		{"programs went direct in vain", false, checks.Browsers, connect.Result{}, true},
	} {
		set := proxy.Result{Settings: []checks.ProxySetting{{Source: "user settings", URL: via, For: test.by, Force: true}}}
		p := checks.NewPass(ended{connect.Check: test.tcp, proxy.Check: set}, office{open: test.open}, &checks.Target{}, Check)
		p.Subject = &checks.Subject{Host: "host.example", Port: 443}
		if _, err := run(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		found := len(p.Findings) == 1 && p.Findings[0].Code == ProgramsMissProxy && p.Findings[0].Subject == nil
		if found != test.want || len(p.Findings) > 1 {
			t.Errorf("%s: %v", test.name, p.Findings)
		}
	}
}
