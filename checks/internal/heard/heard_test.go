package heard

import (
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

func message(protocol, kind, url string, values ...string) checks.Event {
	m := &checks.Message{Protocol: protocol, Kind: kind, Way: "query", Values: map[string]checks.Secret{}}
	for i := 0; i < len(values); i += 2 {
		m.Values[values[i]] = checks.NewSecret(values[i+1])
	}
	return checks.Event{Kind: checks.EventMessage, URL: url, Message: m}
}

func TestPair(t *testing.T) {
	outer := message("oidc", "request", "https://idp.example/a", "state", "1", "redirect_uri", "https://app.example/cb")
	inner := message("oidc", "request", "https://up.example/a", "state", "2", "redirect_uri", "https://idp.example/cb")
	for name, row := range map[string]struct {
		log  page.Log
		want []string // request and answer, by their hosts
	}{
		"one": {page.Log{outer, message("oidc", "response", "https://app.example/cb", "state", "1")}, []string{"idp.example app.example"}},
		"handed on": {page.Log{outer, inner, message("oidc", "response", "https://idp.example/cb", "state", "2"),
			message("oidc", "response", "https://app.example/cb", "state", "1")}, []string{"idp.example app.example", "up.example idp.example"}},
		"other state, same place": {page.Log{outer, inner, message("oidc", "response", "https://app.example/cb", "state", "9")},
			[]string{"idp.example app.example", "up.example "}},
		"other place, same state": {page.Log{outer, message("oidc", "response", "https://app.example/x", "state", "1")}, []string{"idp.example app.example"}},
		"sent again":              {page.Log{outer, outer}, []string{"idp.example "}},
		"asked anew":              {page.Log{outer, message("oidc", "response", "https://app.example/cb", "state", "1"), outer}, []string{"idp.example app.example", "idp.example "}},
		"not asked":               {page.Log{message("oidc", "response", "https://app.example/cb", "state", "1")}, []string{" app.example"}},
		"another protocol":        {page.Log{message("saml", "request", "https://idp.example/sso", "RelayState", "1")}, nil},
		"answer to nothing known": {page.Log{outer, message("oidc", "response", "https://app.example/y", "code", "c")}, []string{"idp.example app.example"}},
	} {
		var got []string
		for _, x := range pair(row.log, "oidc") {
			pair := " "
			if x.Request != nil {
				pair = page.Host(x.Request.URL) + pair
			}
			if x.Answer != nil {
				pair += page.Host(x.Answer.URL)
			}
			got = append(got, pair)
		}
		if len(got) != len(row.want) {
			t.Errorf("%s: %q, want %q", name, got, row.want)
			continue
		}
		for i := range got {
			if got[i] != row.want[i] {
				t.Errorf("%s: %q, want %q", name, got, row.want)
			}
		}
	}
}

func TestSamePlace(t *testing.T) {
	for _, row := range []struct {
		a, b string
		same bool
	}{
		{"https://app.example/acs?tenant=1", "https://app.example/acs", true},
		{"https://APP.example:443/acs", "https://app.example/acs#x", true},
		{"https://app.example", "https://app.example/", true},
		{"https://app.example/acs", "https://app.example/Acs", false},
		{"https://app.example/acs", "https://app.example/acs/", false},
		{"https://app.example:8443/acs", "https://app.example/acs", false},
		{"http://app.example/acs", "https://app.example/acs", false},
		{"", "https://app.example/", false},
	} {
		if got := SamePlace(row.a, row.b); got != row.same {
			t.Errorf("%s and %s: %t", row.a, row.b, got)
		}
	}
}
