// Package browser asks a browser about issuers that programs do not trust.
package browser

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/tls/chain"
	"logindoctor/checks/tls/dates"
)

//go:embed README.md scenarios
var files embed.FS

// Check opens the host in a browser, whose store of authorities is not that of programs. It reports at every level:
// without a browser, browsers are taken to trust no more than programs do.
var Check = &checks.Check{ID: "tls.browser", Files: files, Scope: checks.PerHost,
	Roles:    []checks.Role{checks.RoleWeb, checks.RolePortal, checks.RoleHome, checks.RoleIDP, checks.RoleCDN},
	Requires: []*checks.Check{dates.Check}, Uses: []*checks.Check{chain.Check}, Needs: checks.NeedsBrowser,
	Codes: []*checks.Code{Refused}, Timeout: time.Minute, Run: run}

// Refused is always a consequence: LD3210, LD3211 and LD3217 say why the issuer is not trusted.
var Refused = &checks.Code{ID: "LD3220", Impact: checks.Blocking, Owner: checks.OwnerDeviceIT,
	ExplainedBy: []string{"LD3210", "LD3211", "LD3217"}}

// A Result tells whether a browser accepted what programs refuse.
type Result struct{ Accepted bool }

func run(ctx context.Context, p *checks.Pass) (any, error) {
	seen, _ := p.Outcome(chain.Check)
	if seen.State != checks.Failed || !seen.Found(chain.Untrusted, chain.SelfSigned, chain.RootMissing) || !walked(p.Target) {
		return Result{}, nil
	}
	if p.Level == checks.LevelQuick {
		assume(p, "no browser is run at level quick")
		return Result{}, nil
	}
	events, err := p.World.Browse(ctx, script(p.Subject))
	if errors.Is(err, checks.ErrNoBrowser) {
		assume(p, err.Error())
		return Result{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("browser: %w", err)
	}
	return judge(p, page.Collect(events))
}

// walked reports whether anybody signs in with a browser.
func walked(t *checks.Target) bool {
	return slices.ContainsFunc(t.Pathways, func(w *checks.Pathway) bool { return w.Client == checks.Browsers })
}

func script(s *checks.Subject) checks.Script {
	return checks.Script{Name: "certificate", Deadline: 30 * time.Second, Steps: []checks.Step{
		{Name: "open", Do: checks.DoOpen, URL: s.URL("/").String(), Within: 20 * time.Second}}}
}

func assume(p *checks.Pass, why string) {
	report(p, checks.Possible, "No browser was asked, because "+why+". Most browsers trust what the computer trusts.")
}

func judge(p *checks.Pass, log page.Log) (any, error) {
	if why, refused := log.Certificate(p.Subject.Host); refused {
		report(p, checks.Confirmed, "A browser was asked and says "+why+".")
		return Result{}, nil
	}
	if slices.Contains(log.Hosts(), p.Subject.Host) {
		p.Observe(checks.Public("browser", "accepts the certificate"))
		return Result{Accepted: true}, nil
	}
	return nil, fmt.Errorf("browser: no answer from %s: %s", p.Subject.Name(), strings.TrimSpace(log.Unreached(p.Subject.Host)+" "+log.End().Error))
}

func report(p *checks.Pass, sure checks.Certainty, how string) {
	p.Report(Refused, sure, checks.Public("host", p.Subject.Name()), checks.Public("how", how))
}
