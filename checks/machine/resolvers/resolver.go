package resolvers

import (
	"net/netip"
	"slices"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/dnsq"
)

// A Resolver is a DNS server and its answers.
type Resolver struct {
	checks.Resolver
	Real  []dnsq.Answer // for names that exist
	False []dnsq.Answer // for names that cannot exist
}

// did sums up what a resolver did: the best of its answers to names that exist.
func (r Resolver) did() dnsq.Kind {
	best := dnsq.Odd + 1
	for _, a := range r.Real {
		best = min(best, a.Kind)
	}
	return best
}

func (r Resolver) took() time.Duration {
	var most time.Duration
	for _, a := range r.Real {
		most = max(most, a.Took)
	}
	return most
}

// lies are the addresses that a resolver gives to every name that cannot exist.
func (r Resolver) lies() []netip.Addr {
	for _, a := range r.False {
		if a.Kind != dnsq.Known || !within(a.Addrs, r.False[0].Addrs) {
			return nil
		}
	}
	return r.False[0].Addrs
}

func within(some, all []netip.Addr) bool {
	return len(some) > 0 && !slices.ContainsFunc(some, func(a netip.Addr) bool { return !slices.Contains(all, a) })
}
