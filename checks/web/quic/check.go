// Package quic asks hosts that offer HTTP/3 for their page that way.
package quic

import (
	"context"
	"embed"
	"fmt"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/quicq"
	"logindoctor/checks/machine/clock"
	"logindoctor/checks/tcp/connect"
	"logindoctor/checks/web/answer"
)

//go:embed README.md scenarios
var files embed.FS

// Stalls is the code of a host that is fine over TCP.
var Stalls = &checks.Code{ID: "LD4207", Aliases: []string{"http-quic-stall"}, Impact: checks.Degrading, Owner: checks.OwnerNetwork}

// Check compares HTTP/3 with the answer over TCP that web.answer got.
var Check = &checks.Check{ID: "web.quic", Files: files, Scope: checks.PerHost, Contrast: true, Optional: true,
	Roles:    []checks.Role{checks.RoleWeb, checks.RolePortal, checks.RoleHome, checks.RoleIDP, checks.RoleCDN},
	Requires: []*checks.Check{answer.Check}, Uses: []*checks.Check{connect.Check, clock.Check},
	Codes: []*checks.Code{Stalls}, Timeout: 30 * time.Second, Run: run}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	met, ok := checks.ResultOf[answer.Result](p, answer.Check)
	if !ok || !strings.Contains(met.First.Header.Get("Alt-Svc"), "h3=") {
		return nil, checks.Skip("%s does not offer HTTP/3.", p.Subject.Name())
	}
	if way, ok := checks.ResultOf[connect.Result](p, connect.Check); ok && way.Proxy != nil {
		return nil, checks.Skip("Browsers do not use HTTP/3 through a proxy.")
	}
	roots, err := p.World.Roots()
	if err != nil {
		return nil, err
	}
	trust := quicq.Trust{Roots: roots, Now: p.World.Now}
	if measured, ok := checks.ResultOf[clock.Result](p, clock.Check); ok {
		trust.Now = func() time.Time { return measured.Verified(p.World.Now()) }
	}
	got := quicq.Get(ctx, p.World, met.Last().URL, trust)
	switch {
	case !got.Shaken:
		p.Observe(checks.Public("http3", "no handshake: browsers use TCP")) // a network that drops it altogether harms nobody
	case got.Err != nil:
		p.Report(Stalls, checks.Confirmed, checks.Public("host", p.Subject.Name()), checks.Text("error", fmt.Sprint(got.Err)),
			checks.Count("bytes", got.Bytes), checks.Count("tcp_status", met.Last().Status)).FromSilence()
	default:
		p.Observe(checks.Public("http3", fmt.Sprintf("status %d", got.Status)))
	}
	return nil, ctx.Err()
}
