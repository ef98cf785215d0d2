package chain

import (
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"slices"
)

// broken are signature algorithms that no current client accepts in a chain; a root signs itself and is exempt.
var broken = []x509.SignatureAlgorithm{x509.MD2WithRSA, x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1}

// weak returns the first certificate of the chain whose signature proves nothing any more, nil if there is none.
func (s sighting) weak() *x509.Certificate {
	i := slices.IndexFunc(s.sent, func(c *x509.Certificate) bool {
		root := c.IsCA && string(c.RawIssuer) == string(c.RawSubject)
		return !root && slices.Contains(broken, c.SignatureAlgorithm)
	})
	if i < 0 {
		return nil
	}
	return s.sent[i]
}

// shortest is the length in bits below which Apple's systems refuse an RSA key, https://support.apple.com/en-us/103769.
const shortest = 2048

// short returns the length of the host's RSA key if it is too short for some clients, else 0.
func (s sighting) short() int {
	key, ok := s.sent[0].PublicKey.(*rsa.PublicKey)
	if !ok || key.N.BitLen() >= shortest {
		return 0
	}
	return key.N.BitLen()
}

// unfit tells which rule of RFC 5280 an otherwise trusted chain breaks, "" if none.
func unfit(err error) string {
	var bad x509.CertificateInvalidError
	if !errors.As(err, &bad) {
		return ""
	}
	switch bad.Reason {
	case x509.IncompatibleUsage, x509.CANotAuthorizedForExtKeyUsage:
		return "it is not made for servers"
	case x509.CANotAuthorizedForThisName, x509.UnconstrainedName, x509.NameConstraintsWithoutSANs:
		return "its issuer may not sign for this name"
	case x509.NotAuthorizedToSign, x509.TooManyIntermediates:
		return "its issuer may not sign certificates of hosts"
	}
	return ""
}
