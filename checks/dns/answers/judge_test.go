package answers

import (
	"net/netip"
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/internal/dnsq"
)

func addrs(all ...string) []netip.Addr {
	var list []netip.Addr
	for _, a := range all {
		list = append(list, netip.MustParseAddr(a))
	}
	return list
}

func said(kind dnsq.Kind, all ...string) dnsq.Answer {
	return dnsq.Answer{Kind: kind, Addrs: addrs(all...)}
}

func blocked(a dnsq.Answer, code uint16) dnsq.Answer {
	a.EDE = []dnsq.EDE{{Code: code}}
	return a
}

func TestJudge(t *testing.T) {
	known := said(dnsq.Known, "192.0.2.1")
	for _, test := range []struct {
		name   string
		system checks.Lookup
		plain  []netip.Addr
		direct []dnsq.Answer
		want   *checks.Code
	}{
		{name: "known", direct: []dnsq.Answer{known, known}},
		{name: "first silent", direct: []dnsq.Answer{said(dnsq.Silent), known}},
		{name: "first fails", direct: []dnsq.Answer{said(dnsq.Failure), known}},
		{name: "nobody knows", direct: []dnsq.Answer{said(dnsq.NoName), said(dnsq.NoName)}, want: NoSuchName},
		{name: "no address", direct: []dnsq.Answer{said(dnsq.NoAddress)}, want: NoAddress},
		{name: "first says no for good", direct: []dnsq.Answer{said(dnsq.NoName), known}, want: SplitHorizon},
		{name: "silent, then no", direct: []dnsq.Answer{said(dnsq.Silent), said(dnsq.NoName)}, want: NoSuchName},
		{name: "nowhere", direct: []dnsq.Answer{said(dnsq.Known, "0.0.0.0", "::")}, want: Filtered},
		{name: "nowhere among others", direct: []dnsq.Answer{said(dnsq.Known, "0.0.0.0", "192.0.2.1")}},
		{name: "private, public elsewhere", direct: []dnsq.Answer{said(dnsq.Known, "10.0.0.7"), said(dnsq.Known, "1.1.1.1")}, want: Filtered},
		{name: "private everywhere", direct: []dnsq.Answer{said(dnsq.Known, "10.0.0.7"), said(dnsq.Known, "10.0.0.8")}},
		{name: "denied with a reason", direct: []dnsq.Answer{blocked(said(dnsq.NoName), 15), known}, want: Filtered},
		{name: "refused with a reason", direct: []dnsq.Answer{blocked(said(dnsq.Refused), 18)}, want: Filtered},
		{name: "refused", direct: []dnsq.Answer{said(dnsq.Refused), said(dnsq.Silent)}, want: Refused},
		{name: "servers fail", direct: []dnsq.Answer{said(dnsq.Silent), blocked(said(dnsq.Failure), 22)}, want: ServerFailure},
		{name: "all silent", direct: []dnsq.Answer{said(dnsq.Silent)}, want: NoAnswer},
		{name: "hosts file", system: checks.Lookup{HostsFile: true, Addrs: addrs("192.0.2.9")}, direct: []dnsq.Answer{said(dnsq.NoName)}},
		{name: "search domain, name unknown", system: checks.Lookup{Addrs: addrs("192.0.2.9")}, direct: []dnsq.Answer{said(dnsq.NoName)}, want: SuffixHijack},
		{name: "search domain, name known", system: checks.Lookup{Addrs: addrs("192.0.2.9")}, plain: addrs("192.0.2.1"),
			direct: []dnsq.Answer{known}, want: SuffixHijack},
		{name: "balanced load", system: checks.Lookup{Addrs: addrs("192.0.2.9")}, plain: addrs("192.0.2.9"), direct: []dnsq.Answer{known}},
		{name: "no resolver to ask", system: checks.Lookup{Addrs: addrs("192.0.2.9")}},
	} {
		s := &sighting{system: test.system, plain: test.plain, direct: test.direct}
		if got, _ := s.judge(); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"na.service.example", "eu.service.example", "api-na.service.example"}
	for host, want := range map[string]string{
		"na.sevrice.example":     "na.service.example", // swapped neighbours
		"ap-na.service.example":  "api-na.service.example",
		"na.service.example":     "", // known itself
		"portal.service.example": "",
	} {
		if got := nearest(host, known); got != want {
			t.Errorf("nearest to %s is %q, want %q", host, got, want)
		}
	}
}
