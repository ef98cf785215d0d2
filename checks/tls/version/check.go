// Package version shakes hands with a host and tells why that fails.
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
	Requires: []*checks.Check{connect.Check}, Run: run, Timeout: 25 * time.Second,
	Codes: []*checks.Code{CutByName, CutBySize, Cut, NoReply, Plaintext, OldVersion, NoSharedCipher, ClientCertificate, Alert}}

// Reasons outside TLS: LD2210 sign-in page of the network, LD2114 invented name, LD2121 old record, LD1201 hosts file,
// LD2205 another address works, LD2212 large packets lost, LD4310 the region is down, LD4311 the service.
var because = []string{"LD2210", "LD2114", "LD2121", "LD1201", "LD2205", "LD4310", "LD4311"}

// The codes.
var (
	CutByName         = blocking("LD2211", checks.OwnerNetwork, "net-sni-reset")
	CutBySize         = blocking("LD3010", checks.OwnerNetwork)
	Cut               = blocking("LD3001", checks.OwnerUndetermined, "tls-handshake-cut")
	NoReply           = blocking("LD3002", checks.OwnerUndetermined)
	Plaintext         = blocking("LD3003", checks.OwnerNetwork, "tls-plaintext-on-443")
	OldVersion        = blocking("LD3004", checks.OwnerUndetermined, "tls-version-mismatch")
	NoSharedCipher    = blocking("LD3005", checks.OwnerUndetermined, "tls-no-shared-cipher")
	ClientCertificate = blocking("LD3006", checks.OwnerUndetermined)
	Alert             = blocking("LD3007", checks.OwnerUndetermined)
)

func blocking(id string, by checks.Owner, aliases ...string) *checks.Code {
	c := &checks.Code{ID: id, Aliases: aliases, Impact: checks.Blocking, Owner: by, ExplainedBy: because}
	if id == "LD3002" {
		c.ExplainedBy = append([]string{"LD2212"}, because...)
	}
	return c
}

const patience = 5 * time.Second

// A Result is the connection after a handshake that nobody has judged yet.
type Result struct {
	Conn  *tls.Conn // nil after a failure
	State tls.ConnectionState
	Took  time.Duration
}

// Close ends a connection that nobody takes over.
func (r Result) Close() error {
	if r.Conn == nil {
		return nil
	}
	return r.Conn.Close()
}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	tcp, _ := checks.ResultOf[connect.Result](p, connect.Check)
	if tcp.Conn == nil {
		return nil, checks.Skip("There is no connection to %s.", p.Subject.Name())
	}
	start := p.World.Now()
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c, seen, err := tlsq.Handshake(limited, tcp.Conn, tlsq.Hello{Name: p.Subject.Host, ALPN: tlsq.Web})
	took := p.World.Now().Sub(start)
	if err != nil {
		tcp.Conn.Close()
		diagnose(ctx, p, probe{p, tcp}, failure{seen, err, took})
		return Result{Took: took}, nil
	}
	state := c.ConnectionState()
	p.Observe(checks.Public("version", tls.VersionName(state.Version)), checks.Public("cipher", tls.CipherSuiteName(state.CipherSuite)),
		checks.Public("protocol", state.NegotiatedProtocol), checks.Span("took", took))
	if seen.AsksClient {
		p.Observe(checks.Public("client_certificate", "asked for, not needed to shake hands"))
	}
	if p.Level == checks.LevelDeep {
		p.Observe(checks.Public("versions", names(probe{p, tcp}.versions(ctx))))
	}
	return Result{Conn: c, State: state, Took: took}, nil
}
