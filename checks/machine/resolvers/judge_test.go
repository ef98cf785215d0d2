package resolvers

import (
	"net/netip"
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/internal/dnsq"
)

func did(kinds ...dnsq.Kind) Resolver {
	r := Resolver{Resolver: checks.Resolver{Addr: netip.MustParseAddrPort("192.0.2.53:53")}}
	for _, k := range kinds {
		r.Real = append(r.Real, dnsq.Answer{Kind: k})
	}
	return r
}

func TestJudge(t *testing.T) {
	for _, test := range []struct {
		name   string
		all    []Resolver
		want   *checks.Code
		silent bool
	}{
		{"both work", []Resolver{did(dnsq.Known), did(dnsq.Known)}, nil, false},
		{"second dead", []Resolver{did(dnsq.Known), did(dnsq.Silent)}, nil, false},
		{"first dead", []Resolver{did(dnsq.Silent), did(dnsq.Known)}, PrimarySilent, false},
		{"first refuses, which costs no time", []Resolver{did(dnsq.Refused), did(dnsq.Known)}, nil, false},
		{"nobody listens at the first", []Resolver{did(dnsq.Closed), did(dnsq.Known)}, nil, false},
		{"knows one name of two", []Resolver{did(dnsq.Silent, dnsq.Known)}, nil, false},
		{"all dead", []Resolver{did(dnsq.Silent), did(dnsq.Silent)}, AllSilent, true},
		{"nobody listens", []Resolver{did(dnsq.Closed)}, AllSilent, false},
		{"one refuses, one is dead", []Resolver{did(dnsq.Silent), did(dnsq.Refused)}, AllRefuse, false},
		{"all fail", []Resolver{did(dnsq.Failure)}, nil, false},
	} {
		p := checks.NewPass(nil, nil, &checks.Target{}, Check)
		judge(p, test.all)
		switch {
		case test.want == nil && len(p.Findings) > 0:
			t.Errorf("%s: %s", test.name, p.Findings[0].Code.ID)
		case test.want != nil && (len(p.Findings) != 1 || p.Findings[0].Code != test.want || p.Findings[0].Silence != test.silent):
			t.Errorf("%s: %v, want %s", test.name, p.Findings, test.want.ID)
		}
	}
}

func TestLies(t *testing.T) {
	a, b := netip.MustParseAddr("192.0.2.80"), netip.MustParseAddr("192.0.2.81")
	known := func(addr netip.Addr) dnsq.Answer { return dnsq.Answer{Kind: dnsq.Known, Addrs: []netip.Addr{addr}} }
	for _, test := range []struct {
		name string
		said []dnsq.Answer
		want int
	}{
		{"same address for both", []dnsq.Answer{known(a), known(a)}, 1},
		{"different ones", []dnsq.Answer{known(a), known(b)}, 0},
		{"one ending only", []dnsq.Answer{known(a), {Kind: dnsq.NoName}}, 0},
	} {
		if got := (Resolver{False: test.said}).lies(); len(got) != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}
