package discovery

import (
	"net/http"
	"strings"
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/internal/hops"
)

func TestBase(t *testing.T) {
	for path, want := range map[string]string{
		"/connect/authorize": "", "/core/connect/authorize": "/core", "/tenant/oauth2/v2.0/authorize": "/tenant/v2.0",
		"/tenant/oauth2/authorize": "/tenant", "/": "", "/account/login": "",
	} {
		if got := Base(path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func TestRules(t *testing.T) {
	p := &checks.Pass{Subject: &checks.Subject{Host: "idp.example", Port: 443}}
	good := `{"issuer":"https://idp.example","authorization_endpoint":"https://idp.example/a","jwks_uri":"https://keys.example/k"}`
	for _, row := range []struct {
		name   string
		status int
		body   string
		kind   string
		rule   string
	}{
		{"good", 200, good, "identityserver", ""},
		{"issuer of a tenant", 200, strings.Replace(good, "idp.example\"", "idp.example/t/v2.0\"", 1), "oidc", ""},
		{"status", 500, good, "identityserver", "its status must be 200"},
		{"page", 200, "<html></html>", "identityserver", "it must be JSON, not a web page"},
		{"broken", 200, `{"issuer":`, "identityserver", "it must be JSON"},
		{"empty", 200, `{}`, "identityserver", "issuer, authorization_endpoint and jwks_uri must be present"},
		{"http", 200, strings.Replace(good, "https://keys", "http://keys", 1), "identityserver", "every address in it must be https"},
		{"other issuer", 200, strings.Replace(good, "https://idp.example\"", "https://other.example\"", 1), "identityserver", "the issuer must be on idp.example"},
		{"other issuer of Entra", 200, strings.Replace(good, "https://idp.example\"", "https://sts.example/\"", 1), "entra", ""},
	} {
		r, rule := read(&hops.Exchange{Status: row.status, Header: http.Header{}, Body: []byte(row.body)})
		if rule == "" {
			rule = promises(p, r, row.kind)
		}
		if rule != row.rule {
			t.Errorf("%s: %q, want %q", row.name, rule, row.rule)
		}
	}
}
