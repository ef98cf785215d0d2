package world

import (
	"net/http"
	"strings"
	"testing"

	"logindoctor/checks"
)

// TestBrowseMessages sends a browser through every way in which messages of single sign-on travel.
func TestBrowseMessages(t *testing.T) {
	assertion := strings.Repeat("aB+/", 20<<10)
	s := newSite(t)
	s.serve("idp.test", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/authorize":
			http.Redirect(w, r, "https://app.test/cb#id_token=marked-token&state=s1", http.StatusFound)
		case "/sso":
			html(`<form method=post action=https://app.test/acs><textarea name=SAMLResponse>`+assertion+
				`</textarea><input name=RelayState value=r1></form><script>document.forms[0].submit()</script>`).ServeHTTP(w, r)
		}
	}))
	s.serve("app.test", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			http.Redirect(w, r, "https://idp.test/authorize?client_id=desk&response_type=id_token&state=s1&redirect_uri=https://app.test/cb", http.StatusFound)
		case "/saml":
			http.Redirect(w, r, "https://idp.test/sso?SAMLRequest=abc&RelayState=r1", http.StatusFound)
		default:
			html("<p>arrived</p>").ServeHTTP(w, r)
		}
	}))
	arrived := checks.Step{Name: "arrived", Do: checks.DoWait, Texts: []string{"arrived"}}
	l := s.browse(checks.Script{Steps: []checks.Step{open("https://app.test/"), arrived, open("https://app.test/saml"), arrived}})
	var got []string
	for _, e := range l.Of(checks.EventMessage) {
		m := e.Message
		got = append(got, strings.Join([]string{m.Protocol, m.Kind, m.Way, e.Method, e.URL}, " "))
	}
	want := []string{"oidc request query GET https://idp.test/authorize", "oidc response fragment GET https://app.test/cb",
		"saml request query GET https://idp.test/sso", "saml response form POST https://app.test/acs"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Fatalf("heard\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	heard := l.Of(checks.EventMessage)
	if v := heard[1].Message.Values["id_token"].Reveal(); v != "marked-token" {
		t.Errorf("token %q", v)
	}
	if v := heard[3].Message.Values["SAMLResponse"].Reveal(); v != assertion {
		t.Errorf("%d bytes of the response, want %d", len(v), len(assertion))
	}
}
