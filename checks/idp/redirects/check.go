// Package redirects follows the way from the first page towards the identity provider as far as a program can.
package redirects

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/hops"
	"logindoctor/checks/internal/way"
	"logindoctor/checks/internal/whose"
	"logindoctor/checks/web/answer"
	"logindoctor/checks/web/region"
)

//go:embed README.md scenarios
var files embed.FS

// The codes of the way. What a browser was told by the provider is more exact.
var (
	Circle    = &checks.Code{ID: "LD5011", Impact: checks.Blocking, Owner: checks.OwnerVendor}
	Downgrade = &checks.Code{ID: "LD5012", Impact: checks.Blocking, Owner: checks.OwnerVendor}
	LookAlike = &checks.Code{ID: "LD5013", Impact: checks.Blocking, Owner: checks.OwnerUser}
	Inside    = &checks.Code{ID: "LD5016", Impact: checks.Blocking, Owner: checks.OwnerVendor}
	Refused   = &checks.Code{ID: "LD5015", Impact: checks.Blocking, Owner: checks.OwnerIdentity, ExplainedBy: []string{"login.staff"}}
)

// Check follows redirects with cookies and without scripts.
var Check = &checks.Check{ID: "idp.redirects", Files: files, Scope: checks.PerPathway,
	Doors:    []checks.Door{checks.DoorSSO, checks.DoorLocal, checks.DoorHome, checks.DoorDesktop},
	Requires: []*checks.Check{answer.Check}, Uses: []*checks.Check{region.Check},
	Codes: []*checks.Code{Circle, Downgrade, LookAlike, Inside, Refused}, Timeout: 45 * time.Second, Run: run}

// A Result is every exchange on the way, in order.
type Result struct{ Hops []*hops.Exchange }

func run(ctx context.Context, p *checks.Pass) (any, error) {
	start, err := way.Start(p)
	if err != nil {
		return nil, err
	}
	var met []*checks.Subject
	walk := hops.Walk{Begun: begun(p, start), Client: func(ctx context.Context, u *url.URL) (*hops.Client, error) {
		s := way.Subject(p, u)
		if !judge(p, s) {
			return nil, nil
		}
		met = append(met, s)
		return way.Client(ctx, p, u)
	}}
	trail, err := walk.From(ctx, start)
	observe(p, trail)
	if blocked := way.Settled(ctx, p, met); blocked != nil {
		return nil, blocked
	}
	if err != nil {
		return nil, conclude(p, trail, err)
	}
	if len(trail) > 0 {
		refusal(p, trail[len(trail)-1])
	}
	return Result{trail}, nil
}

// begun are the exchanges with which web.answer has gone this way already, if it found nothing wrong with them.
func begun(p *checks.Pass, start *url.URL) []*hops.Exchange {
	o, _ := p.OutcomeOn(answer.Check, way.Subject(p, start))
	met, ok := o.Result.(answer.Result)
	if !ok || o.State != checks.Passed || met.First.URL.String() != start.String() {
		return nil
	}
	return met.Trail
}

// judge reports hosts that do not belong on the way; false means that the way must not be followed.
func judge(p *checks.Pass, s *checks.Subject) bool {
	if way.Known(p.Target, s.Host) {
		return true
	}
	if like := way.Resembles(p.Target.Product, s.Host); like != "" {
		p.Report(LookAlike, checks.Likely, checks.Public("host", s.Host), checks.Public("like", like)).On(s)
		return false
	}
	if inside(s.Host) {
		from := p.Pathway.Subjects[0]
		p.Report(Inside, checks.Likely, checks.Public("host", from.Name()), checks.Org("to", s.Host)).On(from).By(whose.Host(p.Target, from))
		return false
	}
	p.Observe(checks.Org("unlisted_host", s.Host))
	return true
}

// inside reports whether a host has a name or an address that means nothing outside the network of the server.
func inside(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.IsLoopback() || addr.IsPrivate() || addr.IsLinkLocalUnicast()
	}
	return !strings.Contains(host, ".") || strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".internal")
}

// observe keeps every hop: host, status, role, time and how its cookies are made.
func observe(p *checks.Pass, trail []*hops.Exchange) {
	for i, x := range trail {
		s := way.Subject(p, x.URL)
		p.Observe(checks.Public(fmt.Sprintf("hop_%d", i+1),
			fmt.Sprintf("%s %d as %s in %s", hops.Place(x.URL), x.Status, s.Role, checks.Human(x.Took))))
		for _, k := range x.Cookies {
			p.Observe(checks.Public(fmt.Sprintf("hop_%d_cookie", i+1),
				fmt.Sprintf("%s domain=%q path=%q same_site=%q secure=%t http_only=%t", k.Name, k.Domain, k.Path, k.SameSite, k.Secure, k.HTTPOnly)))
		}
	}
}

func conclude(p *checks.Pass, trail []*hops.Exchange, err error) error {
	var loop *hops.LoopError
	var down *hops.DowngradeError
	switch {
	case errors.As(err, &loop):
		s := way.Subject(p, loop.URL)
		p.Report(Circle, checks.Likely, checks.Public("host", s.Name()), checks.Public("place", hops.Place(loop.URL)),
			checks.Count("hops", loop.Hops)).On(s)
	case errors.As(err, &down):
		s := way.Subject(p, down.From)
		p.Report(Downgrade, checks.Likely, checks.Public("host", s.Name()), checks.Public("place", hops.Place(down.To))).On(s)
	default:
		return err
	}
	return nil
}

// refusal reads a coded error of a provider; a normal step of the flow is none.
func refusal(p *checks.Pass, x *hops.Exchange) {
	s := way.Subject(p, x.URL)
	found := slices.Concat(way.Refusals(p.Target.Product, x.URL.RawQuery), way.Refusals(p.Target.Product, x.Text()))
	if len(found) == 0 || s.Role != checks.RoleIDP {
		return
	}
	code := found[0]
	p.Report(Refused, checks.Likely, checks.Public("host", s.Name()), checks.Public("code", code.Code),
		checks.Public("text", cmp.Or(code.Text, "What the code means is not known.")),
		checks.Public("step", cmp.Or(code.Step, "Look up "+code.Code+" in the documentation of the provider and in its log."))).On(s)
}
