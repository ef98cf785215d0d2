package checks

import (
	"strings"
	"testing"
)

const saml = "urn:oasis:names:tc:SAML:2.0:status:"

var product = &Product{Codes: []ProviderCode{
	{Code: "AADB2C90273", Means: "upstream"}, {Code: "AADSTS50011", Means: "redirect-uri"}, {Code: "AADSTS500113", Means: "other"},
	{Code: "AADSTS50011", Means: "hidden"}, {Code: "access_denied", Means: "denied"}, {Code: "E0000004", Means: "password-wrong"},
	{Code: "MSIS7042", Means: "loop"}, {Code: saml + "Responder", Means: "saml"}, {Code: saml + "NoPassive", Means: "silent"},
}}

func TestCodesIn(t *testing.T) {
	for text, want := range map[string]string{
		"AADB2C90273: invalid response: AADSTS50011: the reply":                   "AADSTS50011 AADB2C90273",
		"error=access_denied&error_description=AADB2C90273":                       "AADB2C90273 access_denied",
		"error=access_denied&error_description=AADB2C90273%3A+AADSTS50011%3a+the": "AADSTS50011 AADB2C90273 access_denied",
		"https://x.example/cb?error=access_denied#":                               "access_denied",
		`{"error":"access_denied","error_uri":"https://x.example/"}`:              "access_denied",
		"Sorry, there was an error : access_denied":                               "access_denied",
		"an error : <strong><em>access_denied</em></strong>":                      "access_denied",
		"Error 403: access_denied":                                                "access_denied",
		"error_subcode=access_denied":                                             "access_denied",
		"the word access_denied alone":                                            "",
		"error=never_heard_of":                                                    "",
		"AADSTS500113 only":                                                       "AADSTS500113",
		"AADSTS999999 has no row":                                                 "AADSTS999999",
		"AADB2C90273 wraps AADSTS999999":                                          "AADSTS999999 AADB2C90273",
		"aadsts50011 in small letters":                                            "AADSTS50011",
		"AADSTS50011 and again AADSTS50011":                                       "AADSTS50011",
		"xaccess_denied_y and XAADSTS50011":                                       "",
		"E0000004 and e0000004":                                                   "E0000004",
		"MSIS7042: The same client browser session":                               "MSIS7042",
		`Value="` + saml + `Responder"><x Value="` + saml + `NoPassive"`:          saml + "NoPassive " + saml + "Responder",
		saml + "NoPassive, " + saml + "Responder":                                 saml + "NoPassive " + saml + "Responder",
		"urn%3Aoasis%3Anames%3Atc%3ASAML%3A2.0%3Astatus%3ANoPassive":              saml + "NoPassive",
		"100 % sure": "",
		"":           "",
	} {
		var got []string
		for _, c := range product.CodesIn(text) {
			got = append(got, c.Code)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestAnEarlierRowHidesALaterOne(t *testing.T) {
	if c, ok := product.Code("aadsts50011"); !ok || c.Means != "redirect-uri" {
		t.Errorf("%+v, %t", c, ok)
	}
	if c, ok := product.Code("AADSTS5001"); ok {
		t.Errorf("found %+v", c)
	}
}

func TestAnUnknownCodeIsItsNumberOnly(t *testing.T) {
	if got := product.CodesIn("AADSTS999999: something"); len(got) != 1 || got[0] != (ProviderCode{Code: "AADSTS999999"}) {
		t.Errorf("%+v", got)
	}
}

// FuzzCodesIn looks for texts that break the reading of remote words.
func FuzzCodesIn(f *testing.F) {
	f.Add("error=access_denied&error_description=AADB2C90273%3A+AADSTS50011")
	f.Fuzz(func(t *testing.T, text string) {
		for _, c := range product.CodesIn(text) {
			if c.Code == "" {
				t.Errorf("%q: a code without a name", text)
			}
		}
	})
}
