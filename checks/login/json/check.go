// Package json signs a test account in as programs do, where no browser can show the staff form.
package json

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/app/member"
	"logindoctor/checks/internal/account"
	"logindoctor/checks/internal/hops"
	"logindoctor/checks/internal/totp"
	"logindoctor/checks/login/staff"
	"logindoctor/checks/web/answer"
	"logindoctor/checks/web/region"
)

//go:embed README.md scenarios
var files embed.FS

// The codes of signing in without a browser.
var (
	Refused     = &checks.Code{ID: "LD6021", Impact: checks.Blocking, Owner: checks.OwnerUser}
	FactorAsked = &checks.Code{ID: "LD6022", Impact: checks.Info, Owner: checks.OwnerOperator}
	CodeRefused = &checks.Code{ID: "LD6212", Impact: checks.Blocking, Owner: checks.OwnerUser, ExplainedBy: []string{"LD1101", "LD1102", "LD1104"}}
	NotUsed     = &checks.Code{ID: "LD6023", Impact: checks.Info, Owner: checks.OwnerOperator}
	Odd         = &checks.Code{ID: "LD6024", Impact: checks.Blocking, Owner: checks.OwnerVendor}
)

// Check sends the form once, if the browser's walk did not.
var Check = &checks.Check{ID: "login.json", Files: files, Scope: checks.PerPathway, Doors: []checks.Door{checks.DoorLocal},
	Requires: []*checks.Check{region.Check}, Uses: []*checks.Check{staff.Check, member.Check}, Needs: checks.NeedsAccount, Optional: true,
	Codes: []*checks.Code{Refused, FactorAsked, CodeRefused, NotUsed, Odd}, Timeout: 40 * time.Second, Run: run}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	web := p.Pathway.Host(checks.RoleWeb)
	switch _, walked := p.Outcome(staff.Check); {
	case !p.Target.Login:
		return nil, checks.Skip("Nobody asked to sign in.")
	case walked:
		return nil, checks.Skip("The browser signs in.")
	case p.Target.Product.Call == nil || web == nil:
		return nil, checks.Skip("The product describes no sign-in for programs.")
	}
	records, _ := checks.ResultOf[member.Result](p, member.Check)
	a, why := account.Take(ctx, p, "staff", staff.BarredBy(records.For(p.Pathway.Door)))
	if a == nil {
		p.Report(NotUsed, checks.Likely, checks.Text("why", why)).On(web)
		return nil, nil
	}
	c := call{p, web, p.Target.Product.Call, a}
	return nil, c.signIn(ctx)
}

type call struct {
	*checks.Pass
	web     *checks.Subject
	spec    *checks.PasswordCall
	account *account.Account
}

// signIn sends password and code together: a second request would be a second attempt to some servers.
func (c call) signIn(ctx context.Context) error {
	form := url.Values{c.spec.Company: {c.Target.Company}, c.spec.User: {c.Target.User}, c.spec.Password: {c.account.Password.Reveal()}}
	coded := c.spec.Code != "" && !c.account.Seed.Empty()
	if coded {
		key, err := totp.New(c.account.Seed, c.account.Factor)
		if err != nil {
			return err
		}
		form.Set(c.spec.Code, key.Code(c.World.Now()).Reveal())
	}
	if err := c.account.Begin(ctx); err != nil {
		return err
	}
	x, err := c.send(ctx, form)
	if err != nil {
		return err
	}
	outcome := c.judge(x, coded)
	return c.account.End(ctx, outcome)
}

func (c call) send(ctx context.Context, form url.Values) (*hops.Exchange, error) {
	told, _ := checks.ResultOn[region.Result](c.Pass, region.Check, c.web)
	path, query, _ := strings.Cut(told.Start(c.spec.Path), "?")
	u := c.web.URL(path)
	u.RawQuery = query
	met, ok := checks.ResultOn[answer.Result](c.Pass, answer.Check, c.web)
	if !ok {
		return nil, errors.New("the staff host has no client")
	}
	x, err := met.Client.Do(ctx, hops.Request{Method: http.MethodPost, URL: u, Body: form.Encode(),
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"application/json"}}})
	if err != nil {
		return nil, fmt.Errorf("sign in at %s: %w", c.web.Name(), err)
	}
	return x, nil
}

// judge reports what the answer says and returns what became of the attempt.
func (c call) judge(x *hops.Exchange, coded bool) (outcome string) {
	said := map[string]any{}
	success, known := false, false
	if json.Unmarshal(x.Body, &said) == nil {
		success, known = said[c.spec.Success].(bool)
	}
	ev := []checks.Evidence{checks.Public("host", c.web.Name()), checks.Count("status", x.Status), checks.Person("user", c.Target.User)}
	kind, reason := text(said, c.spec.Kind), text(said, c.spec.Reason)
	switch {
	case !known:
		c.Report(Odd, checks.Likely, ev...).On(c.web)
		return checks.AttemptRefused
	case success:
		c.Reached(checks.DepthLogin)
		return checks.AttemptPassed
	case c.spec.Factor != "" && strings.EqualFold(kind, c.spec.Factor) && coded:
		c.Report(CodeRefused, checks.Likely, append(ev, checks.Text("reason", reason))...).On(c.web)
		return checks.AttemptRefused
	case c.spec.Factor != "" && strings.EqualFold(kind, c.spec.Factor):
		c.Reached(checks.DepthPage)
		c.Report(FactorAsked, checks.Likely, append(ev, checks.Text("reason", reason))...).On(c.web)
		return checks.AttemptPassed
	}
	c.Report(Refused, checks.Likely, append(ev, checks.Text("kind", kind), checks.Text("reason", reason))...).On(c.web)
	return checks.AttemptRefused
}

func text(said map[string]any, field string) string {
	s, _ := said[field].(string)
	return s
}
