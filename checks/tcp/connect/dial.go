package connect

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/dialerr"
	"logindoctor/checks/internal/whose"
)

const (
	patience = 5 * time.Second
	extra    = 3 * time.Second // for the other addresses once one has answered
)

// An Attempt is what one address did.
type Attempt struct {
	Addr netip.AddrPort
	Took time.Duration
	Err  error
	conn net.Conn
}

// Why says how the address failed.
func (a Attempt) Why() dialerr.Kind { return dialerr.Of(a.Err) }

// Dial tries all addresses at once and keeps their order.
func Dial(ctx context.Context, w checks.World, s *checks.Subject, addrs []netip.Addr) []Attempt {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	all := make([]Attempt, len(addrs))
	ended := make(chan int, len(addrs))
	for i, a := range addrs {
		all[i].Addr = netip.AddrPortFrom(a, port(s))
		go func() {
			start := w.Now()
			all[i].conn, all[i].Err = w.Dial(ctx, "tcp", all[i].Addr.String(), checks.Dialing{Name: s.Host})
			all[i].Took = w.Now().Sub(start)
			ended <- i
		}()
	}
	hurry := false
	for range addrs {
		if i := <-ended; all[i].Err == nil && !hurry {
			hurry = true
			defer time.AfterFunc(extra, cancel).Stop()
		}
	}
	return all
}

func port(s *checks.Subject) uint16 {
	if s.Port == 0 {
		return 443
	}
	return uint16(s.Port)
}

// carry keeps the first connection in the order of preference and closes the others.
func carry(attempts []Attempt) Result {
	r := Result{Attempts: attempts}
	for i, a := range attempts {
		switch {
		case a.conn == nil:
		case r.Conn == nil:
			r.Conn, r.Addr, r.Took = a.conn, a.Addr, a.Took
		default:
			a.conn.Close()
		}
		attempts[i].conn = nil
	}
	return r
}

func conclude(ctx context.Context, p *checks.Pass, r Result) {
	for _, a := range r.Attempts {
		p.Observe(checks.Network("address", a.Addr.String()), checks.Public("did", a.Why().String()), checks.Span("took", a.Took))
	}
	bad := failed(r.Attempts)
	switch {
	case r.Conn == nil && len(r.Attempts) > 0:
		unreached(p, r)
	case r.Conn == nil: // no address: dns.answers has said why
	case len(bad) > 0 && broken6(r.Attempts):
		half(ctx, p, bad)
	}
}

// unreached picks the code of the failure that says most: a refusal proves that something decided, silence proves nothing.
func unreached(p *checks.Pass, r Result) {
	for _, k := range []struct {
		kind dialerr.Kind
		code *checks.Code
	}{{dialerr.NotAllowed, NotAllowed}, {dialerr.Refused, Refused}, {dialerr.Reset, Refused}, {dialerr.Unreachable, Unreachable}} {
		i := slices.IndexFunc(r.Attempts, func(a Attempt) bool { return a.Why() == k.kind })
		if i >= 0 {
			f := p.Report(k.code, checks.Likely, evidence(p, r, r.Attempts[i])...)
			if f.Owner == checks.OwnerUndetermined {
				f.By(whose.Host(p.Target, p.Subject))
			}
			return
		}
	}
	p.Report(Silent, checks.Likely, evidence(p, r, r.Attempts[0])...).FromSilence()
}

func evidence(p *checks.Pass, r Result, a Attempt) []checks.Evidence {
	var all []string
	for _, t := range r.Attempts {
		all = append(all, t.Addr.Addr().String()+" "+t.Why().String())
	}
	return []checks.Evidence{checks.Public("host", p.Subject.Host), checks.Count("port", int(port(p.Subject))),
		checks.Network("address", a.Addr.Addr().String()), checks.Span("took", a.Took), checks.Public("did", a.Why().String()),
		checks.Network("tried", strings.Join(all, ", "))}
}

// Dead are the addresses that cannot be reached although others can, and not for want of IPv6 as a whole.
func (r Result) Dead() []Attempt {
	if broken6(r.Attempts) || absent6(r.Attempts) {
		return nil
	}
	return failed(r.Attempts)
}

func failed(all []Attempt) []Attempt {
	return slices.DeleteFunc(slices.Clone(all), func(a Attempt) bool { return a.Err == nil })
}

// broken6 reports whether IPv6 as a whole leads nowhere while IPv4 works.
func broken6(all []Attempt) bool {
	six, four := family(all)
	return len(six) > 0 && len(failed(six)) == len(six) && len(failed(four)) == 0 && !absent6(all)
}

// absent6 reports whether the only failures are those of a computer without IPv6, which is no fault.
func absent6(all []Attempt) bool {
	return !slices.ContainsFunc(failed(all), func(a Attempt) bool { return a.Addr.Addr().Is4() || a.Why() != dialerr.Unreachable })
}

func family(all []Attempt) (six, four []Attempt) {
	for _, a := range all {
		if a.Addr.Addr().Is4() {
			four = append(four, a)
		} else {
			six = append(six, a)
		}
	}
	return six, four
}

// half asks an unrelated host over IPv6: if that works, only this host's IPv6 is dead, and it is not this network's doing.
func half(ctx context.Context, p *checks.Pass, bad []Attempt) {
	f := p.Report(IPv6Broken, checks.Likely, checks.Public("host", p.Subject.Host), checks.Network("address", bad[0].Addr.Addr().String()),
		checks.Public("did", bad[0].Why().String()))
	for _, c := range p.Target.Controls {
		known, err := p.World.Lookup(ctx, c.Host)
		if err != nil || c.Host == p.Subject.Host {
			continue
		}
		six := slices.DeleteFunc(slices.Clone(known.Addrs), func(a netip.Addr) bool { return a.Is4() })
		if len(six) == 0 {
			continue
		}
		if r := carry(Dial(ctx, p.World, c, six)); r.Conn != nil {
			r.Conn.Close()
			f.By(whose.Host(p.Target, p.Subject))
			return
		}
		f.Certainty = checks.Confirmed
		return
	}
}
