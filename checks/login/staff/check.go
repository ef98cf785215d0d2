// Package staff walks the staff's ways to sign in, in a browser, up to the field for the password.
package staff

import (
	"context"
	"embed"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/idp/discovery"
	"logindoctor/checks/idp/redirects"
	"logindoctor/checks/internal/journey"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/way"
	"logindoctor/checks/machine/clock"
	"logindoctor/checks/tls/browser"
	"logindoctor/checks/web/answer"
	"logindoctor/checks/web/region"
)

//go:embed README.md scenarios
var files embed.FS

// Check opens the first page, names company and user, and follows to where a password is asked for.
var Check = &checks.Check{ID: "login.staff", Files: files, Scope: checks.PerPathway,
	Doors:    []checks.Door{checks.DoorSSO, checks.DoorLocal, checks.DoorHome},
	Requires: []*checks.Check{clock.Check, browser.Check, answer.Check, region.Check, discovery.Check},
	Uses:     []*checks.Check{redirects.Check},
	Needs:    checks.NeedsBrowser, Codes: explainedByMessages(codes), Timeout: 2 * time.Minute, Run: run}

// A Result is the log of the walk.
type Result struct{ Log page.Log }

// Walked is for the checks that look at what passed on the way.
func (r Result) Walked() page.Log { return r.Log }

func run(ctx context.Context, p *checks.Pass) (any, error) {
	start, err := way.Start(p)
	if err != nil {
		return nil, err
	}
	script, ok := plan(p, start.String())
	if !ok {
		return nil, checks.Skip("the product describes no form for %s", p.Pathway.ID)
	}
	log, err := journey.Walk(ctx, p, script)
	if err != nil {
		return Result{log}, err
	}
	policies, err := p.World.BrowserPolicies(ctx)
	if err != nil {
		return nil, err
	}
	v := verdict{p, log, journey.Troubles(log), policies}
	return Result{log}, v.conclude()
}

// Names of the steps that decide.
const (
	stepOpen     = "open"
	stepForm     = "form"
	stepSSO      = "sso"
	stepLogin    = "login"
	stepIdentity = "identity"
	stepMail     = "mail"
	stepNext     = "next"
	stepPassword = "password"
	stepLast     = "last"
)

// rounds is how often a person is sent back and forth before it counts as a loop. A browser follows twenty redirects in a
// row, and one round of a sign-in takes four or five.
const rounds = 3

// generic finds a field by what it is where its name is not known.
var generic = []string{"input[type=password]", "input[type=email]"}

func plan(p *checks.Pass, start string) (checks.Script, bool) {
	form, known := p.Target.Product.Forms[string(p.Pathway.Door)]
	steps := []checks.Step{{Name: stepOpen, Do: checks.DoOpen, URL: start, Within: 30 * time.Second}}
	switch p.Pathway.Door {
	case checks.DoorHome:
		known = true
		steps = append(steps, identity(p)...)
	case checks.DoorLocal:
		steps = append(steps, staffForm(p, form)...)
		steps = append(steps, checks.Step{Name: stepPassword, Do: checks.DoWait, Any: form.Password, Within: 5 * time.Second,
			Optional: true})
	default:
		steps = append(steps, staffForm(p, form)...)
		press := form.Submit
		if len(form.SSO) > 0 {
			press = form.SSO
		}
		steps = append(steps, checks.Step{Name: stepLogin, Do: checks.DoPress, Any: press, If: stepSSO})
		for _, s := range identity(p) {
			if s.If == "" {
				s.If = stepLogin
			}
			steps = append(steps, s)
		}
	}
	steps = append(steps, checks.Step{Name: stepLast, Do: checks.DoLook}, checks.Step{Name: "picture", Do: checks.DoShot, Optional: true})
	return checks.Script{Name: p.Pathway.ID, Steps: steps, Deadline: 90 * time.Second, MaxRounds: rounds}, known
}

// staffForm fills what is asked before any password, and waits for the words that replace it.
func staffForm(p *checks.Pass, form checks.Form) []checks.Step {
	steps := []checks.Step{{Name: stepForm, Do: checks.DoWait, Any: form.Landmark, Within: 20 * time.Second}}
	if p.Target.Company != "" && len(form.Company) > 0 {
		steps = append(steps, checks.Step{Name: "company", Do: checks.DoFill, Any: form.Company, Value: p.Target.Company})
	}
	if p.Target.User != "" && len(form.User) > 0 {
		steps = append(steps, checks.Step{Name: "user", Do: checks.DoFill, Any: form.User, Value: p.Target.User})
	}
	if form.SSOText != "" && p.Target.User != "" {
		within := 10 * time.Second
		if p.Pathway.Door == checks.DoorLocal {
			within = 3 * time.Second
		}
		steps = append(steps, checks.Step{Name: stepSSO, Do: checks.DoWait, Texts: []string{form.SSOText}, Within: within, Optional: true})
	}
	return steps
}

// identity waits for the provider's first field. A mail address is typed, because it chooses the provider; it is no
// credential.
func identity(p *checks.Pass) []checks.Step {
	form := p.Target.Product.Forms["identity"]
	var first []string
	for _, list := range [][]string{form.Landmark, form.User, form.Password, generic} {
		first = append(first, list...)
	}
	steps := []checks.Step{{Name: stepIdentity, Do: checks.DoWait, Any: first, Texts: refusals(p.Target.Product), Within: 20 * time.Second}}
	if strings.Contains(p.Target.User, "@") {
		password := append(append([]string{}, form.Password...), generic[0])
		steps = append(steps,
			checks.Step{Name: stepMail, Do: checks.DoFill, Any: append(append([]string{}, form.User...), generic[1]),
				Value: p.Target.User, If: stepIdentity, Optional: true, Within: 3 * time.Second},
			checks.Step{Name: stepNext, Do: checks.DoPress, Any: form.Submit, If: stepMail, Optional: true, Within: 3 * time.Second},
			checks.Step{Name: stepPassword, Do: checks.DoWait, Any: password, Texts: refusals(p.Target.Product), If: stepNext,
				Optional: true, Within: 8 * time.Second})
	}
	return steps
}
