package way

import (
	"errors"
	"net/url"
	"testing"

	"logindoctor/checks"
)

var product = &checks.Product{
	Hosts:   []checks.GlobalHost{{Host: "auth.vendor.example", Role: checks.RoleIDP}, {Host: "home.vendor.example", Role: checks.RoleHome}},
	Regions: []checks.Region{{ID: "na", Web: "na.psa-service.example", API: "api-na.psa-service.example"}},
	Identity: []checks.IdentityKind{
		{Kind: "entra", Host: "login.directory.example"}, {Kind: "okta", Host: "*.okta.example"},
		{Kind: "b2c", Path: "/b2c_1"}, {Kind: "saml", Host: "*.psa-service.example", Path: "/auth/"},
	},
	Domains: []checks.Domain{{Name: "psa-service.example"}, {Name: "vendor.example"}},
	Codes: []checks.ProviderCode{
		{Code: "AADB2C90273", Means: "upstream"}, {Code: "AADSTS50011", Means: "redirect-uri"},
		{Code: "AADSTS50076", Means: "interrupt"}, {Code: "access_denied", Means: "denied"},
	},
}

func TestKind(t *testing.T) {
	for _, row := range []struct{ host, path, want string }{
		{"login.directory.example", "/x", "entra"}, {"a.okta.example", "/", "okta"}, {"okta.example", "/", "okta"},
		{"evilokta.example", "/", ""}, {"any.example", "/t/B2C_1_signin/oauth2", "b2c"},
		{"na.psa-service.example", "/v1/auth/acme/Acs", "saml"}, {"na.psa-service.example", "/", ""},
	} {
		got := ""
		if k := Kind(product, row.host, row.path); k != nil {
			got = k.Kind
		}
		if got != row.want {
			t.Errorf("%s%s: %q, want %q", row.host, row.path, got, row.want)
		}
	}
}

func TestResembles(t *testing.T) {
	for host, want := range map[string]string{
		"na.psa-service.example":         "",
		"na.psa-servlce.example":         "psa-service.example",
		"psaservice.example":             "psa-service.example",
		"cloud.psa-service.example.evil": "psa-service.example",
		"sts.acme.example":               "",
		"x":                              "",
		"":                               "",
	} {
		if got := Resembles(product, host); got != want {
			t.Errorf("%q: %q, want %q", host, got, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	for text, want := range map[string]string{
		"AADB2C90273: invalid response: AADSTS50011: the reply": "AADSTS50011",
		"AADB2C90273: invalid response: AADSTS50076: factor":    "AADSTS50076",
		"AADSTS50076: factor": "",
		"AADSTS999999":        "AADSTS999999",
		"error=access_denied": "access_denied",
		"":                    "",
	} {
		got := ""
		if found := Refusals(product, text); len(found) > 0 {
			got = found[0].Code
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestSubject(t *testing.T) {
	own := &checks.Subject{Host: "na.psa-service.example", Port: 443, Role: checks.RoleWeb, Path: "/"}
	way := &checks.Pathway{Subjects: []*checks.Subject{own}}
	p := &checks.Pass{Pathway: way, Target: &checks.Target{Product: product, Pathways: []*checks.Pathway{way}}}
	for address, want := range map[string]checks.Role{
		"https://NA.psa-service.example./x": checks.RoleWeb, "https://home.vendor.example/": checks.RoleHome,
		"https://api-na.psa-service.example/": checks.RoleAPI, "https://sts.acme.example:8443/adfs": checks.RoleIDP,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if s := Subject(p, u); s.Role != want {
			t.Errorf("%s: %s, want %s", address, s.Role, want)
		}
	}
	u, _ := url.Parse("https://na.psa-service.example/other")
	if Subject(p, u) != own {
		t.Error("the pathway's own subject is not found again")
	}
}

func TestStartThatNobodyCanFill(t *testing.T) {
	p := &checks.Pass{Pathway: &checks.Pathway{ID: "desk", Start: "https://na.psa-service.example/{codebase}/"}}
	var skip *checks.SkipError
	if u, err := Start(p); !errors.As(err, &skip) {
		t.Errorf("%v, %v", u, err)
	}
}

func TestKnown(t *testing.T) {
	target := &checks.Target{Product: product}
	for host, want := range map[string]bool{
		"auth.vendor.example": true, "x.psa-service.example": true, "a.okta.example": true, "sts.acme.example": false,
		"psa-service.example.evil": false,
	} {
		if got := Known(target, host); got != want {
			t.Errorf("%s: %t", host, got)
		}
	}
}
