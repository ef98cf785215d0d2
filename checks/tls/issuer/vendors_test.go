package issuer_test

import (
	"fmt"
	"slices"
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/checktest"
	"logindoctor/checks/tls/issuer"
	"logindoctor/fixtures"
)

// TestVendors meets certificates of known products, and of a company of its own, on real sockets.
func TestVendors(t *testing.T) {
	for _, row := range []struct {
		issuer, product string
		code            *checks.Code
		owner           checks.Owner
	}{
		{"CN=Zscaler Intermediate Root CA (zscalerthree.net),O=Zscaler Inc.", "Zscaler", issuer.Replaced, checks.OwnerNetwork},
		{"CN=ca.acme.goskope.com,O=Acme", "Netskope", issuer.Replaced, checks.OwnerNetwork},
		{"CN=Kaspersky Anti-Virus Personal Root Certificate,O=AO Kaspersky Lab", "Kaspersky", issuer.Scanned, checks.OwnerDeviceIT},
		{"CN=Charles Proxy CA (2 Jan 2026 desk)", "Charles", issuer.Scanned, checks.OwnerUser},
		{"CN=Acme Web Security", "an unknown private authority", issuer.Replaced, checks.OwnerNetwork},
	} {
		t.Run(row.product, func(t *testing.T) {
			t.Parallel()
			world := fmt.Sprintf("Somebody signs for everybody.\n-- world --\ntls * ca private %q\n-- run --\n--pathway api --level quick\n-- want --\nprimary none\n", row.issuer)
			s, err := fixtures.Parse("vendor.txtar", []byte(world))
			if err != nil {
				t.Fatal(err)
			}
			run, _ := checktest.Apply(t, s, checktest.Closure(issuer.Check))
			for _, n := range run.Nodes {
				for _, f := range n.Findings {
					if n.Check == issuer.Check && f.Code == row.code && f.Owner == row.owner &&
						slices.ContainsFunc(f.Evidence, func(e checks.Evidence) bool { return e.Key == "product" && e.Value == row.product }) {
						return
					}
				}
			}
			t.Errorf("no finding %s by %s for %s\n%s", row.code.ID, row.product, row.owner, checktest.Table(run))
		})
	}
}
