// Package size tells a path that loses large packets from a server that does not answer.
package size

import (
	"context"
	"crypto/tls"
	"embed"
	"net"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/hops"
	"logindoctor/checks/internal/tlsq"
	"logindoctor/checks/tcp/connect"
	"logindoctor/checks/tls/chain"
	"logindoctor/checks/tls/version"
	"logindoctor/checks/web/answer"
)

//go:embed README.md scenarios
var files embed.FS

// Check repeats a handshake or a page that hung with small segments, which pass where large ones are lost.
var Check = &checks.Check{ID: "tcp.size", Files: files, Scope: checks.PerHost, Roles: connect.Hosts, Contrast: true,
	Uses: []*checks.Check{connect.Check, version.Check, answer.Check}, Run: run, Codes: []*checks.Code{LargeLost}}

// LargeLost concludes that only small packets arrive.
var LargeLost = &checks.Code{ID: "LD2212", Aliases: []string{"net-mtu-blackhole"}, Impact: checks.Blocking,
	Owner: checks.OwnerNetwork}

// small fits into every path that carries IPv6 (RFC 8200 section 5: 1280 bytes less headers).
const small = 1188

const patience = 5 * time.Second

func run(ctx context.Context, p *checks.Pass) (any, error) {
	tcp, ok := checks.ResultOf[connect.Result](p, connect.Check)
	what, again := hung(p)
	if !ok || again == nil {
		return nil, checks.Skip("Neither a handshake with %s nor its page hung.", p.Subject.Name())
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	start := p.World.Now()
	open := func(ctx context.Context) (net.Conn, error) { return tcp.Open(ctx, p.World, p.Subject, small) }
	if err := again(ctx, p, open); err != nil { // the contrast says nothing; the check that hung has the finding
		p.Observe(checks.Count("segment", small), checks.Text("error", err.Error()))
		return nil, nil
	}
	p.Report(LargeLost, checks.Confirmed, checks.Public("host", p.Subject.Host), checks.Public("what", what),
		checks.Count("segment", small), checks.Span("took", p.World.Now().Sub(start)))
	return nil, nil
}

// An opener opens a connection that carries small segments only.
type opener func(context.Context) (net.Conn, error)

// hung returns what did not come from the subject and how to ask for it again, nil if nothing is missing.
func hung(p *checks.Pass) (what string, again func(context.Context, *checks.Pass, opener) error) {
	if shaken, _ := p.Outcome(version.Check); shaken.Found(version.NoReply) {
		return "handshake", shake
	}
	if page, _ := p.Outcome(answer.Check); page.Found(answer.Silent, answer.ProviderMute) {
		return "page", get
	}
	return "", nil
}

func shake(ctx context.Context, p *checks.Pass, open opener) error {
	raw, err := open(ctx)
	if err != nil {
		return err
	}
	defer raw.Close()
	_, _, err = tlsq.Handshake(ctx, raw, tlsq.Hello{Name: p.Subject.Host, ALPN: tlsq.Web})
	return err
}

// get goes all the way that hung: the first page may only lead to the one that does not come.
func get(ctx context.Context, p *checks.Pass, open opener) error {
	dial := func(ctx context.Context) (*tls.Conn, error) {
		raw, err := open(ctx)
		if err != nil {
			return nil, err
		}
		return chain.Over(ctx, p, p.Subject, raw)
	}
	c, err := dial(ctx)
	if err != nil {
		return err
	}
	client := hops.New(p.Subject, p.World.Now, c, dial)
	defer client.Close()
	trail, err := answer.Walk(ctx, client, p.Subject.URL(answer.Path(p.Subject)))
	if err != nil {
		return err
	}
	return trail[len(trail)-1].Cut
}
