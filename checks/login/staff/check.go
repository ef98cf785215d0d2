// Package staff walks the staff's ways to sign in, in a browser: up to the field for the password, or to the application
// itself if there is a test account and it may be used.
package staff

import (
	"context"
	"embed"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/app/member"
	"logindoctor/checks/idp/discovery"
	"logindoctor/checks/internal/account"
	"logindoctor/checks/internal/hops"
	"logindoctor/checks/internal/journey"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/recipe"
	"logindoctor/checks/internal/way"
	"logindoctor/checks/machine/clock"
	"logindoctor/checks/tls/browser"
	"logindoctor/checks/web/answer"
	"logindoctor/checks/web/region"
)

//go:embed README.md scenarios
var files embed.FS

// Check opens the first page, names company and user, and follows as far as it may.
var Check = &checks.Check{ID: "login.staff", Files: files, Scope: checks.PerPathway,
	Doors:    []checks.Door{checks.DoorSSO, checks.DoorLocal, checks.DoorHome, checks.DoorDesktop},
	Requires: []*checks.Check{clock.Check, browser.Check, answer.Check, region.Check, discovery.Check},
	Uses:     []*checks.Check{member.Check},
	Needs:    checks.NeedsBrowser | checks.NeedsAccount, Codes: explainedByMessages(codes), Lent: []*checks.Code{answer.ProviderDown}, Timeout: 4 * time.Minute, Run: run}

// A Result is the log of the walk.
type Result struct{ Log page.Log }

// Walked is for the checks that look at what passed on the way.
func (r Result) Walked() page.Log { return r.Log }

// door is the name of the staff's credentials in the settings.
const door = "staff"

func run(ctx context.Context, p *checks.Pass) (any, error) {
	start, err := way.Start(p)
	if err != nil {
		return nil, err
	}
	records, _ := checks.ResultOf[member.Result](p, member.Check)
	a, why := account.Take(ctx, p, door, barred[records.For(p.Pathway.Door)])
	plan, ok := recipe.New(route(p, start.String(), a))
	if !ok {
		return nil, checks.Skip("the product describes no page for %s", p.Pathway.ID)
	}
	log, err := account.Walk(ctx, p, a, door, plan)
	if err != nil {
		return nil, err
	}
	policies, err := p.World.BrowserPolicies(ctx)
	if err != nil {
		return nil, err
	}
	v := verdict{p, a, log, plan.Read(log), journey.Troubles(log), policies}
	err = v.conclude()
	v.record(records.For(p.Pathway.Door))
	if why != "" {
		v.report(NotUsed, v.web(), checks.Text("why", why))
	}
	return Result{log}, v.remember(ctx, err)
}

// route is what the plan is made for.
func route(p *checks.Pass, start string, a *account.Account) recipe.Way {
	w := recipe.Way{Product: p.Target.Product, Pathway: p.Pathway, Start: start, Refusals: refusals(p.Target.Product),
		Person: recipe.Person{Company: p.Target.Company, User: p.Target.User}}
	if strings.Contains(p.Target.User, "@") {
		w.Person.Mail = p.Target.User // it chooses the provider and is no credential
	}
	w.Within = hops.Patience // as long as a program waits for a page
	if a != nil {
		w.Within = 15 * time.Second // a password may be checked far away
		w.Account, w.Accept, w.Person.Mail = &a.Account, true, a.Name
	}
	return w
}
