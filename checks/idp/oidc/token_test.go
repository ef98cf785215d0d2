package oidc

import (
	"encoding/base64"
	"testing"

	"logindoctor/checks"
)

func TestReadToken(t *testing.T) {
	b := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	for name, row := range map[string]struct {
		raw  string
		want string // issuer and audiences
		ok   bool
	}{
		"one audience":  {b(`{"alg":"RS256"}`) + "." + b(`{"iss":"i","aud":"a","iat":1.5}`) + ".x", "i a", true},
		"two audiences": {b(`{"alg":"RS256"}`) + "." + b(`{"iss":"i","aud":["a","b"]}`) + ".x", "i a b", true},
		"wrong type":    {b(`{"alg":"RS256"}`) + "." + b(`{"iss":7}`) + ".x", "", false},
		"encrypted":     {"a.b.c.d.e", "", false},
		"no token":      {"hello", "", false},
		"padded":        {"eyJhbGciOiJub25lIn0=.e30=.", "", false},
	} {
		read, ok := readToken(row.raw)
		got := read.claims.Issuer
		for _, a := range read.claims.Audience {
			got += " " + a
		}
		if ok != row.ok || ok && got != row.want {
			t.Errorf("%s: %q %t, want %q %t", name, got, ok, row.want, row.ok)
		}
	}
}

func TestOtherParty(t *testing.T) {
	for name, row := range map[string]struct {
		client, party string
		audience      audience
		want          string
		sure          checks.Certainty
	}{
		"the client":                {"a", "a", audience{"a", "b"}, "", checks.Confirmed},
		"somebody else":             {"a", "b", audience{"a"}, "b", checks.Confirmed},
		"nobody, one audience":      {"a", "", audience{"a"}, "", checks.Confirmed},
		"nobody, several audiences": {"a", "", audience{"a", "b"}, "none", checks.Likely},
		"client not known":          {"", "b", audience{"a", "b"}, "", checks.Confirmed},
	} {
		var read token
		read.claims.Party, read.claims.Audience = row.party, row.audience
		if got, sure := read.otherParty(row.client); got != row.want || sure != row.sure {
			t.Errorf("%s: %q %v, want %q %v", name, got, sure, row.want, row.sure)
		}
	}
}

// TestHalf holds the example of OpenID Connect Core 1.0, appendix A.3 and A.4.
func TestHalf(t *testing.T) {
	if got := half("RS256", "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"); got != "77QmUPtjPfzWtF2AnpK9RQ" {
		t.Errorf("at_hash %s", got)
	}
	if got := half("RS256", "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"); got != "LDktKdoQak3Pk0cnXxCltA" {
		t.Errorf("c_hash %s", got)
	}
}

func FuzzReadToken(f *testing.F) {
	f.Add("eyJhbGciOiJub25lIn0.eyJpc3MiOiJpIiwiYXVkIjpbXSwiZXhwIjoxZTMwOH0.")
	f.Add("..")
	f.Fuzz(func(t *testing.T, raw string) {
		if read, ok := readToken(raw); ok {
			_ = read.claims.Expires.time()
			_ = verifies(raw, nil)
		}
	})
}
