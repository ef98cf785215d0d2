// Package oidc reads what an application and an OpenID provider tell each other through the browser. Tokens are read and
// never kept.
package oidc

import (
	"context"
	"embed"
	"net/url"

	"logindoctor/checks"
	"logindoctor/checks/idp/discovery"
	"logindoctor/checks/internal/heard"
	"logindoctor/checks/login/portal"
	"logindoctor/checks/login/staff"
	"logindoctor/checks/machine/clock"
)

//go:embed README.md scenarios
var files embed.FS

// Check judges requests, answers and tokens at verified time, by what the provider publishes.
var Check = &checks.Check{ID: "idp.oidc", Files: files, Scope: checks.PerPathway,
	Doors: []checks.Door{checks.DoorSSO, checks.DoorPortal, checks.DoorHome},
	Uses:  []*checks.Check{staff.Check, portal.Check, discovery.Check, clock.Check}, Codes: codes, Optional: true, Run: run}

// A judge looks at one exchange.
type judge struct {
	heard.Judge
	published discovery.Result // what the provider says of itself; Found is false if nothing is known
}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	all, err := heard.Exchanges(p, "oidc", staff.Check, portal.Check)
	if err != nil {
		return nil, err
	}
	for _, x := range all {
		j := judge{Judge: heard.NewJudge(p, x, heard.Value(x.Request, "redirect_uri"))}
		// A host that was met on the way may still be asked; one that cannot be reached is the business of its own checks.
		j.published, _ = checks.ReachFor[discovery.Result](ctx, p, j.Provider, discovery.Check)
		if !j.own() {
			j.published = discovery.Result{}
		}
		j.request()
		if x.Answer == nil {
			continue
		}
		if refused := j.refusal(); refused {
			continue
		}
		j.answer()
		j.token()
	}
	p.Observe(checks.Count("exchanges", len(all)))
	return nil, nil
}

// own reports whether the document of the provider's host is that of the tenant that was asked: a host may have many.
func (j judge) own() bool {
	if j.Request == nil {
		return true
	}
	asked, err := url.Parse(j.Request.URL)
	if err != nil {
		return false
	}
	published, err := url.Parse(j.published.Authorization)
	return err == nil && discovery.Base(asked.Path) == discovery.Base(published.Path)
}

func (j judge) asked(name string) string { return heard.Value(j.Request, name) }

func (j judge) said(name string) string { return heard.Value(j.Answer, name) }
