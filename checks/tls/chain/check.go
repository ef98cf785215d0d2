// Package chain verifies the certificates that a host presents.
package chain

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"embed"
	"fmt"

	"logindoctor/checks"
	"logindoctor/checks/internal/tlsq"
	"logindoctor/checks/machine/clock"
	"logindoctor/checks/tcp/connect"
	"logindoctor/checks/tls/version"
)

//go:embed README.md scenarios
var files embed.FS

// Check verifies chain and name at the true time.
var Check = &checks.Check{ID: "tls.chain", Files: files, Scope: checks.PerHost, Roles: connect.Hosts,
	Requires: []*checks.Check{version.Check}, Uses: []*checks.Check{clock.Check}, Run: run}

// A Result is the presented chain, and the connection if it may be used.
type Result struct {
	Conn    *tls.Conn // nil unless verified
	Chain   []*x509.Certificate
	Trusted bool
}

// Open opens one more connection to a subject and verifies it.
func Open(ctx context.Context, p *checks.Pass, s *checks.Subject) (*tls.Conn, error) {
	raw, err := connect.Again(ctx, p, s)
	if err != nil {
		return nil, err
	}
	c, err := tlsq.Handshake(ctx, raw, tlsq.Hello{Name: s.Host, ALPN: tlsq.Web})
	if err == nil {
		err = verify(p, s.Host, c.ConnectionState().PeerCertificates)
	}
	if err != nil {
		raw.Close()
		return nil, fmt.Errorf("tls %s: %w", s.Name(), err)
	}
	return c, nil
}

func verify(p *checks.Pass, host string, sent []*x509.Certificate) error {
	roots, err := p.World.Roots()
	if err != nil {
		return err
	}
	now := p.World.Now()
	if measured, ok := checks.ResultOf[clock.Result](p, clock.Check); ok {
		now = measured.Verified(now)
	}
	between := x509.NewCertPool()
	for _, c := range sent[1:] {
		between.AddCert(c)
	}
	_, err = sent[0].Verify(x509.VerifyOptions{DNSName: host, Roots: roots, Intermediates: between, CurrentTime: now})
	return err
}

func run(_ context.Context, p *checks.Pass) (any, error) {
	shaken, _ := checks.ResultOf[version.Result](p, version.Check)
	r := Result{Chain: shaken.State.PeerCertificates}
	if err := verify(p, p.Subject.Host, r.Chain); err != nil {
		return nil, err
	}
	r.Conn, r.Trusted = shaken.Conn, true
	return r, nil
}
