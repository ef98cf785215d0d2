// Package proxy finds out which proxy settings this computer has and whether they fit together.
package proxy

import (
	"context"
	"embed"
	"fmt"
	"net/url"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/dialerr"
	"logindoctor/checks/internal/plain"
)

//go:embed README.md scenarios
var files embed.FS

// Check reads the proxy settings and fetches the proxy scripts that they name.
var Check = &checks.Check{ID: "machine.proxy", Files: files, Scope: checks.Once, Run: run,
	Codes: []*checks.Code{ScriptGone, ScriptNoName, Differ}}

// The codes. LD1001 is no network, LD2210 the sign-in page of the network, LD2109 a name server that does not know names of
// the company, LD2112 and LD2113 name servers that answer nothing.
var (
	ScriptGone = &checks.Code{ID: "LD2307", Aliases: []string{"host-pac-unreachable"}, Impact: checks.Degrading,
		Owner: checks.OwnerNetwork, ExplainedBy: []string{"LD1001", "LD2210"}}
	ScriptNoName = &checks.Code{ID: "LD2312", Impact: checks.Degrading, Owner: checks.OwnerNetwork,
		ExplainedBy: []string{"LD1001", "LD2210", "LD2109", "LD2112", "LD2113"}}
	Differ = &checks.Code{ID: "LD2309", Impact: checks.Info, Owner: checks.OwnerDeviceIT}
)

// A Result is the proxy settings and the route they give.
type Result struct {
	Settings []checks.ProxySetting
	For      func(*url.URL) *url.URL // nil means direct
}

// Source names the settings that lead to a proxy. Environment reports whether only environment variables do.
func (r Result) Source(host string) (source string, environment bool) {
	var all []string
	environment = true
	for _, s := range r.Settings {
		if s.PAC != "" || s.URL != nil && strings.EqualFold(s.URL.Hostname(), host) {
			all = append(all, s.Source)
			environment = environment && strings.HasPrefix(s.Source, "environment")
		}
	}
	return strings.Join(all, ", "), environment && len(all) > 0
}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	settings, err := p.World.Proxies(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range settings {
		p.Observe(checks.Public("set_in", s.Source), checks.Network("proxy", text(s)))
		if s.PAC != "" && (s.Force || s.For&checks.Browsers != 0) {
			script(ctx, p, s)
		}
	}
	if b, q := of(settings, checks.Browsers), of(settings, checks.Programs); b != q {
		p.Report(Differ, checks.Confirmed, checks.Network("browsers", b), checks.Network("programs", q))
	}
	return Result{Settings: settings, For: func(u *url.URL) *url.URL {
		via, _ := p.World.ProxyFor(context.WithoutCancel(ctx), u)
		return via
	}}, nil
}

// of is the setting that a kind of program obeys.
func of(all []checks.ProxySetting, who checks.Clients) string {
	for _, s := range all {
		if s.For&who != 0 {
			return text(s)
		}
	}
	return "direct"
}

func text(s checks.ProxySetting) string {
	switch {
	case s.PAC != "":
		return s.PAC
	case s.URL != nil:
		return s.URL.Host
	}
	return "direct"
}

// script fetches a proxy script. Programs go direct without a word when it cannot be had (faults.md 3.3).
func script(ctx context.Context, p *checks.Pass, s checks.ProxySetting) {
	if !strings.HasPrefix(s.PAC, "http") {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	page, err := plain.Direct(ctx, p.World, s.PAC)
	did, code := "", ScriptGone
	switch {
	case dialerr.Of(err) == dialerr.NoName:
		did, code = "its name does not resolve", ScriptNoName
	case err != nil:
		did = err.Error()
	case page.Status != 200:
		did = fmt.Sprintf("status %d", page.Status)
	case !strings.Contains(string(page.Body), "FindProxyForURL"):
		did = "a page that is no proxy script"
	default:
		return
	}
	p.Report(code, checks.Likely, checks.Network("script", s.PAC), checks.Text("did", did), checks.Public("source", s.Source))
}
