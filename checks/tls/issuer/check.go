// Package issuer compares who signed the certificates of unrelated hosts.
package issuer

import (
	"context"
	"crypto/x509"
	"embed"
	"slices"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/tlsq"
	"logindoctor/checks/internal/whose"
	"logindoctor/checks/machine/gateway"
	"logindoctor/checks/tls/browser"
	"logindoctor/checks/tls/chain"
	"logindoctor/checks/tls/version"
)

//go:embed README.md scenarios
var files embed.FS

// Check looks for one private issuer on hosts that have nothing to do with each other.
var Check = &checks.Check{ID: "tls.issuer", Files: files, Scope: checks.Once, Uses: []*checks.Check{gateway.Check, chain.Check, version.Check, browser.Check},
	Run: run, Codes: []*checks.Code{Replaced, Scanned, Inspected, Partly}}

// The codes. Where browsers are stopped too, LD3220 says so on each host.
var (
	Replaced = &checks.Code{ID: "LD3204", Aliases: []string{"tls-interception-untrusted"}, Impact: checks.Blocking,
		Owner: checks.OwnerNetwork, Hits: checks.Programs}
	Scanned = &checks.Code{ID: "LD3205", Aliases: []string{"host-av-https-scanning"}, Impact: checks.Blocking,
		Owner: checks.OwnerDeviceIT, Hits: checks.Programs}
	Inspected = &checks.Code{ID: "LD3206", Impact: checks.Info, Owner: checks.OwnerNetwork}
	Partly    = &checks.Code{ID: "LD3219", Aliases: []string{"tls-interception-trusted-partial"}, Impact: checks.Blocking,
		Owner: checks.OwnerDeviceIT, Hits: checks.Programs}
)

// A seal is an issuer and the hosts that it vouches for.
type seal struct {
	issuer  string
	by      *checks.Inspector // the product that the issuer belongs to; nil if no table knows it
	hosts   []*checks.Subject
	trusted bool
	private bool
	known   bool // a browser trusts what programs do not
}

func run(_ context.Context, p *checks.Pass) (any, error) {
	if o, _ := p.Outcome(gateway.Check); o.Found(gateway.CaptivePortal) {
		return nil, checks.Skip("The network shows a page of its own, with its own certificate, until somebody signs in.")
	}
	all, err := seals(p)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		switch {
		case !s.everywhere() && s.by == nil && (s.trusted || !s.strangers(p.Target)): // a company may trust one authority for its own hosts
		case !s.trusted && s.by != nil && s.by.Kind != checks.InspectorGateway:
			say(p, Scanned, s)
		case !s.trusted && s.known:
			say(p, Partly, s)
		case !s.trusted:
			say(p, Replaced, s)
		case s.private && !slices.Contains(p.Target.Expect.Issuers, s.issuer):
			say(p, Inspected, s)
		}
	}
	return nil, nil
}

func say(p *checks.Pass, code *checks.Code, s *seal) {
	var names []string
	host := s.hosts[0].Host
	for _, h := range s.hosts {
		names = append(names, h.Host)
		if !h.Role.OffWay() {
			host = h.Host
		}
	}
	sure, product := checks.Likely, "an unknown private authority"
	if s.everywhere() {
		sure = checks.Confirmed
	}
	if s.by != nil {
		product = s.by.Name
	}
	f := p.Report(code, sure, checks.Public("host", host), checks.Public("product", product), checks.Text("issuer", s.issuer),
		checks.Count("hosts", len(names)), checks.Public("seen_on", strings.Join(names, ", ")))
	switch {
	case code == Partly || s.by == nil || s.by.Kind == checks.InspectorGateway: // whom the code names
	case s.by.Kind == checks.InspectorAntivirus:
		f.By(checks.OwnerDeviceIT)
	default:
		f.By(checks.OwnerUser) // who installed it
	}
}

// seals groups the hosts by issuer, in a stable order. A chain that ends in a public root which this computer lacks is
// nobody's inspection, unless the issuer is known to inspect: some of them publish lists as public authorities do.
func seals(p *checks.Pass) ([]*seal, error) {
	roots, err := p.World.Roots()
	if err != nil {
		return nil, err
	}
	var all []*seal
	for _, o := range p.Outcomes(version.Check) {
		r, _ := o.Result.(version.Result)
		sent := r.State.PeerCertificates
		judged, _ := p.OutcomeOn(chain.Check, o.Subject)
		if len(sent) == 0 || judged.Found(chain.MissingIntermediate, chain.ExpiredIntermediate) {
			continue
		}
		by := p.Target.Product.Inspector(sent[0].Issuer)
		if by == nil && judged.Found(chain.RootMissing) {
			continue
		}
		trusted := !judged.Found(chain.Untrusted, chain.SelfSigned, chain.RootMissing)
		if judged.Result == nil { // outside its dates; whose it is shows nevertheless
			trusted = tlsq.Public(sent[0]) || tlsq.Verify(roots, sent, "", sent[0].NotBefore.Add(time.Second)) == nil
		}
		s := find(&all, sent[0], trusted)
		s.hosts = append(s.hosts, o.Subject)
		seen, _ := checks.ResultOn[browser.Result](p, browser.Check, o.Subject)
		s.known = s.known || seen.Accepted
		s.private = s.private && (by != nil || !tlsq.Public(sent[0]))
		if s.private && s.by == nil {
			s.by = by
		}
	}
	return all, nil
}

func find(all *[]*seal, leaf *x509.Certificate, trusted bool) *seal {
	name := tlsq.Issuer(leaf)
	for _, s := range *all {
		if s.issuer == name && s.trusted == trusted {
			return s
		}
	}
	s := &seal{issuer: name, trusted: trusted, private: true}
	*all = append(*all, s)
	return s
}

// everywhere reports whether the issuer vouches for hosts of the sign-in and for an unrelated one.
func (s *seal) everywhere() bool {
	control, way := false, false
	for _, h := range s.hosts {
		control = control || h.Role == checks.RoleControl
		way = way || !h.Role.OffWay()
	}
	return control && way
}

// strangers reports whether a private issuer vouches for hosts of the vendor in different domains, which only somebody on
// the way would do: the unrelated hosts may be exempt.
func (s *seal) strangers(t *checks.Target) bool {
	domains := map[string]bool{}
	for _, h := range s.hosts {
		if !h.Role.OffWay() && whose.Vendors(t, h.Host) {
			domains[whose.Domain(h.Host)] = true
		}
	}
	return s.private && len(domains) > 1
}
