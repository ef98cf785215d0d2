package chain

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"

	"logindoctor/checks"
)

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// issue signs a certificate for a name and a key; without issuer it signs itself.
func issue(t *testing.T, name string, key *ecdsa.PrivateKey, by *authority, until time.Time) *authority {
	t.Helper()
	if key == nil {
		var err error
		if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(int64(len(name))), Subject: pkix.Name{CommonName: name},
		NotBefore: now.AddDate(-3, 0, 0), NotAfter: until, BasicConstraintsValid: true, IsCA: name != "host.example"}
	if !c.IsCA {
		c.DNSNames = []string{name}
	}
	signer := &authority{c, key}
	if by != nil {
		signer = by
	}
	der, err := x509.CreateCertificate(rand.Reader, c, signer.cert, &key.PublicKey, signer.key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{parsed, key}
}

func pool(all ...*authority) *x509.CertPool {
	p := x509.NewCertPool()
	for _, a := range all {
		p.AddCert(a.cert)
	}
	return p
}

func pass(host string, role checks.Role) *checks.Pass {
	p := checks.NewPass(nil, nil, &checks.Target{}, nil)
	p.Subject = &checks.Subject{Host: host, Role: role}
	return p
}

// The server sends an old cross-signature of a root that everybody has by now.
func TestOldCrossSignature(t *testing.T) {
	old := issue(t, "Old Root", nil, nil, now.AddDate(1, 0, 0))
	root := issue(t, "New Root", nil, nil, now.AddDate(9, 0, 0))
	cross := issue(t, "New Root", root.key, old, now.AddDate(0, 0, -1))
	leaf := issue(t, "host.example", nil, root, now.AddDate(0, 2, 0))
	sent := []*x509.Certificate{leaf.cert, cross.cert}
	p := pass("host.example", checks.RoleWeb)
	if !conclude(t.Context(), p, sighting{sent, pool(root, old), now}, nil) {
		t.Error("the connection is not used although a way to a root exists")
	}
	if len(p.Findings) != 1 || p.Findings[0].Code != OldCrossSign {
		t.Errorf("findings %v", p.Findings)
	}
	p = pass("host.example", checks.RoleWeb)
	if conclude(t.Context(), p, sighting{sent, pool(old), now}, nil) {
		t.Error("the connection is used although the only way has ended")
	}
	if len(p.Findings) != 1 || p.Findings[0].Code != ExpiredIntermediate {
		t.Errorf("findings %v", p.Findings)
	}
}

func TestMisnamed(t *testing.T) {
	root := issue(t, "Root", nil, nil, now.AddDate(9, 0, 0))
	s := sighting{[]*x509.Certificate{issue(t, "host.example", nil, root, now.AddDate(0, 2, 0)).cert}, pool(root), now}
	for _, test := range []struct {
		name    string
		host    string
		role    checks.Role
		aliases []string
		want    *checks.Code
		owner   checks.Owner
	}{
		{"alias of the vendor", "help.customer.example", checks.RolePortal, []string{"host.example"}, VanityName, checks.OwnerPSAAdmin},
		{"alias of somebody else", "help.customer.example", checks.RolePortal, []string{"parked.example"}, WrongName, checks.OwnerPSAAdmin},
		{"no portal", "psa.customer.example", checks.RoleWeb, []string{"host.example"}, WrongName, checks.OwnerPSAAdmin},
		{"a www that nobody serves", "www.host.example", checks.RoleWeb, nil, WrongName, checks.OwnerUser},
	} {
		p := pass(test.host, test.role)
		code := s.misnamed(p, test.aliases)
		report(p, s, code, checks.Confirmed, nil)
		if code != test.want || p.Findings[0].Owner != test.owner {
			t.Errorf("%s: %s by %s, want %s by %s", test.name, code.ID, p.Findings[0].Owner, test.want.ID, test.owner)
		}
	}
}
