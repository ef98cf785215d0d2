// Package discovery reads what an OpenID provider publishes about itself.
package discovery

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/hops"
	"logindoctor/checks/web/answer"
)

//go:embed README.md scenarios
var files embed.FS

// The codes of discovery.
var (
	BadDocument = &checks.Code{ID: "LD5021", Aliases: []string{"sso-discovery-invalid"}, Impact: checks.Blocking, Owner: checks.OwnerVendor,
		ExplainedBy: []string{"LD5002"}}
	NoDocument = &checks.Code{ID: "LD5022", Impact: checks.Info, Owner: checks.OwnerVendor}
)

// Check reads the discovery document and the keys it names.
var Check = &checks.Check{ID: "idp.discovery", Files: files, Scope: checks.PerHost, Roles: []checks.Role{checks.RoleIDP},
	Requires: []*checks.Check{answer.Check}, Codes: []*checks.Code{BadDocument, NoDocument}, Timeout: 30 * time.Second, Run: run}

// A Result is the published document.
type Result struct {
	Found         bool
	Issuer        string `json:"issuer"`
	Authorization string `json:"authorization_endpoint"`
	Token         string `json:"token_endpoint"`
	Keys          string `json:"jwks_uri"`

	// What else it promises, empty if it says nothing of it: OpenID Connect Discovery 1.0 section 3, RFC 8414, RFC 9207.
	ResponseTypes []string `json:"response_types_supported"`
	ResponseModes []string `json:"response_modes_supported"`
	Algorithms    []string `json:"id_token_signing_alg_values_supported"`
	Challenges    []string `json:"code_challenge_methods_supported"`
	NamesIssuer   bool     `json:"authorization_response_iss_parameter_supported"`

	Published []byte `json:"-"` // the set of keys, RFC 7517
}

const wellKnown = "/.well-known/openid-configuration"

func run(ctx context.Context, p *checks.Pass) (any, error) {
	met, _ := checks.ResultOf[answer.Result](p, answer.Check)
	base := Base(p.Subject.Path)
	x, err := met.Client.Get(ctx, base+wellKnown)
	if err != nil {
		return nil, err
	}
	kind := kindOf(p)
	publishes := kind != "" && kind != "saml" && kind != "duo"
	if x.Status/100 == 4 || !publishes && (x.Status != http.StatusOK || x.HTML()) {
		p.Report(NoDocument, checks.Likely, checks.Public("host", p.Subject.Name()), checks.Count("status", x.Status))
		return Result{}, nil
	}
	r, rule := read(x)
	if rule == "" {
		rule = promises(p, r, kind)
	}
	if rule == "" {
		r.Published, rule, err = keys(ctx, p, met.Client, r)
	}
	if err != nil {
		return nil, err
	}
	if rule != "" {
		bad(p, rule, x)
		return nil, nil
	}
	p.Observe(checks.Public("issuer", r.Issuer), checks.Public("keys", r.Keys))
	return r, nil
}

func bad(p *checks.Pass, rule string, x *hops.Exchange) {
	p.Report(BadDocument, checks.Likely, checks.Public("host", p.Subject.Name()), checks.Public("rule", rule),
		checks.Count("status", x.Status), checks.Text("title", answer.Title(x.Text())))
}

// Base returns what stands before the provider's endpoint in the path of a page, the place of its document. The shapes
// are those of IdentityServer and Entra, https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc.
func Base(path string) string {
	for _, endpoint := range []string{"/connect/", "/oauth2/v2.0/", "/oauth2/"} {
		before, _, ok := strings.Cut(path, endpoint)
		if !ok {
			continue
		}
		if endpoint == "/oauth2/v2.0/" {
			return before + "/v2.0"
		}
		return before
	}
	return ""
}

func kindOf(p *checks.Pass) string {
	for _, k := range p.Target.Product.Identity {
		wild, any := strings.CutPrefix(k.Host, "*")
		if k.Host != "" && (k.Host == p.Subject.Host || any && strings.HasSuffix(p.Subject.Host, wild)) {
			return k.Kind
		}
	}
	return ""
}

// read returns the document, or which rule it breaks.
func read(x *hops.Exchange) (Result, string) {
	switch {
	case x.Status != http.StatusOK:
		return Result{}, "its status must be 200"
	case x.HTML():
		return Result{}, "it must be JSON, not a web page"
	}
	r := Result{Found: true}
	if json.Unmarshal(x.Body, &r) != nil {
		return Result{}, "it must be JSON"
	}
	return r, ""
}

// promises returns which rule the document's content breaks. An issuer
// may carry a tenant; Entra names another host and is let alone.
func promises(p *checks.Pass, r Result, kind string) string {
	if r.Issuer == "" || r.Authorization == "" || r.Keys == "" {
		return "issuer, authorization_endpoint and jwks_uri must be present"
	}
	for _, endpoint := range []string{r.Issuer, r.Authorization, r.Token, r.Keys} {
		if u, err := url.Parse(endpoint); err != nil || endpoint != "" && u.Scheme != "https" {
			return "every address in it must be https"
		}
	}
	issuer, _ := url.Parse(r.Issuer)
	if kind != "entra" && kind != "b2c" && hops.Address(issuer) != p.Subject.Address() {
		return "the issuer must be on " + p.Subject.Name()
	}
	return ""
}

// keys fetches the signing keys that the document names.
func keys(ctx context.Context, p *checks.Pass, client *hops.Client, r Result) (published []byte, rule string, err error) {
	u, _ := url.Parse(r.Keys)
	if !client.Speaks(u) {
		s := &checks.Subject{Host: strings.ToLower(u.Hostname()), Port: 443, Role: checks.RoleIDP, Path: u.Path}
		met, err := checks.ReachFor[answer.Result](ctx, p, s, answer.Check)
		if err != nil {
			return nil, "", err
		}
		client = met.Client
	}
	x, err := client.Do(ctx, hops.Request{URL: u})
	if errors.Is(err, context.Canceled) {
		return nil, "", err
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err != nil || x.Status != http.StatusOK || json.Unmarshal(x.Body, &set) != nil || len(set.Keys) == 0 {
		return nil, "the keys at " + hops.Place(u) + " must be readable", nil
	}
	return x.Body, "", nil
}
