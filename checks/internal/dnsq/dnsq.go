// Package dnsq asks one DNS server for the addresses of one name.
package dnsq

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"

	"logindoctor/checks"
	"logindoctor/checks/internal/dialerr"
)

// A Kind is what an answer amounts to.
type Kind int

// The kinds. The first three are decisive: a program asks no other server after one of them.
const (
	Known     Kind = iota + 1 // at least one address
	NoName                    // NXDOMAIN
	NoAddress                 // NOERROR without an address of either family
	Failure                   // SERVFAIL
	Refused                   // REFUSED
	Silent                    // nothing came
	Closed                    // nobody listens there
	Odd                       // any other answer
)

var words = [...]string{"", "known", "no such name", "no address", "server failure", "refused", "no answer", "nobody listens", "odd answer"}

func (k Kind) String() string { return words[k] }

// Decisive reports whether a program stops asking after such an answer.
func (k Kind) Decisive() bool { return k == Known || k == NoName || k == NoAddress }

// An EDE is an extended error of RFC 8914.
type EDE struct {
	Code uint16
	Text string
}

// An Answer is what a server said about the addresses of a name.
type Answer struct {
	Server netip.AddrPort
	Kind   Kind
	Addrs  []netip.Addr
	Names  []string // targets of CNAME records, in order
	Zone   string   // owner of the SOA record of a negative answer
	Policy string   // zone of the response policy that wrote the answer
	TTL    time.Duration
	EDE    []EDE
	Took   time.Duration
	Err    error
}

// Name names a server, with the port if it is not 53.
func Name(server netip.AddrPort) string {
	if server.Port() == 53 {
		return server.Addr().String()
	}
	return server.String()
}

// Blocked returns the extended error with which a server says that policy decided, or nil (RFC 8914 section 4).
func (a Answer) Blocked() *EDE {
	for _, e := range a.EDE {
		switch e.Code {
		case dns.ExtendedErrorCodeForgedAnswer, dns.ExtendedErrorCodeBlocked, dns.ExtendedErrorCodeCensored,
			dns.ExtendedErrorCodeFiltered, dns.ExtendedErrorCodeProhibited:
			return &e
		}
	}
	return nil
}

// Denied reports whether a server says that policy keeps the answer back.
func (a Answer) Denied() bool {
	return a.Blocked() != nil || a.Policy != "" && a.Kind != Known
}

// Reason names the extended errors and the response policy, "none" without either.
func (a Answer) Reason() string {
	var all []string
	if a.Policy != "" {
		all = append(all, "response policy "+a.Policy)
	}
	for _, e := range a.EDE {
		name := dns.ExtendedErrorCodeToString[e.Code]
		if e.Text != "" {
			name += ": " + e.Text
		}
		all = append(all, name)
	}
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, "; ")
}

// A Question is a name and how it is asked for.
type Question struct {
	Name     string
	Unproven bool // do not check signatures (CD)
}

// Patience is how long a server may take.
const Patience = 5 * time.Second

// Ask asks a server for both families at once. It sends again after a second of silence and changes to TCP for a long answer.
func Ask(ctx context.Context, w checks.World, server netip.AddrPort, q Question) Answer {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	start := w.Now()
	replies := make(chan reply, 2)
	for _, t := range []uint16{dns.TypeA, dns.TypeAAAA} {
		go func() { replies <- ask(ctx, w, server, q, t) }()
	}
	four, six := <-replies, <-replies
	if four.of != dns.TypeA {
		four, six = six, four
	}
	a := merge(four, six)
	a.Server, a.Took = server, w.Now().Sub(start)
	return a
}

type reply struct {
	of  uint16
	msg *dns.Msg
	err error
}

func ask(ctx context.Context, w checks.World, server netip.AddrPort, q Question, of uint16) reply {
	m := new(dns.Msg).SetQuestion(dns.Fqdn(q.Name), of)
	m.CheckingDisabled = q.Unproven
	m.SetEdns0(1232, false)
	r, err := exchange(ctx, w, "udp", server, m)
	if err == nil && r.Rcode == dns.RcodeFormatError {
		m.Extra = nil
		r, err = exchange(ctx, w, "udp", server, m)
	}
	if err == nil && r.Truncated {
		r, err = exchange(ctx, w, "tcp", server, m)
	}
	return reply{of, r, err}
}

