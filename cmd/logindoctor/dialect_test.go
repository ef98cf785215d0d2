package main

import (
	"slices"
	"strings"
	"testing"

	"logindoctor/fixtures"
)

// spokenTwice are the faults that a provider of the vendor words or brings about. The catalogue speaks of B2C, the vendor's
// own provider is of another kind: each must be found at both.
const spokenTwice = `sso-redirect-uri-mismatch sso-client-unknown sso-federated-idp-down sso-federated-secret-expired
sso-account-not-found sso-account-locked sso-account-disabled sso-jwks-rotated sso-state-cookie-lost sso-throttled
sso-grant-expired-or-revoked sso-wrong-password sso-conditional-access-block sso-user-not-assigned sso-authority-unreachable
sso-discovery-invalid sso-login-loop mfa-totp-device-clock mfa-totp-wrong-secret mfa-retries-exhausted mfa-sms-not-delivered
mfa-enrolment-required mfa-interaction-required mfa-service-unavailable browser-idp-cdn-blocked browser-samesite-form-post
vendor-outage-idp`

func TestFaultsOfBothKindsOfProvider(t *testing.T) {
	all, err := allScenarios()
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range strings.Fields(spokenTwice) {
		for _, kind := range []string{"b2c", "identityserver"} {
			if !slices.ContainsFunc(all, func(s *fixtures.Scenario) bool { return wants(s, fault) && kindOf(s) == kind }) {
				t.Errorf("%s: no scenario at a provider of kind %s", fault, kind)
			}
		}
	}
}

func wants(s *fixtures.Scenario, alias string) bool {
	return slices.ContainsFunc(slices.Concat(s.Want.Primary, s.Want.Also), func(m fixtures.Mention) bool { return m.Code == alias })
}

// kindOf is the kind of the vendor's provider in a scenario.
func kindOf(s *fixtures.Scenario) string {
	for _, l := range s.World {
		if kind, ok := strings.CutPrefix(l.String(), "idp kind "); ok {
			return kind
		}
	}
	return "identityserver"
}

func TestEveryDialectIsScored(t *testing.T) {
	all, err := allScenarios()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, s := range all {
		if names[s.Name] {
			t.Errorf("%s is there twice", s.Name)
		}
		names[s.Name] = true
	}
	s, _, err := scenario("login.staff/shut@b2c")
	if err != nil || kindOf(s) != "b2c" || !names[s.Name] {
		t.Errorf("%v, %v", s, err)
	}
	if _, _, err := scenario("login.staff/shut@other"); err == nil {
		t.Error("a dialect that is not there was found")
	}
}
