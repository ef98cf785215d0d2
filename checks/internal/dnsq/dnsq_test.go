package dnsq_test

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/miekg/dns"

	"logindoctor/checks"
	"logindoctor/checks/internal/dnsq"
)

// sockets is a World with nothing but sockets and a clock.
type sockets struct{ checks.World }

func (sockets) Now() time.Time { return time.Now() }

func (sockets) Dial(ctx context.Context, network, address string, _ checks.Dialing) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, network, address)
}

func serve(t *testing.T, handle dns.HandlerFunc) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	u, err := net.ListenPacket("udp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*dns.Server{{Listener: l, Handler: handle}, {PacketConn: u, Handler: handle}} {
		ready := make(chan bool)
		s.NotifyStartedFunc = func() { close(ready) }
		go s.ActivateAndServe()
		<-ready
		t.Cleanup(func() { s.Shutdown() })
	}
	return u.LocalAddr().(*net.UDPAddr).AddrPort()
}

func record(t *testing.T, text string) dns.RR {
	t.Helper()
	rr, err := dns.NewRR(text)
	if err != nil {
		t.Fatal(err)
	}
	return rr
}

func ask(t *testing.T, handle dns.HandlerFunc) dnsq.Answer {
	t.Helper()
	return dnsq.Ask(t.Context(), sockets{}, serve(t, handle), dnsq.Question{Name: "host.example"})
}

func TestKnown(t *testing.T) {
	a := ask(t, func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg).SetReply(q)
		m.Answer = append(m.Answer, record(t, "host.example. 60 CNAME real.example."))
		if q.Question[0].Qtype == dns.TypeA {
			m.Answer = append(m.Answer, record(t, "real.example. 30 A 192.0.2.1"))
		} else {
			m.Answer = append(m.Answer, record(t, "real.example. 30 AAAA 2001:db8::1"))
		}
		w.WriteMsg(m)
	})
	want := []netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")}
	if a.Kind != dnsq.Known || !slices.Equal(a.Addrs, want) || !slices.Equal(a.Names, []string{"real.example"}) || a.TTL != 30*time.Second {
		t.Errorf("%+v", a)
	}
}

func TestOneFamilyOnly(t *testing.T) {
	a := ask(t, func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg).SetReply(q)
		if q.Question[0].Qtype == dns.TypeA {
			m.Answer = append(m.Answer, record(t, "host.example. 30 A 192.0.2.1"))
		} else {
			m.Rcode = dns.RcodeServerFailure
		}
		w.WriteMsg(m)
	})
	if a.Kind != dnsq.Known || len(a.Addrs) != 1 {
		t.Errorf("%+v", a)
	}
}

func TestRefusals(t *testing.T) {
	for rcode, want := range map[int]dnsq.Kind{
		dns.RcodeNameError: dnsq.NoName, dns.RcodeSuccess: dnsq.NoAddress, dns.RcodeServerFailure: dnsq.Failure,
		dns.RcodeRefused: dnsq.Refused, dns.RcodeNotImplemented: dnsq.Odd,
	} {
		a := ask(t, func(w dns.ResponseWriter, q *dns.Msg) {
			m := new(dns.Msg).SetRcode(q, rcode)
			m.Ns = []dns.RR{record(t, "example. 60 SOA ns.example. who.example. 1 2 3 4 5")}
			m.SetEdns0(1232, false)
			m.IsEdns0().Option = append(m.IsEdns0().Option, &dns.EDNS0_EDE{InfoCode: dns.ExtendedErrorCodeFiltered, ExtraText: "policy"})
			w.WriteMsg(m)
		})
		if a.Kind != want || a.Zone != "example" || a.Blocked() == nil || a.Reason() != "Filtered: policy" {
			t.Errorf("rcode %d: %+v, reason %q, want %v", rcode, a, a.Reason(), want)
		}
	}
}

func TestResponsePolicy(t *testing.T) {
	for rcode, denied := range map[int]bool{dns.RcodeNameError: true, dns.RcodeSuccess: false} {
		a := ask(t, func(w dns.ResponseWriter, q *dns.Msg) {
			m := new(dns.Msg).SetRcode(q, rcode)
			if rcode == dns.RcodeSuccess && q.Question[0].Qtype == dns.TypeA {
				m.Answer = append(m.Answer, record(t, "host.example. 30 A 192.0.2.1"))
			}
			m.Extra = []dns.RR{record(t, "policy.example. 60 SOA ns.example. who.example. 1 2 3 4 5")}
			w.WriteMsg(m)
		})
		if a.Denied() != denied || a.Reason() != "response policy policy.example" {
			t.Errorf("rcode %d: denied %t, reason %q", rcode, a.Denied(), a.Reason())
		}
	}
}

func TestLongAnswerComesOverTCP(t *testing.T) {
	a := ask(t, func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg).SetReply(q)
		if m.Truncated = w.RemoteAddr().Network() == "udp"; !m.Truncated && q.Question[0].Qtype == dns.TypeA {
			m.Answer = append(m.Answer, record(t, "host.example. 30 A 192.0.2.1"))
		}
		w.WriteMsg(m)
	})
	if a.Kind != dnsq.Known {
		t.Errorf("%+v", a)
	}
}

func TestServerWithoutEDNS(t *testing.T) {
	a := ask(t, func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg).SetReply(q)
		if q.IsEdns0() != nil {
			m.Rcode = dns.RcodeFormatError
		} else if q.Question[0].Qtype == dns.TypeA {
			m.Answer = append(m.Answer, record(t, "host.example. 30 A 192.0.2.1"))
		}
		w.WriteMsg(m)
	})
	if a.Kind != dnsq.Known {
		t.Errorf("%+v", a)
	}
}

func TestForeignReplyIsNoAnswer(t *testing.T) {
	a := ask(t, func(w dns.ResponseWriter, q *dns.Msg) {
		forged := new(dns.Msg).SetReply(q)
		forged.Id++
		forged.Answer = append(forged.Answer, record(t, "host.example. 30 A 203.0.113.66"))
		w.WriteMsg(forged)
		w.WriteMsg(new(dns.Msg).SetRcode(q, dns.RcodeNameError))
	})
	if a.Kind != dnsq.NoName || len(a.Addrs) > 0 {
		t.Errorf("%+v", a)
	}
}

func TestSilenceEndsWithTheContext(t *testing.T) {
	asked := make(chan bool, 2)
	server := serve(t, func(dns.ResponseWriter, *dns.Msg) { asked <- true })
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	if a := dnsq.Ask(ctx, sockets{}, server, dnsq.Question{Name: "host.example"}); a.Kind.Decisive() || a.Err == nil {
		t.Errorf("%+v", a)
	}
}

func TestNobodyListens(t *testing.T) {
	u, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := u.LocalAddr().(*net.UDPAddr).AddrPort()
	u.Close()
	if a := dnsq.Ask(t.Context(), sockets{}, at, dnsq.Question{Name: "host.example"}); a.Kind != dnsq.Closed {
		t.Errorf("%+v", a)
	}
}