// exchange is our own because miekg's ExchangeContext honours deadlines but no cancellation and never sends twice.
func exchange(ctx context.Context, w checks.World, network string, server netip.AddrPort, m *dns.Msg) (*dns.Msg, error) {
	raw, err := w.Dial(ctx, network, server.String(), checks.Dialing{})
	if err != nil {
		return nil, err
	}
	defer raw.Close()
	defer context.AfterFunc(ctx, func() { raw.SetDeadline(time.Unix(1, 0)) })()
	c := &dns.Conn{Conn: raw, UDPSize: 1232}
	if err := c.WriteMsg(m); err != nil {
		return nil, err
	}
	if network == "udp" {
		again := time.AfterFunc(time.Second, func() { (&dns.Conn{Conn: raw}).WriteMsg(m) })
		defer again.Stop()
	}
	for {
		r, err := c.ReadMsg()
		if err == nil && r.Id == m.Id && slices.Equal(r.Question, m.Question) {
			return r, nil
		}
		if err != nil && (ctx.Err() != nil || isNet(err)) {
			return nil, errors.Join(ctx.Err(), err)
		}
	}
}

func isNet(err error) bool {
	n := net.Error(nil)
	return errors.As(err, &n) || dialerr.Of(err) == dialerr.Closed
}

// merge makes one answer out of both families. What either knows counts; otherwise the more telling failure does.
func merge(four, six reply) Answer {
	a, b := read(four), read(six)
	if b.Kind < a.Kind {
		a, b = b, a
	}
	if a.Kind == NoAddress && !b.Kind.Decisive() {
		a.Kind = b.Kind
	}
	a.Addrs = append(a.Addrs, b.Addrs...)
	slices.SortStableFunc(a.Addrs, func(x, y netip.Addr) int { return x.BitLen() - y.BitLen() })
	for _, e := range b.EDE {
		if !slices.Contains(a.EDE, e) {
			a.EDE = append(a.EDE, e)
		}
	}
	if len(a.Names) == 0 {
		a.Names = b.Names
	}
	if a.Zone == "" {
		a.Zone = b.Zone
	}
	if a.Policy == "" {
		a.Policy = b.Policy
	}
	return a
}

func read(r reply) Answer {
	if r.err != nil {
		kind := map[dialerr.Kind]Kind{dialerr.Silent: Silent, dialerr.Refused: Closed, dialerr.Unreachable: Closed, dialerr.NotAllowed: Closed}[dialerr.Of(r.err)]
		if kind == 0 {
			kind = Odd
		}
		return Answer{Kind: kind, Err: r.err}
	}
	var a Answer
	for _, rr := range r.msg.Answer {
		a.record(rr)
	}
	for _, rr := range r.msg.Ns {
		if soa, ok := rr.(*dns.SOA); ok {
			a.Zone = strings.TrimSuffix(soa.Hdr.Name, ".")
		}
	}
	for _, rr := range r.msg.Extra {
		if soa, ok := rr.(*dns.SOA); ok { // BIND 9 ARM, response-policy: add-soa
			a.Policy = strings.TrimSuffix(soa.Hdr.Name, ".")
		}
	}
	if opt := r.msg.IsEdns0(); opt != nil {
		for _, o := range opt.Option {
			if e, ok := o.(*dns.EDNS0_EDE); ok {
				a.EDE = append(a.EDE, EDE{e.InfoCode, e.ExtraText})
			}
		}
	}
	a.Kind = kindOf(r.msg.Rcode, len(a.Addrs))
	return a
}

func (a *Answer) record(rr dns.RR) {
	ttl := time.Duration(rr.Header().Ttl) * time.Second
	switch v := rr.(type) {
	case *dns.A:
		a.address(v.A, ttl)
	case *dns.AAAA:
		a.address(v.AAAA, ttl)
	case *dns.CNAME:
		a.Names = append(a.Names, strings.ToLower(strings.TrimSuffix(v.Target, ".")))
	}
}

func (a *Answer) address(ip net.IP, ttl time.Duration) {
	if addr, ok := netip.AddrFromSlice(ip); ok {
		a.Addrs = append(a.Addrs, addr.Unmap())
		a.TTL = max(a.TTL, ttl)
	}
}

func kindOf(rcode, addresses int) Kind {
	switch {
	case rcode == dns.RcodeSuccess && addresses > 0:
		return Known
	case rcode == dns.RcodeSuccess:
		return NoAddress
	case rcode == dns.RcodeNameError:
		return NoName
	case rcode == dns.RcodeServerFailure:
		return Failure
	case rcode == dns.RcodeRefused:
		return Refused
	}
	return Odd
}
