// Package portal opens the customers' portal in a browser, finds its sign-in form, and signs in with a test contact.
package portal

import (
	"cmp"
	"context"
	"embed"
	"fmt"
	"net/url"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/app/member"
	"logindoctor/checks/internal/account"
	"logindoctor/checks/internal/journey"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/recipe"
	"logindoctor/checks/internal/way"
	"logindoctor/checks/login/staff"
	"logindoctor/checks/machine/clock"
	"logindoctor/checks/tls/browser"
	"logindoctor/checks/web/answer"
)

//go:embed README.md scenarios
var files embed.FS

// Check opens the portal's first page, and signs in if there is a test contact that may be used.
var Check = &checks.Check{ID: "login.portal", Files: files, Scope: checks.PerPathway, Doors: []checks.Door{checks.DoorPortal},
	Requires: []*checks.Check{clock.Check, browser.Check, answer.Check}, Uses: []*checks.Check{member.Check}, Needs: checks.NeedsBrowser | checks.NeedsAccount,
	Codes: codes, Lent: staff.Check.Codes,
	Timeout: 3 * time.Minute, Run: run}

// door is the name of the contact's credentials in the settings.
const door = "portal"

func run(ctx context.Context, p *checks.Pass) (any, error) {
	start, err := way.Start(p)
	if err != nil {
		return nil, err
	}
	records, _ := checks.ResultOf[member.Result](p, member.Check)
	a, why := account.Take(ctx, p, door, "")
	plan, ok := recipe.New(route(p, start.String(), a))
	if !ok {
		return nil, checks.Skip("the product describes no page for %s", p.Pathway.ID)
	}
	log, err := account.Walk(ctx, p, a, door, plan)
	if err != nil {
		return nil, err
	}
	v := visit{p, a, log, plan.Read(log), plan.Renamed(log), records.For(checks.DoorPortal)}
	result, err := v.judge()
	if why != "" {
		v.report(NotUsed, v.host(), checks.Text("why", why))
	}
	return result, v.remember(ctx, err)
}

func route(p *checks.Pass, start string, a *account.Account) recipe.Way {
	w := recipe.Way{Product: p.Target.Product, Pathway: p.Pathway, Start: start, Within: 10 * time.Second}
	if a != nil {
		w.Account, w.Accept, w.Person = &a.Account, true, recipe.Person{User: a.Name, Mail: a.Name}
		w.Within = 15 * time.Second
	}
	return w
}

// A visit is a walk through the portal and what came of it.
type visit struct {
	*checks.Pass
	account *account.Account // nil: nothing was typed
	log     page.Log
	course  recipe.Course
	renamed bool   // the form was only known by what its fields are for
	record  string // what the service's own records say of the contact
}

func (v visit) judge() (any, error) {
	last, _ := v.log.Page()
	r := read(last)
	r.Log = v.log
	v.Observe(checks.Public("password_field", fmt.Sprint(r.Password)), checks.Public("forgot_link", fmt.Sprint(r.Forgot)),
		checks.Text("providers", strings.Join(r.Providers, ", ")))
	troubles := journey.Troubles(v.log)
	shown := v.course.Did(recipe.ActFindPassword) || v.course.At(checks.PageMail, checks.PageProvider) && !v.course.Answered()
	switch {
	case v.course.At(checks.PageLandmark) && v.account != nil:
		v.Reached(checks.DepthLogin)
		return r, nil
	case staff.AtProvider(v.Pass, v.account, v.log, v.course), v.captcha(troubles):
		return r, nil
	case v.course.Did(recipe.ActFillPassword):
		return r, v.after(last, troubles)
	case v.hindered(troubles):
		return r, nil
	case shown || v.course.At(recipe.Stranger) || r.Password || len(r.Providers) > 0:
		v.Reached(checks.DepthPage)
		if !shown || v.renamed {
			v.report(FormChanged, v.host())
		}
		return r, nil
	case v.broken(troubles), v.circle(), v.fails(last), v.awaits(last), v.other(last):
		return r, nil
	}
	return r, fmt.Errorf("no sign-in form was recognised on %s", v.host())
}

// captcha: the box that proves a person is part of the form. If its host gives no answer nobody can sign in; if it stands
// there, no program can.
func (v visit) captcha(troubles []journey.Trouble) bool {
	for _, t := range troubles {
		if !strings.Contains(strings.ToLower(t.URL), "captcha") {
			continue
		}
		switch t.Kind {
		case journey.Extension, journey.Admin:
			v.trouble(BlockedHere, v.host(), t)
		case journey.Policy:
			v.trouble(CaptchaGone, v.host(), t).By(checks.OwnerVendor)
		default:
			v.trouble(CaptchaGone, v.host(), t)
		}
		return true
	}
	if !v.course.At(checks.PageCaptcha) {
		return false
	}
	v.Reached(checks.DepthPage)
	v.report(CaptchaAsked, v.host())
	return true
}

// broken: a part without which the page shows no form.
func (v visit) broken(troubles []journey.Trouble) bool {
	codes := map[string]*checks.Code{journey.Policy: PolicyForbids, journey.Missing: ScriptMissing, journey.Replaced: ScriptReplaced,
		journey.Gone: ScriptMissing, journey.Unused: ScriptMissing, journey.Extension: BlockedHere, journey.Admin: BlockedHere}
	if len(troubles) > 0 {
		v.trouble(codes[troubles[0].Kind], v.host(), troubles[0])
		return true
	}
	if hops := v.log.Hops(); len(hops) > 0 && hops[len(hops)-1].Status >= 400 {
		at := hops[len(hops)-1]
		v.trouble(PageFails, at.Host, journey.Trouble{URL: at.URL, Status: at.Status})
		return true
	}
	return false
}

func (v visit) trouble(c *checks.Code, host string, t journey.Trouble) *checks.Finding {
	answer := cmp.Or(t.Error, "no answer in time")
	if t.Status > 0 {
		answer = fmt.Sprintf("status %d", t.Status)
	}
	return v.report(c, host, checks.Public("place", t.URL), checks.Text("answer", answer))
}

func (v visit) report(c *checks.Code, host string, ev ...checks.Evidence) *checks.Finding {
	ev = append([]checks.Evidence{checks.Public("host", host)}, ev...)
	return v.Report(c, checks.Likely, ev...).On(way.Subject(v.Pass, &url.URL{Scheme: "https", Host: host}))
}

func (v visit) host() string {
	if hops := v.log.Hops(); len(hops) > 0 {
		return hops[len(hops)-1].Host
	}
	if s := v.Pathway.Host(checks.RolePortal); s != nil {
		return s.Name()
	}
	return ""
}
