package whose_test

import (
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/internal/whose"
)

func TestHost(t *testing.T) {
	target := &checks.Target{Product: &checks.Product{
		Regions: []checks.Region{{Web: "na.service.example", API: "api-na.service.example"}},
		Hosts:   []checks.GlobalHost{{Host: "auth.vendor.example"}, {Host: "short.example"}, {Host: "vendor.co.uk"}},
		Domains: []checks.Domain{{Name: "provider.example"}, {Name: "portals.example"}},
	}}
	for _, test := range []struct {
		host string
		role checks.Role
		want checks.Owner
	}{
		{"na.service.example", checks.RoleWeb, checks.OwnerVendor},
		{"new.service.example", checks.RoleWeb, checks.OwnerVendor},
		{"auth.vendor.example", checks.RoleIDP, checks.OwnerVendor},
		{"other.example", checks.RoleIDP, checks.OwnerIdentity}, // "example" above short.example is nobody's
		{"login.provider.example", checks.RoleIDP, checks.OwnerIDPVendor},
		{"psa.customer.example", checks.RoleWeb, checks.OwnerPSAAdmin},
		{"help.customer.example", checks.RolePortal, checks.OwnerPSAAdmin},
		{"acme.portals.example", checks.RolePortal, checks.OwnerVendor},
		{"na.service.example", checks.RoleControl, checks.OwnerNetwork},
		{"proxy.customer.example", checks.RoleProxy, checks.OwnerNetwork},
		{"shop.co.uk", checks.RoleIDP, checks.OwnerIdentity},
	} {
		if got := whose.Host(target, &checks.Subject{Host: test.host, Role: test.role}); got != test.want {
			t.Errorf("%s as %s: %s, want %s", test.host, test.role, got, test.want)
		}
	}
}
