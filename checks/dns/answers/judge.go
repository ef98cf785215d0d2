package answers

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/dnsq"
	"logindoctor/checks/internal/whose"
)

// grace is how long an earlier resolver may still object to the good answer of a later one.
const grace = time.Second

// A sighting is all that was heard about a name. Slots of resolvers that had not answered in time are silent.
type sighting struct {
	system  checks.Lookup
	failed  error // of the system; nil and no addresses means that it was not waited for
	waited  bool  // the system's view came in time
	direct  []dnsq.Answer
	took    time.Duration
	servers []checks.Resolver
	plain   []netip.Addr // system's answer for the name with a final dot, asked only on suspicion
}

func look(ctx context.Context, w checks.World, host string) (*sighting, error) {
	servers, err := w.Resolvers(ctx)
	if err != nil {
		return nil, fmt.Errorf("resolvers: %w", err)
	}
	s := &sighting{servers: servers, direct: make([]dnsq.Answer, len(servers))}
	for i, r := range servers {
		s.direct[i] = dnsq.Answer{Server: r.Addr, Kind: dnsq.Silent}
	}
	s.gather(ctx, w, host)
	if s.suspicious() {
		dotted, _ := w.Lookup(ctx, host+".")
		s.plain = dotted.Addrs
	}
	return s, nil
}

// gather asks everyone at once. It stops waiting a grace after the first good answer: the order of the resolvers decides,
// but a dead one must not hold up the run.
func (s *sighting) gather(ctx context.Context, w checks.World, host string) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	start := w.Now()
	type said struct {
		i      int
		answer dnsq.Answer
		system checks.Lookup
		err    error
	}
	heard := make(chan said, len(s.servers)+1)
	go func() {
		l, err := w.Lookup(ctx, host)
		heard <- said{i: -1, system: l, err: err}
	}()
	for i, r := range s.servers {
		go func() { heard <- said{i: i, answer: dnsq.Ask(ctx, w, r.Addr, dnsq.Question{Name: host})} }()
	}
	var enough <-chan time.Time
	for range len(s.servers) + 1 {
		select {
		case h := <-heard:
			good := h.answer.Kind == dnsq.Known
			if h.i < 0 {
				s.system, s.failed, s.waited = h.system, h.err, true
				good = h.err == nil && len(h.system.Addrs) > 0
			} else {
				s.direct[h.i] = h.answer
			}
			if good && enough == nil {
				enough = time.After(grace)
				s.took = w.Now().Sub(start)
			}
		case <-enough:
			return
		}
	}
}

// addrs are what a program would use: the system's view, or before that came, the answer that decides.
func (s *sighting) addrs() []netip.Addr {
	if len(s.system.Addrs) > 0 {
		return s.system.Addrs
	}
	if a, ok := s.decisive(); ok {
		return a.Addrs
	}
	return nil
}

func (s *sighting) names() []string {
	for _, a := range s.direct {
		if len(a.Names) > 0 {
			return a.Names
		}
	}
	return nil
}

// decisive is the first answer in this computer's order after which a program asks nobody else.
func (s *sighting) decisive() (dnsq.Answer, bool) {
	i := slices.IndexFunc(s.direct, func(a dnsq.Answer) bool { return a.Kind.Decisive() })
	if i < 0 {
		return dnsq.Answer{}, false
	}
	return s.direct[i], true
}

func (s *sighting) any(k dnsq.Kind) (dnsq.Answer, bool) {
	i := slices.IndexFunc(s.direct, func(a dnsq.Answer) bool { return a.Kind == k })
	if i < 0 {
		return dnsq.Answer{}, false
	}
	return s.direct[i], true
}

// known are all addresses that any resolver gave.
func (s *sighting) known() []netip.Addr {
	var all []netip.Addr
	for _, a := range s.direct {
		all = append(all, a.Addrs...)
	}
	return all
}

// suspicious reports whether the system has an answer that no resolver gave.
func (s *sighting) suspicious() bool {
	return len(s.system.Addrs) > 0 && !s.system.HostsFile && len(s.direct) > 0 && !overlap(s.system.Addrs, s.known()) &&
		!slices.ContainsFunc(s.direct, func(a dnsq.Answer) bool { return !a.Kind.Decisive() })
}

