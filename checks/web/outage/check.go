// Package outage tells a service or a region that is down from one host that is.
package outage

import (
	"context"
	"embed"
	"slices"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/tcp/connect"
	"logindoctor/checks/tls/chain"
	"logindoctor/checks/tls/version"
	"logindoctor/checks/web/answer"
)

//go:embed README.md scenarios
var files embed.FS

// Check compares a host that fails with its twin, with the other regions and with unrelated hosts.
var Check = &checks.Check{ID: "web.outage", Files: files, Scope: checks.PerHost, Contrast: true,
	Roles: []checks.Role{checks.RoleWeb, checks.RoleAPI},
	Uses:  []*checks.Check{connect.Check, version.Check, answer.Check}, Run: run, Timeout: 40 * time.Second,
	Codes: []*checks.Code{RegionDown, ServiceDown}}

// The codes. They say the same of every host that fails, and explain why it does.
var (
	RegionDown  = &checks.Code{ID: "LD4310", Aliases: []string{"region-endpoint-down"}, Impact: checks.Blocking, Owner: checks.OwnerVendor}
	ServiceDown = &checks.Code{ID: "LD4311", Aliases: []string{"vendor-outage-service"}, Impact: checks.Blocking, Owner: checks.OwnerVendor}
)

func run(ctx context.Context, p *checks.Pass) (any, error) {
	twin := twinOf(p)
	if twin == nil || !down(p) {
		return nil, checks.Skip("%s does not fail in a way that a whole region fails in.", p.Subject.Name())
	}
	sure := elsewhere(p.Target, p.Subject)
	if sure == 0 {
		return nil, checks.Skip("%s works at another place.", p.Subject.Name())
	}
	if sure < checks.Confirmed && works(ctx, p, twin) || !outside(ctx, p) {
		return nil, ctx.Err()
	}
	var up, asked []string
	for _, s := range p.Target.Others {
		asked = append(asked, s.Name())
		if works(ctx, p, s) {
			up = append(up, s.Name())
		}
	}
	ev := []checks.Evidence{checks.Public("host", p.Subject.Name()), checks.Public("twin", twin.Name()), checks.Public("region", p.Target.Region),
		checks.Public("up", strings.Join(up, ", ")), checks.Public("asked", strings.Join(asked, ", "))}
	answered, _ := p.Outcome(answer.Check)
	switch {
	case len(up) > 0 && !answered.Found(answer.Unavailable): // one region's maintenance is announced by its own page
		p.Report(RegionDown, sure, ev...)
	case len(up) == 0 && len(asked) > 0:
		p.Report(ServiceDown, sure, ev...)
	}
	return nil, ctx.Err()
}

// outages are the codes of a host that fails by itself, or that cannot be told from one.
var outages = []*checks.Code{connect.Refused, connect.Silent, version.Cut, version.NoReply, answer.Unavailable, answer.AppFault,
	answer.EdgeFault, answer.Silent, answer.Hangup, RegionDown, ServiceDown}

// elsewhere returns how sure reports of other places make it that a host fails for everybody: confirmed if they saw it
// fail in such a way, likely if none looked at it, and zero if it works there.
func elsewhere(t *checks.Target, s *checks.Subject) checks.Certainty {
	sure := checks.Likely
	for _, place := range t.Seen {
		seen, looked := place.Hosts[s.Name()]
		switch {
		case !looked:
		case slices.ContainsFunc(outages, func(c *checks.Code) bool { return slices.Contains(seen.Codes, c.ID) }):
			sure = checks.Confirmed
		default:
			return 0
		}
	}
	return sure
}

// down reports whether the subject itself fails, at the connection, in the handshake or with an error of its own.
func down(p *checks.Pass) bool {
	tcp, _ := p.Outcome(connect.Check)
	tls, _ := p.Outcome(version.Check)
	web, _ := p.Outcome(answer.Check)
	return tcp.Found(connect.Refused, connect.Silent) || tls.Found(version.Cut, version.NoReply) ||
		web.Found(answer.Unavailable, answer.AppFault, answer.EdgeFault, answer.Silent, answer.Hangup)
}

// twinOf returns the other host of the region, the API's for the staff pages and the other way round; nil if there is none.
func twinOf(p *checks.Pass) *checks.Subject {
	if p.Target.Product == nil {
		return nil
	}
	for _, r := range p.Target.Product.Regions {
		if r.ID != p.Target.Region || r.API == "" || r.API == r.Web {
			continue
		}
		host := r.API
		if p.Subject.Role == checks.RoleAPI {
			host = r.Web
		}
		return &checks.Subject{Host: host, Port: 443, Role: checks.RoleRegion, Path: "/"}
	}
	return nil
}

// works reports whether a host answers as itself, whatever it says to strangers.
func works(ctx context.Context, p *checks.Pass, s *checks.Subject) bool {
	r, err := checks.ReachFor[answer.Result](ctx, p, s, answer.Check)
	return err == nil && r.Last().Status < 500
}

// outside reports whether an unrelated host proves its name: then this computer and its network are not the reason.
func outside(ctx context.Context, p *checks.Pass) bool {
	for _, s := range p.Target.Controls {
		if r, err := checks.ReachFor[chain.Result](ctx, p, s, chain.Check); err == nil && r.Trusted {
			return true
		}
	}
	return false
}
