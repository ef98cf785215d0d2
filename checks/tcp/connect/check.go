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
	Uses: []*checks.Check{proxy.Check}, Run: run}

// Hosts are the roles of subjects that speak TLS: every one but the proxy.
var Hosts = []checks.Role{checks.RoleWeb, checks.RoleAPI, checks.RolePortal, checks.RoleHome, checks.RoleIDP,
	checks.RoleCDN, checks.RoleRegion, checks.RoleControl, checks.RoleStatus}

// A Result is the connection that the next check takes over, and how it came about.
type Result struct {
	Conn     net.Conn
	Addr     netip.AddrPort // zero behind a proxy
	Proxy    *url.URL       // nil means direct
	Took     time.Duration
	Attempts []Attempt
}

// An Attempt is what one address did.
type Attempt struct {
	Addr netip.AddrPort
	Took time.Duration
	Err  error
}

// Again opens one more connection to a subject the way its first one was opened.
func Again(ctx context.Context, p *checks.Pass, s *checks.Subject) (net.Conn, error) {
	first, ok := checks.ResultOn[Result](p, Check, s)
	if !ok {
		return nil, fmt.Errorf("connect %s: not reached before", s.Name())
	}
	if first.Proxy != nil {
		return p.World.Dial(ctx, "tcp", s.Address(), checks.Dialing{Proxy: first.Proxy})
	}
	return p.World.Dial(ctx, "tcp", first.Addr.String(), checks.Dialing{})
}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	via, err := p.World.ProxyFor(ctx, p.Subject.URL("/"))
	if err == nil && via != nil && p.Subject.Role != checks.RoleProxy {
		conn, err := p.World.Dial(ctx, "tcp", p.Subject.Address(), checks.Dialing{Proxy: via})
		return Result{Conn: conn, Proxy: via}, err
	}
	known, _ := checks.ResultOf[answers.Result](p, answers.Check)
	for _, a := range known.Addrs {
		at := netip.AddrPortFrom(a, uint16(p.Subject.Port))
		conn, err := p.World.Dial(ctx, "tcp", at.String(), checks.Dialing{})
		if err == nil {
			return Result{Conn: conn, Addr: at}, nil
		}
	}
	return nil, fmt.Errorf("connect %s: no address answers", p.Subject.Name())
}
