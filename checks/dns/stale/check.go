// Package stale tries other addresses that are known for a host whose own do not work.
package stale

import (
	"context"
	"embed"
	"net/netip"
	"slices"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/dns/answers"
	"logindoctor/checks/internal/dnsq"
	"logindoctor/checks/internal/tlsq"
	"logindoctor/checks/tcp/connect"
	"logindoctor/checks/tls/chain"
	"logindoctor/checks/tls/dates"
	"logindoctor/checks/tls/version"
)

//go:embed README.md scenarios
var files embed.FS

// Check finds out whether the address is to blame rather than the host.
var Check = &checks.Check{ID: "dns.stale", Files: files, Scope: checks.PerHost, Roles: connect.Hosts, Contrast: true,
	Uses: []*checks.Check{answers.Check, connect.Check, version.Check, dates.Check, chain.Check}, Run: run, Timeout: 25 * time.Second,
	Codes: []*checks.Code{OldRecord, HostsFile}}

// The codes. LD2210 is the sign-in page of the network.
var (
	OldRecord = &checks.Code{ID: "LD2121", Aliases: []string{"dns-stale-record"}, Impact: checks.Blocking,
		Owner: checks.OwnerNetwork, ExplainedBy: []string{"LD2210"}}
	HostsFile = &checks.Code{ID: "LD1201", Aliases: []string{"host-hosts-file-override"}, Impact: checks.Blocking,
		Owner: checks.OwnerDeviceIT, ExplainedBy: []string{"LD2210"}}
)

func run(ctx context.Context, p *checks.Pass) (any, error) {
	used, ok := checks.ResultOf[answers.Result](p, answers.Check)
	if !ok || used.ByProxy || !failed(p) {
		return nil, checks.Skip("Nothing failed at an address of %s.", p.Subject.Name())
	}
	for _, a := range used.Direct {
		for _, addr := range a.Addrs {
			if !slices.Contains(used.Addrs, addr) && works(ctx, p, addr) {
				report(p, used, a.Server, addr)
				return nil, nil
			}
		}
	}
	return nil, nil
}

// failed reports whether the host was looked for at an address and did not prove itself there.
func failed(p *checks.Pass) bool {
	for _, c := range []*checks.Check{connect.Check, version.Check, dates.Check, chain.Check} {
		if o, _ := p.Outcome(c); o.State == checks.Failed { // tls.dates has no result
			return true
		}
	}
	return false
}

// works reports whether the host proves itself at an address.
func works(ctx context.Context, p *checks.Pass, addr netip.Addr) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	at := checks.Subject{Host: addr.String(), Port: p.Subject.Port}
	raw, err := p.World.Dial(ctx, "tcp", at.Address(), checks.Dialing{})
	if err != nil {
		return false
	}
	defer raw.Close()
	c, _, err := tlsq.Handshake(ctx, raw, tlsq.Hello{Name: p.Subject.Host, ALPN: tlsq.Web})
	if err != nil {
		return false
	}
	roots, err := p.World.Roots()
	now, _ := dates.Now(p)
	return err == nil && tlsq.Verify(roots, c.ConnectionState().PeerCertificates, p.Subject.Host, now) == nil
}

func report(p *checks.Pass, used answers.Result, resolver netip.AddrPort, better netip.Addr) {
	var old []string
	for _, addr := range used.Addrs {
		old = append(old, addr.String())
	}
	code, wrong, ttl := OldRecord, "the first resolver", time.Duration(0)
	for _, d := range used.Direct {
		if slices.ContainsFunc(d.Addrs, func(x netip.Addr) bool { return slices.Contains(used.Addrs, x) }) {
			wrong, ttl = dnsq.Name(d.Server), d.TTL
			break
		}
	}
	if used.Pinned {
		code, wrong = HostsFile, line(p)
	}
	p.Report(code, checks.Confirmed, checks.Public("host", p.Subject.Host), checks.Network("address", strings.Join(old, ", ")),
		checks.Network("better", better.String()), checks.Network("from", wrong), checks.Network("resolver", dnsq.Name(resolver)),
		checks.Span("lasts", ttl))
}

// line names the line of the hosts file that pins the host.
func line(p *checks.Pass) string {
	entries, err := p.World.HostsFile()
	if err == nil {
		for _, e := range entries {
			if slices.Contains(e.Names, p.Subject.Host) {
				return checks.Count("line", e.Line).Value
			}
		}
	}
	return "unknown"
}
