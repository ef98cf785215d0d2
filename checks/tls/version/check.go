// Package version shakes hands with a host and tells which protocol it speaks.
package version

import (
	"context"
	"crypto/tls"
	"embed"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/tlsq"
	"logindoctor/checks/tcp/connect"
)

//go:embed README.md scenarios
var files embed.FS

// Check shakes hands on the carried connection.
var Check = &checks.Check{ID: "tls.version", Files: files, Scope: checks.PerHost, Roles: connect.Hosts,
	Requires: []*checks.Check{connect.Check}, Run: run}

// A Result is the connection after a handshake that nobody has judged yet.
type Result struct {
	Conn  *tls.Conn
	State tls.ConnectionState
	Took  time.Duration
}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	tcp, _ := checks.ResultOf[connect.Result](p, connect.Check)
	start := p.World.Now()
	c, err := tlsq.Handshake(ctx, tcp.Conn, tlsq.Hello{Name: p.Subject.Host, ALPN: tlsq.Web})
	if err != nil {
		return nil, err
	}
	return Result{Conn: c, State: c.ConnectionState(), Took: p.World.Now().Sub(start)}, nil
}
