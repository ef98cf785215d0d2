// Package chain verifies the certificates that a host presents.
package chain

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"embed"
	"fmt"
	"net"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/dns/answers"
	"logindoctor/checks/internal/hops"
	"logindoctor/checks/internal/tlsq"
	"logindoctor/checks/machine/clock"
	"logindoctor/checks/tcp/connect"
	"logindoctor/checks/tls/dates"
	"logindoctor/checks/tls/version"
)

//go:embed README.md scenarios
var files embed.FS

// Check verifies issuer and name at the true time.
var Check = &checks.Check{ID: "tls.chain", Files: files, Scope: checks.PerHost, Roles: connect.Hosts,
	Requires: []*checks.Check{dates.Check}, Uses: []*checks.Check{clock.Check, answers.Check}, Run: run,
	Codes: []*checks.Code{Untrusted, SelfSigned, MissingIntermediate, WrongName, VanityName, ExpiredIntermediate,
		OldCrossSign, RootMissing, Revoked, WeakSignature, ShortKey,
		Unfit}}

// Reasons: LD2210 sign-in page of the network, LD2114 invented name, LD2121 old record, LD1201 hosts file, LD3204,
// LD3205 and LD3219 the same issuer on unrelated hosts, LD2205 another address works.
var (
	because = []string{"LD2210", "LD2114", "LD2121", "LD1201", "LD2205"}
	private = append([]string{"LD3204", "LD3205", "LD3219"}, because...)
)

// The codes. Whether a browser trusts an issuer that programs do not is for tls.browser to say.
var (
	Untrusted   = programs("LD3210", checks.OwnerNetwork, private)
	SelfSigned  = programs("LD3211", checks.OwnerUndetermined, private, "tls-self-signed")
	RootMissing = programs("LD3217", checks.OwnerDeviceIT, private, "host-root-store-stale")

	MissingIntermediate = programs("LD3212", checks.OwnerUndetermined, because, "tls-missing-intermediate")
	WrongName           = blocking("LD3213", checks.OwnerUndetermined, because, "tls-hostname-mismatch")
	VanityName          = blocking("LD3214", checks.OwnerPSAAdmin, because, "portal-vanity-cert-missing")
	ExpiredIntermediate = blocking("LD3215", checks.OwnerUndetermined, because, "tls-expired-intermediate")
	OldCrossSign        = &checks.Code{ID: "LD3216", Impact: checks.Risk, Owner: checks.OwnerUndetermined, ExplainedBy: because}
	Revoked             = blocking("LD3218", checks.OwnerUndetermined, because, "tls-revoked")
	WeakSignature       = blocking("LD3231", checks.OwnerUndetermined, because)
	Unfit               = blocking("LD3233", checks.OwnerUndetermined, because)
	ShortKey            = &checks.Code{ID: "LD3232", Impact: checks.Risk, Owner: checks.OwnerUndetermined, ExplainedBy: because}
)

func blocking(id string, by checks.Owner, why []string, aliases ...string) *checks.Code {
	return &checks.Code{ID: id, Aliases: aliases, Impact: checks.Blocking, Owner: by, ExplainedBy: why}
}

func programs(id string, by checks.Owner, why []string, aliases ...string) *checks.Code {
	c := blocking(id, by, why, aliases...)
	c.Hits = checks.Programs
	return c
}

// A Result is the presented chain, and the connection if it may be used.
type Result struct {
	Conn    *tls.Conn    // nil unless verified
	Client  *hops.Client // speaks on it first, nil unless verified
	Chain   []*x509.Certificate
	Trusted bool
}

// Close ends a connection that nobody takes over.
func (r Result) Close() error {
	if r.Conn == nil {
		return nil
	}
	return r.Conn.Close()
}

// Open opens one more connection to a subject and verifies it.
func Open(ctx context.Context, p *checks.Pass, s *checks.Subject) (*tls.Conn, error) {
	raw, err := connect.Again(ctx, p, s)
	if err != nil {
		return nil, err
	}
	return Over(ctx, p, s, raw)
}

// Over shakes hands with a subject on a connection and verifies it; the connection is closed if that fails.
func Over(ctx context.Context, p *checks.Pass, s *checks.Subject, raw net.Conn) (*tls.Conn, error) {
	c, _, err := tlsq.Handshake(ctx, raw, tlsq.Hello{Name: s.Host, ALPN: tlsq.Web})
	if err == nil {
		err = verify(p, s.Host, c.ConnectionState().PeerCertificates)
	}
	if err != nil {
		raw.Close()
		return nil, fmt.Errorf("tls %s: %w", s.Name(), err)
	}
	return c, nil
}

// Speak returns a client for the pass's subject: on a connection that is verified, or nil, and then on new ones.
func Speak(p *checks.Pass, carried *tls.Conn) *hops.Client {
	s := p.Subject
	return hops.New(s, p.World.Now, carried, func(ctx context.Context) (*tls.Conn, error) { return Open(ctx, p, s) })
}

func verify(p *checks.Pass, host string, sent []*x509.Certificate) error {
	roots, err := p.World.Roots()
	if err != nil {
		return err
	}
	now, _ := dates.Now(p)
	return tlsq.Verify(roots, sent, host, now)
}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	shaken, _ := checks.ResultOf[version.Result](p, version.Check)
	r := Result{Chain: shaken.State.PeerCertificates}
	roots, err := p.World.Roots()
	if err != nil {
		return nil, err
	}
	now, _ := dates.Now(p)
	s := sighting{r.Chain, roots, now}
	p.Observe(checks.Public("issuer", tlsq.Issuer(s.sent[0])), checks.Count("sent", len(s.sent)))
	if conclude(ctx, p, s, shaken.State.OCSPResponse) {
		r.Conn, r.Client, r.Trusted = shaken.Conn, Speak(p, shaken.Conn), true
		return r, nil
	}
	shaken.Close()
	return r, nil
}

// A sighting is what a host sent and with what it is judged.
type sighting struct {
	sent  []*x509.Certificate
	roots *x509.CertPool
	now   time.Time
}

func (s sighting) verify(more ...*x509.Certificate) error {
	return tlsq.Verify(s.roots, append(s.sent[:len(s.sent):len(s.sent)], more...), "", s.now)
}
