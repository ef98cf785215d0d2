package tlsq

import (
	"crypto/x509"
	"time"
)

// Verify judges what a host sent as a program does, at a time of the caller's choice. An empty host leaves the name out.
func Verify(roots *x509.CertPool, sent []*x509.Certificate, host string, at time.Time) error {
	between := x509.NewCertPool()
	for _, c := range sent[1:] {
		between.AddCert(c)
	}
	_, err := sent[0].Verify(x509.VerifyOptions{DNSName: host, Roots: roots, Intermediates: between, CurrentTime: at})
	return err
}

// Public reports whether a leaf looks as if a public authority had issued it: those must log what they issue or say
// where its state can be asked (CA/Browser Forum baseline requirements 7.1.2.7.7, RFC 6962 section 3.3).
func Public(leaf *x509.Certificate) bool {
	for _, e := range leaf.Extensions {
		if e.Id.String() == "1.3.6.1.4.1.11129.2.4.2" {
			return true
		}
	}
	return len(leaf.IssuingCertificateURL) > 0 && len(leaf.OCSPServer)+len(leaf.CRLDistributionPoints) > 0
}

// Own reports whether a certificate signed itself.
func Own(c *x509.Certificate) bool {
	return string(c.RawIssuer) == string(c.RawSubject) && c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil
}

// Issuer names who signed a certificate.
func Issuer(c *x509.Certificate) string {
	switch {
	case c.Issuer.CommonName != "":
		return c.Issuer.CommonName
	case len(c.Issuer.Organization) > 0:
		return c.Issuer.Organization[0]
	}
	return "an unnamed authority"
}
