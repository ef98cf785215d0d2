package answers

import (
	"net/netip"
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/internal/dnsq"
	"logindoctor/checks/internal/whose"
)

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
	case first.Denied() || first.Kind == dnsq.Known && nowhere(first.Addrs):
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
			if a.Denied() {
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
	if code == Bogus || code == SplitHorizon || code == Filtered && first.Denied() {
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
	if first, ok := s.decisive(); ok && first.Zone == "" && len(first.Names) == 0 && (code == NoSuchName || code == NoAddress) {
		return checks.OwnerNetwork // the zone itself says no with its SOA record, RFC 2308 section 3; this is somebody's rule
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
		all = append(all, dnsq.Name(d.Server)+": "+d.Kind.String())
	}
	resolver := "the system"
	if a.Server.IsValid() {
		resolver = dnsq.Name(a.Server)
	}
	missing := host
	if len(a.Names) > 0 {
		missing = a.Names[len(a.Names)-1]
	}
	return []checks.Evidence{checks.Public("host", host), checks.Public("missing", missing), checks.Network("resolver", resolver),
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
