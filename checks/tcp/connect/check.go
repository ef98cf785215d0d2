// Package connect opens a TCP connection to a host, directly or through the proxy in force.
package connect

import (
	"context"
	"embed"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/dns/answers"
	"logindoctor/checks/machine/proxy"
)

//go:embed README.md scenarios
var files embed.FS

// Check opens a connection to every address of a host.
var Check = &checks.Check{ID: "tcp.connect", Files: files, Scope: checks.PerHost, Requires: []*checks.Check{answers.Check},
	Uses: []*checks.Check{proxy.Check}, Run: run, Timeout: 25 * time.Second,
	Codes: []*checks.Code{Refused, Silent, Unreachable, NotAllowed, IPv6Broken,
		ProxyWantsLogin, ProxyDenies, ProxyDown, ProxyUpstream, ProxyCloses, ProxyStalls, EnvProxyDead, NoProxy}}

// Hosts are the roles of subjects that speak TLS: every one but the proxy.
var Hosts = []checks.Role{checks.RoleWeb, checks.RoleAPI, checks.RolePortal, checks.RoleHome, checks.RoleIDP,
	checks.RoleCDN, checks.RoleRegion, checks.RoleControl, checks.RoleStatus}

// Reasons why no host or no proxy can be reached: LD1001 no network, LD2210 sign-in page of the network, LD2307 proxy
// script gone, LD2308 proxy script sends astray, LD2310 programs miss the proxy, LD1201 hosts file, LD2114 invented name,
// LD2121 old record.
var (
	direct  = []string{"LD1001", "LD2210", "LD2307", "LD2312", "LD2308", "LD2310", "LD1201", "LD2114", "LD2121"}
	outage  = append([]string{"LD4310", "LD4311"}, direct...) // LD4310 the region is down, LD4311 the service
	proxied = []string{"LD1001", "LD2210", "LD2308"}
)

// The codes.
var (
	Refused     = blocking("LD2201", checks.OwnerUndetermined, outage, "net-tcp-refused")
	Silent      = blocking("LD2204", checks.OwnerNetwork, outage, "net-tcp-timeout-filtered")
	Unreachable = blocking("LD2202", checks.OwnerNetwork, direct, "net-unreachable")
	NotAllowed  = &checks.Code{ID: "LD1202", Aliases: []string{"host-firewall-blocks-process"}, Impact: checks.Blocking,
		Owner: checks.OwnerDeviceIT, Hits: checks.Programs, ExplainedBy: direct}
	IPv6Broken = &checks.Code{ID: "LD2206", Aliases: []string{"net-ipv6-half-broken"}, Impact: checks.Degrading,
		Owner: checks.OwnerNetwork, ExplainedBy: direct}

	ProxyWantsLogin = blocking("LD2301", checks.OwnerNetwork, proxied, "net-proxy-407")
	ProxyDenies     = blocking("LD2302", checks.OwnerNetwork, proxied, "net-proxy-connect-denied")
	ProxyDown       = blocking("LD2303", checks.OwnerNetwork, proxied, "net-proxy-down")
	ProxyUpstream   = blocking("LD2304", checks.OwnerNetwork, proxied, "net-proxy-upstream-failure")
	ProxyCloses     = blocking("LD2305", checks.OwnerNetwork, proxied)
	ProxyStalls     = blocking("LD2319", checks.OwnerNetwork, proxied)
	NoProxy         = blocking("LD2311", checks.OwnerDeviceIT, proxied)
	EnvProxyDead    = &checks.Code{ID: "LD2306", Aliases: []string{"host-proxy-env-dead"}, Impact: checks.Blocking,
		Owner: checks.OwnerDeviceIT, Hits: checks.Programs, ExplainedBy: proxied}
)

func blocking(id string, by checks.Owner, because []string, aliases ...string) *checks.Code {
	return &checks.Code{ID: id, Aliases: aliases, Impact: checks.Blocking, Owner: by, ExplainedBy: because}
}

// A Result is the connection that the next check takes over, and how it came about.
type Result struct {
	Conn     net.Conn       // nil for a proxy and after a failure
	Addr     netip.AddrPort // zero behind a proxy
	Proxy    *url.URL       // nil means direct
	Took     time.Duration
	Attempts []Attempt
}

// Close ends a connection that nobody takes over.
func (r Result) Close() error {
	if r.Conn == nil {
		return nil
	}
	return r.Conn.Close()
}

// Again opens one more connection to a subject the way its first one was opened.
func Again(ctx context.Context, p *checks.Pass, s *checks.Subject) (net.Conn, error) {
	first, ok := checks.ResultOn[Result](p, Check, s)
	if !ok {
		return nil, fmt.Errorf("connect %s: not reached before", s.Name())
	}
	return first.Open(ctx, p.World, s, 0)
}

// Open opens one more connection the way the result was got. MSS limits the segments, zero does not.
func (r Result) Open(ctx context.Context, w checks.World, s *checks.Subject, mss int) (net.Conn, error) {
	if r.Proxy != nil {
		return w.Dial(ctx, "tcp", s.Address(), checks.Dialing{Proxy: r.Proxy, MSS: mss})
	}
	return w.Dial(ctx, "tcp", r.Addr.String(), checks.Dialing{MSS: mss, Name: s.Host})
}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	known, _ := checks.ResultOf[answers.Result](p, answers.Check)
	if known.ByProxy {
		return throughProxy(ctx, p)
	}
	if p.Subject.Role == checks.RoleProxy {
		return toProxy(ctx, p, known.Addrs)
	}
	attempts := Dial(ctx, p.World, p.Subject, known.Addrs)
	r := carry(attempts)
	conclude(ctx, p, r)
	return r, nil
}
