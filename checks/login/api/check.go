// Package api signs in with the key of an integration, once.
package api

import (
	"cmp"
	"context"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/hops"
	"logindoctor/checks/web/answer"
	"logindoctor/checks/web/region"
)

//go:embed README.md scenarios
var files embed.FS

// Check makes the cheapest call that needs a key.
var Check = &checks.Check{ID: "login.api", Files: files, Scope: checks.PerPathway, Doors: []checks.Door{checks.DoorAPI},
	Requires: []*checks.Check{region.Check}, Needs: checks.NeedsAccount, Codes: codes,
	Timeout: 40 * time.Second, Run: run}

// A Result is what the API told after the sign-in, and the way to ask it more with the same key.
type Result struct {
	Version string
	Get     func(ctx context.Context, path string) (*hops.Exchange, error) // a path below the base, with its query
}

// keys are an integration's credentials.
type keys struct{ public, private, client checks.Secret }

// call is what all steps of one sign-in share.
type call struct {
	pass    *checks.Pass
	subject *checks.Subject
	client  *hops.Client
	company region.Result
	keys    keys
}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	k, err := credentials(ctx, p)
	if err != nil {
		return nil, err
	}
	s := p.Pathway.Host(checks.RoleAPI)
	if s == nil {
		return nil, checks.Skip("the pathway has no API host")
	}
	if which, what := k.stray(); what != "" {
		p.Report(StrayBlank, checks.Likely, checks.Public("which", which), checks.Public("what", what)).On(s)
		return nil, nil
	}
	met, _ := checks.ResultOn[answer.Result](p, answer.Check, s)
	company, _ := checks.ResultOn[region.Result](p, region.Check, s)
	c := call{p, s, met.Client, company, k}
	return c.signIn(ctx)
}

func credentials(ctx context.Context, p *checks.Pass) (keys, error) {
	if p.Target.Product.API == nil {
		return keys{}, checks.Skip("the product has no API")
	}
	var k keys
	for name, into := range map[string]*checks.Secret{"api.public_key": &k.public, "api.private_key": &k.private,
		"api.client_id": &k.client} {
		s, err := p.World.Secret(ctx, name)
		switch {
		case errors.Is(err, checks.ErrNoSecret) && into == &k.client:
		case errors.Is(err, checks.ErrNoSecret):
			return keys{}, checks.Skip("no API key is in the settings")
		case err != nil:
			return keys{}, fmt.Errorf("credential %s: %w", name, err)
		}
		*into = s
	}
	return k, nil
}

// stray finds a character that no key holds; it needs no attempt.
func (k keys) stray() (which, what string) {
	for _, c := range []struct {
		name  string
		value string
	}{{"public key", k.public.Reveal()}, {"private key", k.private.Reveal()}, {"client id", k.client.Reveal()}} {
		for _, r := range c.value {
			switch {
			case r == '\n' || r == '\r':
				return c.name, "a line break"
			case r == ' ' || r == '\t' || r == '\u00a0':
				return c.name, "a blank"
			case r == '"' || r == '\'' || r == '\u201c' || r == '\u201d' || r == '\u2018' || r == '\u2019':
				return c.name, "a quotation mark"
			case r < 0x20 || r > 0x7e:
				return c.name, "a character that cannot be typed"
			}
		}
	}
	return "", ""
}

// signIn spends the one attempt. A 404 through the router hides a refusal and is asked again on the versioned codebase,
// as the vendor's guide advises.
func (c call) signIn(ctx context.Context) (any, error) {
	codebase := c.codebase()
	x, err := c.get(ctx, codebase, c.pass.Target.Product.API.Probe, true)
	if err != nil {
		return nil, c.unanswered(err)
	}
	if other := c.versioned(); x.Status == http.StatusNotFound && codebase == c.router() && other != "" {
		if x, err = c.get(ctx, other, c.pass.Target.Product.API.Probe, true); err != nil {
			return nil, c.unanswered(err)
		}
	}
	return c.conclude(ctx, x)
}

func (c call) codebase() string {
	if c.company.Codebase != "" {
		return c.company.Codebase
	}
	return c.router()
}

func (c call) router() string {
	if r := strings.Trim(c.pass.Target.Product.API.Router, "/"); r != "" {
		return r + "/"
	}
	return ""
}

// versioned is the codebase of the version that the lookup told: "v2026.1" lives under "v2026_1/".
func (c call) versioned() string {
	v := strings.ReplaceAll(c.company.VersionCode, ".", "_")
	if v == "" || v+"/" == c.router() {
		return ""
	}
	return v + "/"
}

// get makes an authenticated call; pinned asks for the models of one version.
func (c call) get(ctx context.Context, codebase, path string, pinned bool) (*hops.Exchange, error) {
	spec := c.pass.Target.Product.API
	base := strings.ReplaceAll(spec.Base, "{codebase}", strings.TrimSuffix(codebase, "/"))
	h := http.Header{"Accept": {"application/json"}}
	if accept := c.accept(); pinned && accept != "" {
		h.Set("Accept", accept)
	}
	user := c.company.Company + "+" + c.keys.public.Reveal() + ":" + c.keys.private.Reveal()
	h.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user)))
	if !c.keys.client.Empty() && spec.Header != "" {
		h.Set(spec.Header, c.keys.client.Reveal())
	}
	path, query, _ := strings.Cut(path, "?")
	u := c.subject.URL("/" + strings.Trim(base, "/") + "/" + strings.TrimPrefix(path, "/"))
	u.RawQuery = query
	return c.client.Do(ctx, hops.Request{URL: u, Header: h})
}

// accept asks for the models of the version that the settings name, or else of the one that the lookup told.
func (c call) accept() string {
	version := cmp.Or(c.pass.Target.Version, strings.TrimPrefix(c.company.VersionCode, "v"))
	if version == "" {
		return ""
	}
	return strings.ReplaceAll(c.pass.Target.Product.API.Accept, "{version}", version)
}