// judge names the conclusion and the answer that it rests on; nil means that the name resolves.
func (s *sighting) judge() (*checks.Code, dnsq.Answer) {
	if s.system.HostsFile {
		return nil, dnsq.Answer{}
	}
	first, ok := s.decisive()
	if s.suspicious() && (first.Kind != dnsq.Known || overlap(s.plain, s.known())) {
		return SuffixHijack, first
	}
	switch {
	case !ok:
		return s.undecided()
	case first.Blocked() != nil || first.Kind == dnsq.Known && nowhere(first.Addrs):
		return Filtered, first
	case first.Kind == dnsq.Known && private(first.Addrs) && s.elsewherePublic():
		return Filtered, first
	case first.Kind == dnsq.Known:
		return nil, first
	}
	if _, other := s.any(dnsq.Known); other {
		return SplitHorizon, first
	}
	if first.Kind == dnsq.NoAddress {
		return NoAddress, first
	}
	return NoSuchName, first
}

// undecided explains why nobody gave an answer that a program could use. Without direct answers the system's word counts.
func (s *sighting) undecided() (*checks.Code, dnsq.Answer) {
	if len(s.system.Addrs) > 0 {
		return nil, dnsq.Answer{}
	}
	for _, k := range []struct {
		kind dnsq.Kind
		code *checks.Code
	}{{dnsq.Failure, ServerFailure}, {dnsq.Odd, ServerFailure}, {dnsq.Refused, Refused}} {
		if a, ok := s.any(k.kind); ok {
			if a.Blocked() != nil {
				return Filtered, a
			}
			return k.code, a
		}
	}
	if len(s.direct) == 0 && s.failed != nil && notFound(s.failed) {
		return NoSuchName, dnsq.Answer{Kind: dnsq.NoName}
	}
	return NoAnswer, dnsq.Answer{Kind: dnsq.Silent}
}

// sure is confirmed when two resolvers say the same, or when the answer itself names its reason.
func (s *sighting) sure(code *checks.Code) checks.Certainty {
	first, _ := s.decisive()
	if code == Bogus || code == SplitHorizon || code == Filtered && first.Blocked() != nil {
		return checks.Confirmed
	}
	same := 0
	for _, a := range s.direct {
		if a.Kind == first.Kind {
			same++
		}
	}
	if same > 1 {
		return checks.Confirmed
	}
	return checks.Likely
}

func (s *sighting) owner(p *checks.Pass, code *checks.Code, near string) checks.Owner {
	if code == NoSuchName && near != "" {
		return checks.OwnerUser
	}
	if code == ServerFailure && p.Subject.Role != checks.RoleControl {
		if _, mixed := s.any(dnsq.Silent); mixed {
			return checks.OwnerNetwork
		}
	}
	return whose.Host(p.Target, p.Subject)
}

func (s *sighting) evidence(host string, a dnsq.Answer, near string) []checks.Evidence {
	if near == "" {
		near = "none is similar"
	}
	var all []string
	for _, d := range s.direct {
		all = append(all, d.Server.Addr().String()+": "+d.Kind.String())
	}
	resolver := "the system"
	if a.Server.IsValid() {
		resolver = a.Server.Addr().String()
	}
	return []checks.Evidence{checks.Public("host", host), checks.Network("resolver", resolver),
		checks.Network("answers", strings.Join(all, ", ")), checks.Network("addresses", join(append(slices.Clone(a.Addrs), s.system.Addrs...))),
		checks.Text("reason", a.Reason()), checks.Org("zone", a.Zone), checks.Public("nearest", near),
		checks.Network("better", join(s.others(a)))}
}

// others are the addresses that resolvers other than that of a gave.
func (s *sighting) others(a dnsq.Answer) []netip.Addr {
	var all []netip.Addr
	for _, d := range s.direct {
		if d.Server != a.Server {
			all = append(all, d.Addrs...)
		}
	}
	return all
}

func (s *sighting) elsewherePublic() bool {
	return slices.ContainsFunc(s.direct, func(a dnsq.Answer) bool { return a.Kind == dnsq.Known && !private(a.Addrs) && !nowhere(a.Addrs) })
}

// nowhere reports whether every address is one that no host can have.
func nowhere(addrs []netip.Addr) bool {
	return !slices.ContainsFunc(addrs, func(a netip.Addr) bool { return !a.IsUnspecified() })
}

// private reports whether no address is of the public Internet.
func private(addrs []netip.Addr) bool {
	return !slices.ContainsFunc(addrs, func(a netip.Addr) bool {
		return !a.IsPrivate() && !a.IsLoopback() && !a.IsLinkLocalUnicast() && !a.IsUnspecified()
	})
}

func overlap(a, b []netip.Addr) bool {
	return slices.ContainsFunc(a, func(x netip.Addr) bool { return slices.Contains(b, x) })
}

func join(addrs []netip.Addr) string {
	if len(addrs) == 0 {
		return "none"
	}
	var all []string
	for _, a := range addrs {
		if t := a.String(); !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	return strings.Join(all, ", ")
}
