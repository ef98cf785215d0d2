// Package answers asks every resolver of this computer for the addresses of a host.
package answers

import (
	"context"
	"embed"
	"net/netip"
	"net/url"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/dnsq"
	"logindoctor/checks/internal/whose"
)

//go:embed README.md scenarios
var files embed.FS

// Check asks the way a program asks, and beside that every resolver for itself.
var Check = &checks.Check{ID: "dns.answers", Files: files, Scope: checks.PerHost, Run: run, Timeout: 20 * time.Second,
	Codes: []*checks.Code{NoSuchName, NoAddress, ServerFailure, Bogus, Refused, Filtered, NoAnswer, VanityBroken,
		SplitHorizon, SuffixHijack, Slow}}

// Roots of every name: LD1001 no network, LD2210 sign-in page of the network, LD2112 and LD2113 all resolvers out.
var machine = []string{"LD1001", "LD2210", "LD2112", "LD2113"}

// The codes.
var (
	NoSuchName    = blocking("LD2101", checks.OwnerUndetermined, "dns-nxdomain")
	NoAddress     = blocking("LD2102", checks.OwnerUndetermined, "dns-nodata")
	ServerFailure = blocking("LD2103", checks.OwnerUndetermined, "dns-servfail-upstream")
	Bogus         = blocking("LD2104", checks.OwnerUndetermined, "dns-dnssec-bogus")
	Refused       = blocking("LD2105", checks.OwnerNetwork)
	Filtered      = blocking("LD2106", checks.OwnerNetwork, "dns-filter-sinkhole")
	NoAnswer      = blocking("LD2107", checks.OwnerNetwork)
	VanityBroken  = blocking("LD2108", checks.OwnerPSAAdmin, "portal-vanity-dns-broken")
	SplitHorizon  = blocking("LD2109", checks.OwnerNetwork, "dns-split-horizon-leak")
	SuffixHijack  = blocking("LD2110", checks.OwnerNetwork, "dns-search-suffix-hijack")

	// LD2207 is a slow way to every host.
	Slow = &checks.Code{ID: "LD2122", Impact: checks.Degrading, Owner: checks.OwnerUndetermined,
		ExplainedBy: append([]string{"LD2207"}, machine...)}
)

func blocking(id string, by checks.Owner, aliases ...string) *checks.Code {
	return &checks.Code{ID: id, Aliases: aliases, Impact: checks.Blocking, Owner: by, ExplainedBy: machine}
}

// A Result is the addresses of a host, in the order in which a program tries them.
type Result struct {
	Addrs   []netip.Addr
	ByProxy bool // the proxy resolves the name; Addrs is empty
	Took    time.Duration

	Pinned bool          // the hosts file gave the addresses
	Names  []string      // aliases on the way to the addresses
	Direct []dnsq.Answer // what each resolver said for itself, in this computer's order
}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	if addr, err := netip.ParseAddr(p.Subject.Host); err == nil {
		return Result{Addrs: []netip.Addr{addr.Unmap()}}, nil
	}
	if p.Subject.Role != checks.RoleProxy {
		if via, err := p.World.ProxyFor(ctx, p.Subject.URL("/")); err == nil && via != nil {
			p.Observe(checks.Public("resolved_by", "proxy"))
			return Result{ByProxy: true}, nil
		}
	}
	seen, err := look(ctx, p.World, p.Subject.Host)
	if err != nil {
		return nil, err
	}
	if seen.system.Chosen {
		p.Observe(checks.Public("resolved_by", "--connect-to"))
		return Result{Addrs: seen.system.Addrs}, nil
	}
	r := Result{Addrs: seen.addrs(), Took: seen.took, Pinned: seen.system.HostsFile, Direct: seen.direct, Names: seen.names()}
	for _, a := range seen.direct {
		p.Observe(checks.Network("resolver_"+a.Server.String(), a.Kind.String()))
	}
	if p.Subject.Role != checks.RoleProxy { // a proxy without an address is tcp.connect's finding
		conclude(ctx, p, seen)
	}
	if len(p.Findings) == 0 && !p.Subject.Role.OffWay() {
		return r, slow(ctx, p, seen)
	}
	return r, nil
}

// conclude reports at most one thing.
func conclude(ctx context.Context, p *checks.Pass, s *sighting) {
	code, a := s.judge()
	if code == nil {
		return
	}
	if code == ServerFailure && unproven(ctx, p, s, a) {
		code = Bogus
	}
	if whoseName := whose.Host(p.Target, p.Subject); p.Subject.Role == checks.RolePortal && whoseName == checks.OwnerPSAAdmin &&
		(code == NoSuchName || code == NoAddress) {
		code = VanityBroken
	}
	near := nearest(p.Subject.Host, whose.Known(p.Target))
	f := p.Report(code, s.sure(code), s.evidence(p.Subject.Host, a, near)...)
	switch {
	case code == ServerFailure && unable(ctx, p, a.Server):
		f.By(checks.OwnerNetwork)
	case f.Owner == checks.OwnerUndetermined:
		f.By(s.owner(p, code, near))
	}
	if _, closed := s.any(dnsq.Closed); code == NoAnswer && !closed {
		f.FromSilence()
	}
}

// unproven asks once more without checking signatures: an answer now means that only the signatures are wrong (RFC 4035 3.2.2).
func unproven(ctx context.Context, p *checks.Pass, s *sighting, a dnsq.Answer) bool {
	again := dnsq.Ask(ctx, p.World, a.Server, dnsq.Question{Name: p.Subject.Host, Unproven: true})
	return again.Kind == dnsq.Known
}

// unable reports whether a resolver fails for an unrelated name as well: then not the zone of the host is broken.
func unable(ctx context.Context, p *checks.Pass, resolver netip.AddrPort) bool {
	if p.Target.Product == nil || len(p.Target.Product.Controls) == 0 {
		return false
	}
	u, err := url.Parse(p.Target.Product.Controls[0].URL)
	return err == nil && dnsq.Ask(ctx, p.World, resolver, dnsq.Question{Name: u.Hostname()}).Kind == dnsq.Failure
}
