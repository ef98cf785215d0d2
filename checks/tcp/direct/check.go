// Package direct tries the ways to a host that the proxy settings do not choose.
package direct

import (
	"context"
	"embed"
	"net/url"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/machine/proxy"
	"logindoctor/checks/tcp/connect"
)

//go:embed README.md scenarios
var files embed.FS

// Check compares the way in force with the others, once the way in force has failed or only some programs know it.
var Check = &checks.Check{ID: "tcp.direct", Files: files, Scope: checks.PerHost, Roles: connect.Hosts, Contrast: true,
	Uses: []*checks.Check{connect.Check, proxy.Check}, Run: run, Timeout: 25 * time.Second,
	Codes: []*checks.Code{Misrouted, ProgramsMissProxy}}

// The codes.
var (
	Misrouted = &checks.Code{ID: "LD2308", Aliases: []string{"host-pac-wrong-result"}, Impact: checks.Blocking,
		Owner: checks.OwnerNetwork}
	ProgramsMissProxy = &checks.Code{ID: "LD2310", Aliases: []string{"host-proxy-browser-vs-app"}, Impact: checks.Blocking,
		Owner: checks.OwnerDeviceIT, Hits: checks.Programs}
)

func run(ctx context.Context, p *checks.Pass) (any, error) {
	set, ok := checks.ResultOf[proxy.Result](p, proxy.Check)
	if !ok || len(set.Settings) == 0 {
		return nil, checks.Skip("No proxy is set.")
	}
	tcp, ran := checks.ResultOf[connect.Result](p, connect.Check)
	works := ran && tcp.Conn != nil
	force := set.Settings[0]
	switch {
	case works && tcp.Proxy != nil && force.For == checks.Browsers:
		missed(ctx, p, tcp.Proxy, force.Source)
	case !works && force.PAC != "":
		misrouted(ctx, p, set, force.PAC)
	case !works && tcp.Proxy == nil && ran:
		browsersOnly(ctx, p, set)
	}
	return nil, nil
}

// missed looks at the way of a program that does not know the proxy of the browsers.
func missed(ctx context.Context, p *checks.Pass, via *url.URL, source string) {
	if !opens(ctx, p, nil) {
		report(p, via, source)
	}
}

// browsersOnly looks at the way of a browser after the direct one of programs has failed.
func browsersOnly(ctx context.Context, p *checks.Pass, set proxy.Result) {
	for _, s := range set.Settings {
		if s.For == checks.Browsers && s.URL != nil && opens(ctx, p, s.URL) {
			report(p, s.URL, s.Source)
			return
		}
	}
}

func report(p *checks.Pass, via *url.URL, source string) {
	p.Report(ProgramsMissProxy, checks.Confirmed, checks.Public("host", p.Subject.Host), checks.Network("proxy", via.Host),
		checks.Public("source", source)).On(nil)
}

// misrouted tries the ways that the script gives to the other hosts.
func misrouted(ctx context.Context, p *checks.Pass, set proxy.Result, script string) {
	mine := set.For(p.Subject.URL("/"))
	tried := map[string]bool{text(mine): true}
	for _, s := range p.Target.Subjects() {
		other := set.For(s.URL("/"))
		if tried[text(other)] {
			continue
		}
		tried[text(other)] = true
		if opens(ctx, p, other) {
			p.Report(Misrouted, checks.Confirmed, checks.Public("host", p.Subject.Host), checks.Network("script", script),
				checks.Network("way", text(mine)), checks.Network("better", text(other))).On(nil)
			return
		}
	}
}

func opens(ctx context.Context, p *checks.Pass, via *url.URL) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := p.World.Dial(ctx, "tcp", p.Subject.Address(), checks.Dialing{Proxy: via})
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

func text(via *url.URL) string {
	if via == nil {
		return "direct"
	}
	return via.Host
}
