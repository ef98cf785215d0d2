// Package dates tells whether the certificate of a host holds at the true time.
package dates

import (
	"context"
	"crypto/x509"
	"embed"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/tlsq"
	"logindoctor/checks/internal/whose"
	"logindoctor/checks/machine/clock"
	"logindoctor/checks/tcp/connect"
	"logindoctor/checks/tls/version"
)

//go:embed README.md scenarios
var files embed.FS

// Check compares the dates of the presented certificates with the true time, so that a wrong clock is no fault of a host.
var Check = &checks.Check{ID: "tls.dates", Files: files, Scope: checks.PerHost, Roles: connect.Hosts,
	Requires: []*checks.Check{version.Check}, Uses: []*checks.Check{clock.Check}, Run: run,
	Codes: []*checks.Code{Expired, NotYet, Soon}}

// Reasons: LD2210 sign-in page of the network, LD2114 invented name, LD2121 old record, LD1201 hosts file, LD3204, LD3205
// and LD3219 the same issuer on unrelated hosts, LD2205 another address works.
var because = []string{"LD2210", "LD2114", "LD2121", "LD1201", "LD3204", "LD3205", "LD3219", "LD2205"}

// The codes.
var (
	Expired = &checks.Code{ID: "LD3201", Aliases: []string{"tls-leaf-expired"}, Impact: checks.Blocking,
		Owner: checks.OwnerVendor, ExplainedBy: because}
	NotYet = &checks.Code{ID: "LD3202", Impact: checks.Blocking, Owner: checks.OwnerVendor, ExplainedBy: because}
	Soon   = &checks.Code{ID: "LD3203", Aliases: []string{"tls-cert-expiring-soon"}, Impact: checks.Risk,
		Owner: checks.OwnerVendor, ExplainedBy: because}
)

// month is the earliest warning; short-lived certificates are warned about later.
const month = 30 * 24 * time.Hour

func run(_ context.Context, p *checks.Pass) (any, error) {
	shaken, _ := checks.ResultOf[version.Result](p, version.Check)
	sent := shaken.State.PeerCertificates
	if len(sent) == 0 {
		return nil, checks.Skip("%s presented no certificate.", p.Subject.Name())
	}
	now, known := Now(p)
	leaf := sent[0]
	p.Observe(checks.Public("holds_until", day(leaf.NotAfter)), checks.Public("holds_from", day(leaf.NotBefore)))
	sure := checks.Likely
	if known {
		sure = checks.Confirmed
	}
	say := func(c *checks.Code, about *x509.Certificate, apart time.Duration) {
		p.Report(c, sure, checks.Public("host", p.Subject.Host), checks.Public("until", day(about.NotAfter)), checks.Public("from", day(about.NotBefore)),
			checks.Span("apart", apart), checks.Public("issuer", tlsq.Issuer(about)), checks.Public("now", day(now)),
			checks.Public("serial", about.SerialNumber.Text(16))).By(whose.Host(p.Target, p.Subject))
	}
	switch {
	case now.After(leaf.NotAfter):
		say(Expired, leaf, now.Sub(leaf.NotAfter))
	case now.Before(leaf.NotBefore):
		say(NotYet, leaf, leaf.NotBefore.Sub(now))
	case p.Subject.Role.OffWay():
	case whose.Host(p.Target, p.Subject) == checks.OwnerVendor && !tlsq.Public(leaf): // a copy by an inspecting device, made anew in time
	case soon(leaf, now):
		say(Soon, leaf, leaf.NotAfter.Sub(now))
	default:
		if c := needed(p, sent, now); c != nil {
			say(Soon, c, c.NotAfter.Sub(now))
		}
	}
	if len(p.Findings) > 0 && p.Findings[0].Impact == checks.Blocking {
		shaken.Close()
	}
	return nil, nil
}

// Now is the true time as far as it is known.
func Now(p *checks.Pass) (now time.Time, known bool) {
	measured, ok := checks.ResultOf[clock.Result](p, clock.Check)
	if !ok {
		return p.World.Now(), false
	}
	return measured.Verified(p.World.Now()), measured.Known
}

// soon reports whether less than 15 % of the lifetime is left, and no more than a month.
func soon(c *x509.Certificate, now time.Time) bool {
	left := c.NotAfter.Sub(now)
	return left > 0 && left <= month && left < c.NotAfter.Sub(c.NotBefore)*15/100
}

// needed returns an authority in the chain that ends soon and without which nothing leads to a trusted root.
func needed(p *checks.Pass, sent []*x509.Certificate, now time.Time) *x509.Certificate {
	roots, err := p.World.Roots()
	if err != nil {
		return nil
	}
	for _, c := range sent[1:] {
		after := c.NotAfter.Add(time.Second)
		if !tlsq.Own(c) && soon(c, now) && after.Before(sent[0].NotAfter) && tlsq.Verify(roots, sent, "", now) == nil &&
			tlsq.Verify(roots, sent, "", after) != nil {
			return c
		}
	}
	return nil
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
