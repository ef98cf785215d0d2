// Package saml reads what an application and a SAML provider tell each other through the browser, and what both publish.
// Assertions are read and never kept.
package saml

import (
	"context"
	"embed"
	"net/http"
	"net/url"

	"github.com/beevik/etree"

	"logindoctor/checks"
	"logindoctor/checks/internal/heard"
	"logindoctor/checks/internal/hops"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/way"
	"logindoctor/checks/login/portal"
	"logindoctor/checks/login/staff"
	"logindoctor/checks/machine/clock"
)

//go:embed README.md scenarios
var files embed.FS

// Check judges requests, responses and metadata at verified time.
var Check = &checks.Check{ID: "idp.saml", Files: files, Scope: checks.PerPathway,
	Doors: []checks.Door{checks.DoorSSO, checks.DoorPortal, checks.DoorHome},
	Uses:  []*checks.Check{staff.Check, portal.Check, clock.Check}, Codes: codes, Optional: true, Run: run}

// A judge looks at one exchange.
type judge struct {
	heard.Judge
	request  *etree.Element // AuthnRequest, nil if there is none or it cannot be read
	response *etree.Element // nil as well
	app      *etree.Element // the application's metadata, nil if it does not publish them at its name
	provider *etree.Element // the provider's
}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	all, err := heard.Exchanges(p, "saml", staff.Check, portal.Check)
	if err != nil {
		return nil, err
	}
	n := 0
	for _, x := range all {
		j := judge{}
		request, unreadable := decode(x.Request, "SAMLRequest")
		if request != nil && request.Tag != "AuthnRequest" {
			continue // a sign-out is no sign-in
		}
		n++
		j.Judge, j.request = heard.NewJudge(p, x, attr(request, "AssertionConsumerServiceURL")), request
		if unreadable {
			j.Say(RequestUnreadable, checks.Confirmed, checks.Count("length", len(heard.Value(x.Request, "SAMLRequest"))))
		}
		if j.response, unreadable = decode(x.Answer, "SAMLResponse"); unreadable {
			j.Say(Unreadable, checks.Confirmed, checks.Count("length", len(heard.Value(x.Answer, "SAMLResponse"))))
		}
		j.app = j.metadata(ctx, text(request, "./Issuer"))
		j.provider = j.metadata(ctx, issuer(j.response))
		j.judge()
	}
	p.Observe(checks.Count("exchanges", n))
	return nil, nil
}

func (j judge) judge() {
	j.asks()
	if j.response == nil {
		return
	}
	j.publishes()
	j.clock()
	if j.refuses() { // what a refusal may lack besides stops nobody any more
		return
	}
	j.thread()
	j.answers()
}

// metadata fetches what a side publishes at its name, which is where SAML 2.0 Metadata 4.1 puts it. Only the hosts that the
// browser met are asked: a name is a text that the other side wrote.
func (j judge) metadata(ctx context.Context, name string) *etree.Element {
	u, err := url.Parse(name)
	if err != nil || u.Scheme != "https" {
		return nil
	}
	if at := hops.Address(u); at != j.App.Address() && at != j.Provider.Address() {
		return nil
	}
	client, err := way.Client(ctx, j.Pass, u)
	if err != nil {
		return nil
	}
	x, err := client.Do(ctx, hops.Request{URL: u})
	if err != nil || x.Status != http.StatusOK {
		return nil
	}
	doc := parse(x.Body)
	if doc == nil || doc.Tag != "EntityDescriptor" {
		return nil
	}
	return doc
}

// place is an address without what may be secret in it.
func place(address string) string {
	at, _ := page.Split(address)
	if at == "" {
		return "none"
	}
	return at
}
