package answers

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/dnsq"
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
