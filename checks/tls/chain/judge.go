package chain

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ocsp"

	"logindoctor/checks"
	"logindoctor/checks/dns/answers"
	"logindoctor/checks/internal/plain"
	"logindoctor/checks/internal/tlsq"
	"logindoctor/checks/internal/whose"
)

// conclude reports at most one fault that stops programs and tells whether the connection may be used.
func conclude(ctx context.Context, p *checks.Pass, s sighting, staple []byte) bool {
	host := p.Subject.Host
	err := s.verify()
	switch {
	case err != nil:
		code, sure := s.untrusted(ctx, p.World, err)
		report(p, s, code, sure, err)
		return false
	case s.sent[0].VerifyHostname(host) != nil:
		known, _ := checks.ResultOf[answers.Result](p, answers.Check)
		report(p, s, s.misnamed(p, known.Names), checks.Confirmed, s.sent[0].VerifyHostname(host))
		return false
	case s.revoked(staple):
		report(p, s, Revoked, checks.Confirmed, nil)
		return false
	}
	if len(s.ended()) > 0 && !p.Subject.Role.OffWay() {
		report(p, s, OldCrossSign, checks.Confirmed, nil)
	}
	if s.short() > 0 && !p.Subject.Role.OffWay() {
		report(p, s, ShortKey, checks.Confirmed, nil)
	}
	return true
}

// untrusted tells why nothing leads to an authority that this computer trusts.
func (s sighting) untrusted(ctx context.Context, w checks.World, err error) (*checks.Code, checks.Certainty) {
	leaf := s.sent[0]
	switch {
	case len(s.ended()) > 0 && s.once():
		return ExpiredIntermediate, checks.Confirmed
	case s.weak() != nil:
		return WeakSignature, checks.Confirmed
	case unfit(err) != "":
		return Unfit, checks.Confirmed
	case tlsq.Own(leaf):
		return SelfSigned, checks.Confirmed
	}
	if more := s.fetch(ctx, w); len(more) > 0 && s.verify(more...) == nil {
		return MissingIntermediate, checks.Confirmed
	}
	switch {
	case tlsq.Public(leaf) && len(s.sent) == 1:
		return MissingIntermediate, checks.Likely
	case tlsq.Public(leaf):
		return RootMissing, checks.Likely
	}
	return Untrusted, checks.Likely
}

// ended are the authorities in the chain whose time is over.
func (s sighting) ended() []*x509.Certificate {
	return slices.DeleteFunc(slices.Clone(s.sent[1:]), func(c *x509.Certificate) bool { return !s.now.After(c.NotAfter) })
}

// once reports whether the authority that ended led to a trusted one before. The certificates that it signed may be younger:
// an authority that was signed anew keeps its key.
func (s sighting) once() bool {
	ended := s.ended()[0]
	at := slices.Index(s.sent, ended)
	signed := slices.ContainsFunc(s.sent[:at], func(c *x509.Certificate) bool { return c.CheckSignatureFrom(ended) == nil })
	return signed && tlsq.Verify(s.roots, s.sent[at:], "", ended.NotAfter.Add(-time.Second)) == nil
}

const (
	deepest = 3       // certificates fetched one after the other
	largest = 1 << 14 // bytes of one
)

// fetch gets the authorities that the last certificate of the chain names, as browsers do (RFC 5280 section 4.2.2.1).
func (s sighting) fetch(ctx context.Context, w checks.World) []*x509.Certificate {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var more []*x509.Certificate
	last := s.sent[len(s.sent)-1]
	for range deepest {
		next := fetchOne(ctx, w, last)
		if next == nil || last.CheckSignatureFrom(next) != nil {
			break
		}
		more, last = append(more, next), next
	}
	return more
}

func fetchOne(ctx context.Context, w checks.World, c *x509.Certificate) *x509.Certificate {
	for _, at := range c.IssuingCertificateURL {
		if !strings.HasPrefix(at, "http://") {
			continue
		}
		page, err := plain.Get(ctx, w, at)
		if err != nil || page.Status != 200 || len(page.Body) > largest {
			continue
		}
		der := page.Body
		if block, _ := pem.Decode(der); block != nil {
			der = block.Bytes
		}
		if found, err := x509.ParseCertificate(der); err == nil {
			return found
		}
	}
	return nil
}

// misnamed tells a portal under the customer's name, for which only the vendor's certificate is there, from any other mix-up.
func (s sighting) misnamed(p *checks.Pass, aliases []string) *checks.Code {
	if p.Subject.Role != checks.RolePortal || whose.Host(p.Target, p.Subject) != checks.OwnerPSAAdmin {
		return WrongName
	}
	vendors := func(name string) bool {
		portal := &checks.Subject{Host: strings.TrimPrefix(name, "*."), Role: checks.RolePortal}
		return whose.Host(p.Target, portal) == checks.OwnerVendor
	}
	aliased := func(a string) bool { return s.sent[0].VerifyHostname(a) == nil }
	if slices.ContainsFunc(aliases, aliased) || slices.ContainsFunc(s.sent[0].DNSNames, vendors) {
		return VanityName
	}
	return WrongName
}

// revoked reads the issuer's word that came with the handshake. A word that is not the issuer's counts as none.
func (s sighting) revoked(staple []byte) bool {
	if len(staple) == 0 || len(s.sent) < 2 {
		return false
	}
	said, err := ocsp.ParseResponseForCert(staple, s.sent[0], s.sent[1])
	return err == nil && said.Status == ocsp.Revoked
}

func report(p *checks.Pass, s sighting, code *checks.Code, sure checks.Certainty, err error) {
	leaf, last := s.sent[0], s.sent[len(s.sent)-1]
	ended := last
	if e := s.ended(); len(e) > 0 {
		ended = e[0]
	}
	ev := []checks.Evidence{checks.Public("host", p.Subject.Host), checks.Text("issuer", tlsq.Issuer(leaf)), checks.Text("top", tlsq.Issuer(last)),
		checks.Text("names", covers(leaf)), checks.Text("subject", leaf.Subject.String()), checks.Count("sent", len(s.sent)),
		checks.Public("until", ended.NotAfter.UTC().Format(time.DateOnly)), checks.Text("authority", ended.Subject.CommonName)}
	switch code {
	case WeakSignature:
		weak := s.weak()
		ev = append(ev, checks.Public("algorithm", weak.SignatureAlgorithm.String()), checks.Text("signed", weak.Subject.CommonName))
	case ShortKey:
		ev = append(ev, checks.Count("bits", s.short()), checks.Count("shortest", shortest))
	case Unfit:
		ev = append(ev, checks.Public("rule", unfit(err)))
	}
	if err != nil {
		ev = append(ev, checks.Text("error", err.Error()))
	}
	f := p.Report(code, sure, ev...)
	if f.Owner == checks.OwnerUndetermined {
		f.By(owner(p, s, code))
	}
}

// owner is who runs the host, unless the user wrote a www that nobody serves.
func owner(p *checks.Pass, s sighting, code *checks.Code) checks.Owner {
	if short, ok := strings.CutPrefix(p.Subject.Host, "www."); ok && code == WrongName && s.sent[0].VerifyHostname(short) == nil {
		return checks.OwnerUser
	}
	return whose.Host(p.Target, p.Subject)
}

// covers lists the names of a certificate, the first few of them.
func covers(c *x509.Certificate) string {
	names := c.DNSNames
	if len(names) == 0 {
		return "no name"
	}
	if len(names) > 5 {
		names = append(names[:5:5], "…")
	}
	return strings.Join(names, ", ")
}
