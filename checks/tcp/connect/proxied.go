package connect

import (
	"context"
	"errors"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/internal/dialerr"
	"logindoctor/checks/machine/proxy"
)

// throughProxy first has the proxy itself looked at, then opens the tunnel.
func throughProxy(ctx context.Context, p *checks.Pass) (any, error) {
	via, err := p.World.ProxyFor(ctx, p.Subject.URL("/"))
	if err != nil {
		return nil, err
	}
	if _, err := p.Reach(ctx, ProxySubject(via), p.Check); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	start := p.World.Now()
	conn, err := p.World.Dial(ctx, "tcp", p.Subject.Address(), checks.Dialing{Proxy: via})
	r := Result{Conn: conn, Proxy: via, Took: p.World.Now().Sub(start)}
	if err != nil {
		r.Conn = nil
		refusedBy(p, via, err)
	}
	return r, nil
}

// ProxySubject makes a subject out of a proxy address.
func ProxySubject(via *url.URL) *checks.Subject {
	port, err := strconv.Atoi(via.Port())
	if err != nil {
		port = map[string]int{"https": 443}[via.Scheme]
	}
	if port == 0 {
		port = 80
	}
	return &checks.Subject{Host: strings.ToLower(via.Hostname()), Port: port, Role: checks.RoleProxy, Path: "/"}
}

// refusedBy tells what a proxy that is there answered instead of a tunnel.
func refusedBy(p *checks.Pass, via *url.URL, err error) {
	e := (*checks.ProxyError)(nil)
	if !errors.As(err, &e) {
		e = &checks.ProxyError{Proxy: via.Host, Err: err}
	}
	ev := []checks.Evidence{checks.Public("host", p.Subject.Host), checks.Network("proxy", via.Host), checks.Count("status", e.Status),
		checks.Public("schemes", schemes(e)), checks.Text("says", says(e)), checks.Text("error", err.Error())}
	code := answered(e)
	if code == NoProxy {
		set, _ := checks.ResultOf[proxy.Result](p, proxy.Check)
		source, _ := set.Source(via.Hostname())
		p.Report(code, checks.Likely, append(ev, checks.Public("source", source))...)
		return
	}
	f := p.Report(code, checks.Likely, ev...)
	if e.Status > 0 {
		f.Certainty = checks.Confirmed
	}
	if code == ProxyStalls {
		f.FromSilence()
	}
}

// answered goes by what the answers mean to somebody who asked for a tunnel (RFC 9110 section 15). A server of pages does not
// know the method or takes the request for a bad one; Privoxy answers 404 for a name that it cannot find.
func answered(e *checks.ProxyError) *checks.Code {
	switch {
	case e.Status == 407:
		return ProxyWantsLogin
	case slices.Contains([]int{400, 405, 501}, e.Status), e.Err != nil && strings.Contains(e.Err.Error(), "malformed HTTP"): // net/http gives it no type
		return NoProxy
	case e.Status >= 500, e.Status == 404:
		return ProxyUpstream
	case e.Status > 0:
		return ProxyDenies
	case dialerr.Of(e.Err) == dialerr.Silent:
		return ProxyStalls
	}
	return ProxyCloses
}

// schemes lists the ways of signing in that a proxy offers (RFC 9110 section 11.7.1).
func schemes(e *checks.ProxyError) string {
	var all []string
	for _, h := range e.Header.Values("Proxy-Authenticate") {
		name, _, _ := strings.Cut(h, " ")
		all = append(all, name)
	}
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, ", ")
}

// says is what a proxy gives as its reason: Squid's header (wiki.squid-cache.org), where it redirects, or its page.
func says(e *checks.ProxyError) string {
	for _, text := range []string{e.Header.Get("X-Squid-Error"), e.Header.Get("Location"), strings.TrimSpace(e.Body)} {
		if text != "" {
			return text
		}
	}
	return "nothing"
}

// toProxy looks at a proxy itself. Its connection is not used: each tunnel has its own.
func toProxy(ctx context.Context, p *checks.Pass, addrs []netip.Addr) (any, error) {
	r := carry(Dial(ctx, p.World, p.Subject, addrs))
	up := r.Conn != nil
	r.Close()
	r.Conn = nil
	if up {
		return r, nil
	}
	did := "its name does not resolve"
	if len(r.Attempts) > 0 {
		did = r.Attempts[0].Why().String()
	}
	set, _ := checks.ResultOf[proxy.Result](p, proxy.Check)
	source, environment := set.Source(p.Subject.Host)
	code := ProxyDown
	if environment {
		code = EnvProxyDead
	}
	f := p.Report(code, checks.Likely, checks.Network("proxy", p.Subject.Address()), checks.Public("did", did), checks.Public("source", source),
		checks.Public("direct", directly(ctx, p)))
	if did == dialerr.Silent.String() {
		f.FromSilence()
	}
	return r, nil
}

// directly tells whether the sign-in would work without the proxy.
func directly(ctx context.Context, p *checks.Pass) string {
	all := p.Target.Subjects()
	if len(all) == 0 {
		return "not tested"
	}
	known, err := p.World.Lookup(ctx, all[0].Host)
	if err != nil {
		return "not possible either"
	}
	r := carry(Dial(ctx, p.World, all[0], known.Addrs))
	if r.Conn == nil {
		return "not possible either"
	}
	r.Conn.Close()
	return "possible"
}
