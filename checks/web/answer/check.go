// Package answer asks each host for its landmark page and tells who answered.
package answer

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/hops"
	"logindoctor/checks/internal/plain"
	"logindoctor/checks/tls/chain"
)

//go:embed README.md scenarios
var files embed.FS

// Check speaks HTTP on the carried connection.
var Check = &checks.Check{ID: "web.answer", Files: files, Scope: checks.PerHost, Roles: roles,
	Requires: []*checks.Check{chain.Check}, Codes: codes, Timeout: 45 * time.Second, Run: run}

var roles = []checks.Role{checks.RoleWeb, checks.RoleAPI, checks.RolePortal, checks.RoleHome, checks.RoleIDP,
	checks.RoleCDN, checks.RoleRegion, checks.RoleStatus}

// A Result is HTTP spoken with the host, and the client that can go on.
type Result struct {
	Client *hops.Client
	First  *hops.Exchange   // the first answer
	Trail  []*hops.Exchange // it and the host's redirects to itself
	Offset time.Duration    // of this computer's clock from the host's, by the last answer
	Dated  bool             // the last answer says when it was given
}

// Last returns the answer after the host's redirects to itself.
func (r Result) Last() *hops.Exchange { return r.Trail[len(r.Trail)-1] }

func run(ctx context.Context, p *checks.Pass) (any, error) {
	verified, _ := checks.ResultOf[chain.Result](p, chain.Check)
	client := verified.Client
	trail, err := Walk(ctx, client, p.Subject.URL(Path(p.Subject)))
	for i, x := range trail {
		p.Observe(checks.Public(fmt.Sprintf("answer_%d", i+1), fmt.Sprintf("%d %s", x.Status, hops.Place(x.URL))),
			checks.Span(fmt.Sprintf("first_byte_%d", i+1), x.FirstByte))
	}
	if p.Subject.Role.OffWay() {
		if err != nil {
			return nil, err
		}
		return Result{Client: client, First: trail[0], Trail: trail}, nil
	}
	if err == nil {
		err = trail[len(trail)-1].Cut
	}
	if err != nil {
		return nil, broken(p, err)
	}
	r := Result{Client: client, First: trail[0], Trail: trail}
	r.Offset, err = plain.Offset(r.Last().Header, r.Last().Took, p.World.Now())
	r.Dated = err == nil
	judge(ctx, p, r)
	if len(p.Findings) == 0 {
		p.Reached(checks.DepthReach)
	}
	return r, nil
}

// Path is the landmark page of a host.
func Path(s *checks.Subject) string {
	if s.Path == "" {
		return "/"
	}
	return s.Path
}

// Walk follows the host's redirects to itself; one that leaves the host is an answer.
func Walk(ctx context.Context, client *hops.Client, start *url.URL) ([]*hops.Exchange, error) {
	w := hops.Walk{Client: func(_ context.Context, u *url.URL) (*hops.Client, error) {
		if !client.Speaks(u) {
			return nil, nil
		}
		return client, nil
	}}
	return w.From(ctx, start)
}

// broken concludes from an error of the walk, or returns it if it is our own.
func broken(p *checks.Pass, err error) error {
	var loop *hops.LoopError
	var down *hops.DowngradeError
	host := checks.Public("host", p.Subject.Name())
	raw := checks.Text("error", err.Error())
	switch {
	case errors.As(err, &loop):
		p.Report(RedirectLoop, checks.Likely, host, checks.Public("place", hops.Place(loop.URL)), checks.Count("hops", loop.Hops))
	case errors.As(err, &down):
		p.Report(Unencrypted, checks.Likely, host, checks.Public("place", hops.Place(down.To)))
	case errors.Is(err, context.Canceled):
		return err
	case hops.Silent(err):
		code := Silent
		if p.Subject.Role == checks.RoleIDP {
			code = ProviderMute
		}
		p.Report(code, checks.Likely, host, checks.Span("limit", hops.Patience), raw).FromSilence()
	case hops.Gone(err):
		p.Report(Hangup, checks.Likely, host, raw)
	case hops.Garbled(err):
		p.Report(NoHTTP, checks.Likely, host, raw)
	default:
		return err
	}
	return nil
}

// judge concludes from the last answer.
func judge(ctx context.Context, p *checks.Pass, r Result) {
	x := r.Last()
	host, status := checks.Public("host", p.Subject.Name()), checks.Count("status", x.Status)
	place := checks.Public("path", x.URL.Path)
	switch kind := Classify(p.Target.Product, x); kind {
	case BlockedPage:
		p.Report(BlockPage, checks.Likely, host, place, status, checks.Text("title", Title(x.Text())))
	case EdgeCheck:
		p.Report(Challenge, checks.Likely, host, status)
	case TooMany:
		p.Report(Throttled, checks.Likely, host, status, checks.Public("wait", Wait(x.Header)))
	case Closed:
		p.Report(Uncertified, checks.Confirmed, host, status).By(service(p))
	case Soft:
		p.Report(Maintenance, checks.Likely, host, checks.Text("title", Title(x.Text()))).By(service(p))
	case Rejected, Foreign, Forbidden:
		refused(ctx, p, r, kind)
	case Blank:
		if landed(p.Subject.Role) {
			p.Report(EmptyPage, checks.Likely, host, place, status).By(service(p))
		}
	case NotThere:
		if landed(p.Subject.Role) {
			missing(ctx, p, r)
		}
	case Maintained, GatewayFault, ServerFault:
		failing(ctx, p, x, kind)
	default:
		if x.Status >= 400 && landed(p.Subject.Role) && stale(ctx, p, r) {
			return
		}
		parts(ctx, p, r)
		slow(ctx, p, r)
	}
}

// landed reports whether the landmark path of a role must exist: the root of an API or of a provider need not.
func landed(r checks.Role) bool {
	return r == checks.RoleWeb || r == checks.RolePortal || r == checks.RoleHome
}

// service is who runs the service: the vendor, or the administrator of an installation of one's own.
func service(p *checks.Pass) checks.Owner {
	if p.Target.Region == "onprem" {
		return checks.OwnerPSAAdmin
	}
	return checks.OwnerVendor
}

// Wait tells when an answer asks to come back.
func Wait(h http.Header) string {
	after := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(after); err == nil && seconds >= 0 {
		return checks.Human(time.Duration(seconds) * time.Second)
	}
	if at, err := http.ParseTime(after); err == nil {
		return "until " + at.UTC().Format("15:04 MST")
	}
	return "an unstated time"
}
