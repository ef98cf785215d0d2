// Package answers asks every resolver of this computer for the addresses of a host.
package answers

import (
	"context"
	"embed"
	"net/netip"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/machine/proxy"
)

//go:embed README.md scenarios
var files embed.FS

// Check asks for the addresses of a host.
var Check = &checks.Check{ID: "dns.answers", Files: files, Scope: checks.PerHost, Uses: []*checks.Check{proxy.Check}, Run: run}

// A Result is the addresses of a host, in the order in which a program tries them.
type Result struct {
	Addrs   []netip.Addr
	ByProxy bool // the proxy resolves the name; Addrs is empty
	Took    time.Duration
}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	if via, err := p.World.ProxyFor(ctx, p.Subject.URL("/")); err == nil && via != nil && p.Subject.Role != checks.RoleProxy {
		return Result{ByProxy: true}, nil
	}
	seen, err := p.World.Lookup(ctx, p.Subject.Host)
	if err != nil {
		return nil, err
	}
	return Result{Addrs: seen.Addrs, Took: seen.Took}, nil
}
