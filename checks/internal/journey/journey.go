// Package journey walks a sign-in in a real browser and looks at every host that the browser met.
package journey

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/internal/hops"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/way"
	"logindoctor/checks/tls/chain"
	"logindoctor/checks/web/answer"
)

// Walk runs a script and returns what the browser said. A missing browser is a skip. If a host that the browser did not
// reach fails for programs as well, the error is that host's *checks.BlockedError, or a skip if tls.browser says why.
func Walk(ctx context.Context, p *checks.Pass, s checks.Script) (page.Log, error) {
	events, err := p.World.Browse(ctx, s)
	if errors.Is(err, checks.ErrNoBrowser) {
		return nil, checks.Skip("%v", err)
	}
	if err != nil {
		return nil, fmt.Errorf("browser: %w", err)
	}
	log := page.Collect(events)
	p.KeepTraffic(log.Traffic(s.Name))
	observe(p, log)
	if err := reach(ctx, p, log); err != nil {
		return log, err
	}
	if end := log.End(); end.Outcome == checks.OutcomeCrashed {
		return log, fmt.Errorf("browser: crashed: %s", end.Error)
	}
	return log, nil
}

func observe(p *checks.Pass, log page.Log) {
	for i, e := range log.Hops() {
		p.Observe(checks.Public(fmt.Sprintf("page_%d", i+1), fmt.Sprintf("%d %s", e.Status, e.URL)))
	}
	for i, e := range slices.Concat(log.Refused(), log.Withheld()) {
		p.Observe(checks.Public(fmt.Sprintf("cookie_%d", i+1),
			fmt.Sprintf("%s for %s: %s", e.Cookie.Name, e.Host, strings.Join(e.Cookie.Refused, ", "))))
	}
	for i, e := range first(log.Of(checks.EventFailure)) {
		p.Observe(checks.Text(fmt.Sprintf("failure_%d", i+1), strings.TrimSpace(fmt.Sprintf("%s %s %s", e.URL, e.Error, e.Blocked))))
	}
	for i, e := range first(log.Of(checks.EventConsole)) {
		p.Observe(checks.Text(fmt.Sprintf("console_%d", i+1), e.Level+": "+e.Text))
	}
	for _, e := range log.Of(checks.EventShot) {
		p.Keep(e.Step, e.Image)
	}
}

// most is how many failed requests and console lines are kept of one walk.
const most = 20

func first(log page.Log) page.Log { return log[:min(most, len(log))] }

// reach gives every host that the browser met its checks.
func reach(ctx context.Context, p *checks.Pass, log page.Log) error {
	var blocked error
	for _, m := range met(log) {
		s := way.Subject(p, m.url)
		if !m.document && s.Role == checks.RoleIDP && !listed(p, s) {
			s = &checks.Subject{Host: s.Host, Port: s.Port, Role: checks.RoleCDN, Path: m.url.Path}
		}
		_, err := p.Reach(ctx, s, answer.Check)
		var by *checks.BlockedError
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &by) && m.failed && blocked == nil:
			blocked = err
		case blocked == nil && untrusted(p, s, log):
			blocked = checks.Skip("The browser refuses the certificate of %s, as programs do.", s.Name())
		}
	}
	return blocked
}

// untrusted reports whether the browser refused a certificate that programs refuse too, which tls.browser reports.
func untrusted(p *checks.Pass, s *checks.Subject, log page.Log) bool {
	_, refused := log.Certificate(s.Host)
	o, _ := p.OutcomeOn(chain.Check, s)
	return refused && o.State == checks.Failed
}

func listed(p *checks.Pass, s *checks.Subject) bool {
	return slices.ContainsFunc(slices.Concat(p.Pathway.Subjects, p.Target.Subjects()), func(k *checks.Subject) bool {
		return k.Address() == s.Address()
	})
}

// A meeting is a host that the browser asked.
type meeting struct {
	url      *url.URL
	document bool // for a page, not only for a part of one
	failed   bool // at least once without an answer
}

func met(log page.Log) []*meeting {
	var all []*meeting
	for _, e := range log {
		if e.Kind != checks.EventHop && e.Kind != checks.EventFailure && e.Kind != checks.EventResource {
			continue
		}
		u, err := url.Parse(e.URL)
		if err != nil || u.Scheme != "https" || u.Hostname() == "" {
			continue
		}
		at := slices.IndexFunc(all, func(m *meeting) bool { return hops.Address(m.url) == hops.Address(u) })
		if at < 0 {
			at = len(all)
			all = append(all, &meeting{url: u})
		}
		all[at].document = all[at].document || e.Kind == checks.EventHop || e.Type == "Document"
		all[at].failed = all[at].failed || e.Kind == checks.EventFailure && e.Blocked == "" && e.Error != "net::ERR_ABORTED"
	}
	return all
}
