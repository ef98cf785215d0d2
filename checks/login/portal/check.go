// Package portal opens the customers' portal in a browser and finds its sign-in form.
package portal

import (
	"context"
	"embed"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/journey"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/way"
	"logindoctor/checks/machine/clock"
	"logindoctor/checks/tls/browser"
	"logindoctor/checks/web/answer"
)

//go:embed README.md scenarios
var files embed.FS

// The codes of the portal's page.
var (
	ScriptMissing  = &checks.Code{ID: "LD4401", Aliases: []string{"portal-js-bundle-missing"}, Impact: checks.Blocking, Owner: checks.OwnerVendor, ExplainedBy: []string{"LD4403"}}
	PolicyForbids  = &checks.Code{ID: "LD4402", Aliases: []string{"portal-csp-block"}, Impact: checks.Blocking, Owner: checks.OwnerVendor}
	ScriptReplaced = &checks.Code{ID: "LD4403", Impact: checks.Blocking, Owner: checks.OwnerNetwork}
	CaptchaGone    = &checks.Code{ID: "LD4404", Aliases: []string{"portal-captcha-blocked"}, Impact: checks.Blocking, Owner: checks.OwnerNetwork}
	FormChanged    = &checks.Code{ID: "LD4405", Aliases: []string{"portal-form-changed"}, Impact: checks.Info, Owner: checks.OwnerOperator}
	BlockedHere    = &checks.Code{ID: "LD4406", Impact: checks.Blocking, Owner: checks.OwnerUser}
	PageFails      = &checks.Code{ID: "LD4407", Impact: checks.Blocking, Owner: checks.OwnerVendor}
)

// Check opens the portal's first page; it types nothing.
var Check = &checks.Check{ID: "login.portal", Files: files, Scope: checks.PerPathway, Doors: []checks.Door{checks.DoorPortal},
	Requires: []*checks.Check{clock.Check, browser.Check, answer.Check}, Needs: checks.NeedsBrowser,
	Codes:   []*checks.Code{ScriptMissing, PolicyForbids, ScriptReplaced, CaptchaGone, FormChanged, BlockedHere, PageFails},
	Timeout: 90 * time.Second, Run: run}

// A Result is what the page offers.
type Result struct {
	Password  bool     // a field for a password
	Mail      bool     // a field for a mail address or user name
	Forgot    bool     // a link for a forgotten one
	Providers []string // buttons of other providers
	Log       page.Log // of the walk
}

// Walked is for the checks that look at what passed on the way.
func (r Result) Walked() page.Log { return r.Log }

const (
	stepForm = "form"
	stepAny  = "any"
)

func run(ctx context.Context, p *checks.Pass) (any, error) {
	start, err := way.Start(p)
	if err != nil {
		return nil, err
	}
	log, err := journey.Walk(ctx, p, plan(p, start))
	if err != nil {
		return nil, err
	}
	return judge(p, log)
}

func plan(p *checks.Pass, start *url.URL) checks.Script {
	form := p.Target.Product.Forms[string(checks.DoorPortal)]
	return checks.Script{Name: p.Pathway.ID, Deadline: 60 * time.Second, Steps: []checks.Step{
		{Name: "open", Do: checks.DoOpen, URL: start.String(), Within: 30 * time.Second},
		{Name: stepForm, Do: checks.DoWait, Any: form.Landmark, Within: 8 * time.Second, Optional: true},
		{Name: stepAny, Do: checks.DoWait, Any: []string{"input[type=password]", "input[type=email]", "input[name*=mail i]"},
			Unless: stepForm, Within: 2 * time.Second, Optional: true},
		{Name: "last", Do: checks.DoLook},
		{Name: "picture", Do: checks.DoShot, Optional: true},
	}}
}

func judge(p *checks.Pass, log page.Log) (any, error) {
	last, _ := log.Page()
	r := read(last)
	r.Log = log
	p.Observe(checks.Public("password_field", fmt.Sprint(r.Password)), checks.Public("forgot_link", fmt.Sprint(r.Forgot)),
		checks.Text("providers", strings.Join(r.Providers, ", ")))
	troubles := journey.Troubles(log)
	switch {
	case captcha(p, log, troubles):
		return r, nil
	case log.Did(stepForm) || r.Password || len(r.Providers) > 0 && log.Did(stepAny):
		p.Reached(checks.DepthPage)
		if !log.Did(stepForm) {
			report(p, FormChanged, host(p, log), nil)
		}
		return r, nil
	case broken(p, log, troubles):
		return r, nil
	case log.Did(stepAny) || r.Mail:
		p.Reached(checks.DepthPage)
		report(p, FormChanged, host(p, log), nil)
		return r, nil
	}
	return r, fmt.Errorf("no sign-in form was recognised on %s", host(p, log))
}

// read finds what a form offers by the words people use for it.
func read(e checks.Event) Result {
	var r Result
	for _, f := range e.Fields {
		label := strings.ToLower(f.Label)
		switch {
		case !f.Visible:
		case f.Type == "password":
			r.Password = true
		case f.Tag == "input" && f.Type != "submit" && (strings.Contains(label, "mail") || strings.Contains(label, "user")):
			r.Mail = true
		case strings.Contains(label, "forgot"):
			r.Forgot = true
		case f.Tag != "input" || f.Type == "submit" || f.Type == "button":
			if slices.ContainsFunc([]string{"microsoft", "google", "sso", "single sign"}, func(s string) bool { return strings.Contains(label, s) }) {
				r.Providers = append(r.Providers, f.Label)
			}
		}
	}
	return r
}

// captcha: the box that proves a person is part of the form and its host gives no answer.
func captcha(p *checks.Pass, log page.Log, troubles []journey.Trouble) bool {
	for _, t := range troubles {
		if t.Kind != journey.Policy && strings.Contains(strings.ToLower(t.URL), "captcha") {
			code := CaptchaGone
			if t.Kind == journey.Extension || t.Kind == journey.Admin {
				code = BlockedHere
			}
			report(p, code, host(p, log), &t)
			return true
		}
	}
	return false
}

// broken: a part without which the page shows no form.
func broken(p *checks.Pass, log page.Log, troubles []journey.Trouble) bool {
	codes := map[string]*checks.Code{journey.Policy: PolicyForbids, journey.Missing: ScriptMissing, journey.Replaced: ScriptReplaced,
		journey.Gone: ScriptMissing, journey.Extension: BlockedHere, journey.Admin: BlockedHere}
	if len(troubles) > 0 {
		report(p, codes[troubles[0].Kind], host(p, log), &troubles[0])
		return true
	}
	if hops := log.Hops(); len(hops) > 0 && hops[len(hops)-1].Status >= 400 {
		at := hops[len(hops)-1]
		report(p, PageFails, at.Host, &journey.Trouble{URL: at.URL, Status: at.Status})
		return true
	}
	return false
}

func report(p *checks.Pass, c *checks.Code, host string, t *journey.Trouble) {
	ev := []checks.Evidence{checks.Public("host", host)}
	if t != nil {
		ev = append(ev, checks.Public("place", t.URL), checks.Count("status", t.Status), checks.Text("error", t.Error))
	}
	p.Report(c, checks.Likely, ev...).On(way.Subject(p, &url.URL{Scheme: "https", Host: host}))
}

func host(p *checks.Pass, log page.Log) string {
	if hops := log.Hops(); len(hops) > 0 {
		return hops[len(hops)-1].Host
	}
	if s := p.Pathway.Host(checks.RolePortal); s != nil {
		return s.Name()
	}
	return ""
}
