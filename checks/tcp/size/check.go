// Package size tells a path that loses large packets from a server that does not answer.
package size

import (
	"context"
	"embed"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/tlsq"
	"logindoctor/checks/tcp/connect"
	"logindoctor/checks/tls/version"
)

//go:embed README.md scenarios
var files embed.FS

// Check repeats a handshake that hung with small segments, which pass where large ones are lost.
var Check = &checks.Check{ID: "tcp.size", Files: files, Scope: checks.PerHost, Roles: connect.Hosts, Contrast: true,
	Uses: []*checks.Check{connect.Check, version.Check}, Run: run, Codes: []*checks.Code{LargeLost}}

// LargeLost concludes that only small packets arrive. LD2210 is the sign-in page of the network.
var LargeLost = &checks.Code{ID: "LD2212", Aliases: []string{"net-mtu-blackhole"}, Impact: checks.Blocking,
	Owner: checks.OwnerNetwork, ExplainedBy: []string{"LD2210"}}

// small fits into every path that carries IPv6 (RFC 8200 section 5: 1280 bytes less headers).
const small = 1188

func run(ctx context.Context, p *checks.Pass) (any, error) {
	shaken, _ := p.Outcome(version.Check)
	tcp, ok := checks.ResultOf[connect.Result](p, connect.Check)
	if !ok || !shaken.Found(version.NoReply) {
		return nil, checks.Skip("No handshake with %s hung.", p.Subject.Name())
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	raw, err := tcp.Open(ctx, p.World, p.Subject, small)
	if err != nil {
		return nil, nil // the contrast says nothing; tls.version has the finding
	}
	defer raw.Close()
	start := p.World.Now()
	if _, _, err := tlsq.Handshake(ctx, raw, tlsq.Hello{Name: p.Subject.Host, ALPN: tlsq.Web}); err != nil {
		p.Observe(checks.Count("segment", small), checks.Text("error", err.Error()))
		return nil, nil
	}
	p.Report(LargeLost, checks.Confirmed, checks.Public("host", p.Subject.Host), checks.Count("segment", small),
		checks.Span("took", p.World.Now().Sub(start)))
	return nil, nil
}
