package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"logindoctor/checks"
)

func TestEar(t *testing.T) {
	const ask = "https://idp.test/authorize?client_id=desk&response_type=code&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&state=s1&scope=openid"
	for name, row := range map[string]struct{ before, method, address, form, want string }{
		"request":                 {"", "GET", ask, "", "oidc request query client_id redirect_uri response_type scope state"},
		"pushed request":          {"", "GET", "https://idp.test/a?client_id=desk&request_uri=urn%3Ax", "", "oidc request query client_id request_uri"},
		"answer":                  {ask, "GET", "https://app.test/cb?code=c&state=s1&iss=i", "", "oidc response query code iss state"},
		"answer without thread":   {ask, "GET", "https://app.test/cb?code=c", "", "oidc response query code"},
		"answer elsewhere":        {ask, "GET", "https://other.test/cb?code=c&state=s1", "", "oidc response query code state"},
		"answer in the fragment":  {ask, "GET", "https://app.test/cb#id_token=t&state=s1", "", "oidc response fragment id_token state"},
		"answer as a form":        {ask, "POST", "https://app.test/cb", "code=c&state=s1&junk=1", "oidc response form code state"},
		"refusal":                 {ask, "GET", "https://app.test/cb?error=access_denied&error_description=no&state=s1", "", "oidc response query error error_description state"},
		"nobody asked":            {"", "GET", "https://app.test/cb?code=c&state=s9", "", "oidc response query code state"},
		"one-time code":           {ask, "POST", "https://idp.test/factor", "code=123456&state=p7", ""},
		"one-time code, unasked":  {"", "POST", "https://idp.test/factor", "code=123456&state=p7", ""},
		"page with an error":      {ask, "GET", "https://idp.test/sorry?error=x", "", ""},
		"token request":           {"", "POST", "https://idp.test/token", "client_id=a&code=c&grant_type=authorization_code&state=x", ""},
		"SAML request":            {"", "GET", "https://idp.test/sso?SAMLRequest=a&RelayState=b&SigAlg=c&Signature=d", "", "saml request query RelayState SAMLRequest SigAlg Signature"},
		"SAML response":           {"", "POST", "https://app.test/acs", "SAMLResponse=a%2Bb&RelayState=b", "saml response form RelayState SAMLResponse"},
		"password":                {"", "POST", "https://idp.test/login", "user=a&password=b", ""},
		"no address":              {"", "GET", "about:blank", "", ""},
		"fragment that is a name": {ask, "GET", "https://app.test/cb#code", "", "oidc response fragment code"},
	} {
		var ear Ear
		if row.before != "" {
			ear.Hear("GET", row.before, "")
		}
		e, ok := ear.Hear(row.method, row.address, row.form)
		got := ""
		if ok {
			got = e.Message.Protocol + " " + e.Message.Kind + " " + e.Message.Way
			for _, k := range []string{"RelayState", "SAMLRequest", "SAMLResponse", "SigAlg", "Signature", "client_id", "code", "error",
				"error_description", "id_token", "iss", "redirect_uri", "request_uri", "response_type", "scope", "state"} {
				if _, there := e.Message.Values[k]; there {
					got += " " + k
				}
			}
			if strings.ContainsAny(e.URL, "?#") {
				t.Errorf("%s: the address holds parameters: %s", name, e.URL)
			}
		}
		if got != row.want {
			t.Errorf("%s: %q, want %q", name, got, row.want)
		}
	}
}

func TestEventCarriesAMessageOverThePipeOnly(t *testing.T) {
	var ear Ear
	sent, _ := ear.Hear("POST", "https://app.test/acs", "SAMLResponse=hunter22&RelayState=r")
	sent.V = checks.EventVersion
	var wire bytes.Buffer
	to := json.NewEncoder(&wire)
	if err := WriteEvent(to, 3, sent); err != nil {
		t.Fatal(err)
	}
	if err := WriteEvent(to, 3, checks.Event{V: checks.EventVersion, Kind: checks.EventEnd}); err != nil {
		t.Fatal(err)
	}
	var got Log
	if err := Read(&wire, func(_ int, e checks.Event) { got = append(got, e) }); err != nil {
		t.Fatal(err)
	}
	if m := got[0].Message; m == nil || m.Values["SAMLResponse"].Reveal() != "hunter22" || len(m.Values) != 2 {
		t.Fatalf("got %+v", got[0])
	}
	plain, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if said := string(plain) + fmt.Sprintf("%+v %+v", got, *got[0].Message); strings.Contains(said, "hunter22") {
		t.Errorf("the message is printed: %s", said)
	}
}

func FuzzEar(f *testing.F) {
	f.Add("GET", "https://a.test/?client_id=x&response_type=code&state=s&redirect_uri=https://b.test/", "")
	f.Add("POST", "https://a.test/#id_token=x", "SAMLResponse=%zz&state=1")
	f.Fuzz(func(t *testing.T, method, address, form string) {
		var ear Ear
		e, ok := ear.Hear(method, address, form)
		if ok && (e.Message == nil || e.Message.Kind == "" || strings.ContainsAny(e.URL, "?#")) {
			t.Fatalf("heard %+v", e)
		}
	})
}
