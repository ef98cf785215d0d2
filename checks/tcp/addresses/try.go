package addresses

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/dialerr"
	"logindoctor/checks/internal/hops"
	"logindoctor/checks/internal/tlsq"
	"logindoctor/checks/tcp/connect"
	"logindoctor/checks/tls/chain"
	"logindoctor/checks/tls/dates"
	"logindoctor/checks/tls/version"
	"logindoctor/checks/web/answer"
)

// A tried address, and why the host does not work there; empty if it does.
type tried struct {
	addr netip.AddrPort
	why  string
}

func (t tried) says() string {
	if t.why == "" {
		return "works"
	}
	return t.why
}

func list(all []tried) string {
	var words []string
	for _, t := range all {
		words = append(words, t.addr.Addr().String()+" "+t.says())
	}
	return strings.Join(words, ", ")
}

// try looks at all addresses at once; the one that the other checks use has been looked at by them.
func try(ctx context.Context, p *checks.Pass, tcp connect.Result) []tried {
	dead := map[netip.AddrPort]string{}
	for _, a := range tcp.Dead() {
		dead[a.Addr] = does(a.Why())
	}
	var wg sync.WaitGroup
	at := tcp.Attempts[:min(most, len(tcp.Attempts))]
	all := make([]tried, 0, len(at))
	for _, a := range at {
		t := tried{a.Addr, dead[a.Addr]}
		if a.Err != nil && t.why == "" { // no IPv6 here, which is another question
			continue
		}
		all = append(all, t)
		last := &all[len(all)-1]
		switch {
		case a.Err != nil:
		case a.Addr == tcp.Addr:
			last.why = found(p)
		default:
			wg.Go(func() { last.why = visit(ctx, p, a.Addr) })
		}
	}
	wg.Wait()
	return all
}

const mute = "does not answer"

func does(k dialerr.Kind) string {
	switch k {
	case dialerr.Refused, dialerr.Reset:
		return "refuses connections"
	case dialerr.Unreachable:
		return "cannot be reached"
	}
	return mute
}

// found is what the other checks have against the address that they use.
func found(p *checks.Pass) string {
	for _, c := range []struct {
		check *checks.Check
		why   string
	}{{version.Check, "breaks the handshake"}, {dates.Check, "shows a certificate outside its dates"}, {chain.Check, "shows a wrong certificate"}} {
		if o, _ := p.Outcome(c.check); o.State == checks.Failed {
			return c.why
		}
	}
	if o, _ := p.Outcome(answer.Check); o.Found(answer.Unavailable, answer.AppFault, answer.EdgeFault, answer.ProviderDown) {
		return "answers with an error"
	}
	return ""
}

// visit has the host prove itself at one address and asks it for a page. Slowness is no finding of this check.
func visit(ctx context.Context, p *checks.Pass, at netip.AddrPort) string {
	limited, cancel := context.WithTimeout(ctx, 8*time.Second)
	conn, why := prove(limited, p, at)
	cancel()
	if conn == nil {
		return why
	}
	client := hops.New(p.Subject, p.World.Now, conn, func(ctx context.Context) (*tls.Conn, error) {
		again, why := prove(ctx, p, at)
		if again == nil {
			return nil, errors.New(why)
		}
		return again, nil
	})
	defer client.Close()
	for range 2 { // an error that does not come back belongs to no address
		x, err := client.Do(ctx, hops.Request{URL: p.Subject.URL(answer.Path(p.Subject))})
		if err != nil || x.Status < 500 {
			return ""
		}
		why = fmt.Sprintf("answers with status %d", x.Status)
	}
	return why
}

// prove opens a verified connection to one address, or says why there is none.
func prove(ctx context.Context, p *checks.Pass, at netip.AddrPort) (*tls.Conn, string) {
	raw, err := p.World.Dial(ctx, "tcp", at.String(), checks.Dialing{})
	if err != nil {
		return nil, does(dialerr.Of(err))
	}
	c, _, err := tlsq.Handshake(ctx, raw, tlsq.Hello{Name: p.Subject.Host, ALPN: tlsq.Web})
	if err != nil {
		raw.Close()
		return nil, "breaks the handshake"
	}
	roots, err := p.World.Roots()
	if err != nil {
		raw.Close()
		return nil, ""
	}
	sent := c.ConnectionState().PeerCertificates
	now, _ := dates.Now(p)
	if tlsq.Verify(roots, sent, p.Subject.Host, now) == nil {
		return c, ""
	}
	raw.Close()
	switch {
	case now.After(sent[0].NotAfter), now.Before(sent[0].NotBefore):
		return nil, "shows a certificate outside its dates"
	case sent[0].VerifyHostname(p.Subject.Host) != nil:
		return nil, "shows the certificate of another name"
	}
	return nil, "shows a certificate that is not trusted"
}
