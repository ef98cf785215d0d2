package saml

import (
	"crypto/x509"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/russellhaering/goxmldsig/etreeutils"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

// soon is how long before its end a certificate is worth a word: providers and applications need to agree on the next one.
const soon = 30 * 24 * time.Hour

// publishes judges the provider's metadata, SAML 2.0 Metadata 2.
func (j judge) publishes() {
	name := issuer(j.response)
	if j.provider == nil {
		j.Say(MetadataUnseen, checks.Confirmed, checks.Public("name", orNone(page.Text(name, 200))))
		return
	}
	if own := attr(j.provider, "entityID"); own != name {
		j.Say(MetadataOther, checks.Confirmed, checks.Public("said", page.Text(own, 200)), checks.Public("name", page.Text(name, 200)))
	}
	for _, e := range []*etree.Element{j.provider, find(j.provider, "./IDPSSODescriptor")} {
		if at, ok := when(e, "validUntil"); ok && j.Now.After(at) {
			j.Say(MetadataEnded, j.Sure, checks.Span("off", j.Now.Sub(at)))
			break
		}
	}
	keys := j.keys()
	if len(keys) == 0 {
		j.Say(NoSigningKey, checks.Confirmed)
	}
	for _, c := range keys {
		switch {
		case j.Now.After(c.NotAfter):
			j.Say(CertificateEnded, j.Sure, checks.Span("off", j.Now.Sub(c.NotAfter)), checks.Public("end", c.NotAfter.UTC().Format(time.DateOnly)))
		case j.Now.After(c.NotAfter.Add(-soon)):
			j.Say(CertificateEnding, j.Sure, checks.Span("rest", c.NotAfter.Sub(j.Now)), checks.Public("end", c.NotAfter.UTC().Format(time.DateOnly)))
		}
	}
}

// keys are the certificates for signing in the provider's metadata; one without a use is for signing as well.
func (j judge) keys() []*x509.Certificate {
	var keys []*x509.Certificate
	for _, d := range all(j.provider, "./IDPSSODescriptor/KeyDescriptor") {
		if attr(d, "use") == "encryption" {
			continue
		}
		if c := certificate(d); c != nil {
			keys = append(keys, c)
		}
	}
	return keys
}

func certificate(in *etree.Element) *x509.Certificate {
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text(in, ".//X509Certificate")), ""))
	if err != nil {
		return nil
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil
	}
	return c
}

// signature judges who signed the assertion, or the response around it, with the first thing that is wrong.
func (j judge) signature(a *etree.Element) {
	signed := a
	s := find(a, "./Signature")
	if s == nil {
		signed, s = j.response, find(j.response, "./Signature")
	}
	if s == nil {
		if find(j.response, ".//Signature") != nil {
			j.Say(SignatureAside, checks.Confirmed)
		} else {
			j.Say(Unsigned, checks.Confirmed)
		}
		return
	}
	if to := attr(find(s, "./SignedInfo/Reference"), "URI"); to != "" && to != "#"+attr(signed, "ID") {
		j.Say(SignatureAside, checks.Confirmed)
		return
	}
	method := attr(find(s, "./SignedInfo/SignatureMethod"), "Algorithm")
	if strings.HasSuffix(method, "sha1") || strings.HasSuffix(attr(find(s, "./SignedInfo/Reference/DigestMethod"), "Algorithm"), "sha1") {
		j.Say(WeakSignature, checks.Confirmed, checks.Public("algorithm", page.Text(short(method), 40)))
	}
	keys := j.keys()
	by := certificate(s)
	switch {
	case by != nil && refutes(signed, by):
		j.Say(SignatureWrong, checks.Confirmed, checks.Public("algorithm", page.Text(short(method), 40)))
	case by != nil && len(keys) > 0 && !slices.ContainsFunc(keys, func(k *x509.Certificate) bool { return sameKey(k, by) }):
		j.Say(CertificateChanged, checks.Confirmed, checks.Public("signed_until", by.NotAfter.UTC().Format(time.DateOnly)),
			checks.Public("published_until", keys[0].NotAfter.UTC().Format(time.DateOnly)))
	case by == nil && len(keys) > 0 && !slices.ContainsFunc(keys, func(k *x509.Certificate) bool { return !refutes(signed, k) }):
		j.Say(SignatureWrong, checks.Confirmed, checks.Public("algorithm", page.Text(short(method), 40)))
	}
}

// sameKey reports whether two certificates are for one key; renewing only the dates changes nothing for a signature.
func sameKey(a, b *x509.Certificate) bool {
	return slices.Equal(a.RawSubjectPublicKeyInfo, b.RawSubjectPublicKeyInfo)
}

// refutes reports whether the signature of an element is not that of a certificate's key, whatever the dates of the certificate.
// Of an algorithm that the library does not have nothing is said.
func refutes(signed *etree.Element, by *x509.Certificate) bool {
	around, err := etreeutils.NSBuildParentContext(signed)
	if err != nil {
		return false
	}
	alone, err := etreeutils.NSDetatch(around, signed)
	if err != nil {
		return false
	}
	if info := find(alone, "./Signature/KeyInfo"); info != nil {
		info.Parent().RemoveChild(info) // it is not signed, may name the key in ways that the library does not read, and the key is known
	}
	c := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{by}})
	c.Clock = dsig.NewFakeClockAt(by.NotBefore.Add(by.NotAfter.Sub(by.NotBefore) / 2))
	_, err = c.Validate(alone)
	return err != nil && !strings.HasPrefix(err.Error(), "Unknown ") && !strings.HasPrefix(err.Error(), "invalid CanonicalizationMethod")
}
