package world

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// A nameserver answers by a function and counts the questions.
type nameserver struct {
	addr  netip.AddrPort
	asked atomic.Int64
}

func serveDNS(t *testing.T, reply func(*dns.Msg, string) []*dns.Msg) *nameserver {
	t.Helper()
	udp, tcp := samePort(t)
	n := &nameserver{addr: netip.MustParseAddrPort(udp.LocalAddr().String())}
	handler := dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		n.asked.Add(1)
		for _, m := range reply(q, w.RemoteAddr().Network()) {
			w.WriteMsg(m)
		}
	})
	for _, s := range []*dns.Server{{PacketConn: udp, Handler: handler}, {Listener: tcp, Handler: handler}} {
		started := make(chan struct{})
		s.NotifyStartedFunc = func() { close(started) }
		go s.ActivateAndServe()
		<-started
		t.Cleanup(func() { s.Shutdown() })
	}
	return n
}

// samePort listens on a port that is free for both protocols.
func samePort(t *testing.T) (net.PacketConn, net.Listener) {
	t.Helper()
	for range 20 {
		tcp, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if udp, err := net.ListenPacket("udp", tcp.Addr().String()); err == nil {
			return udp, tcp
		}
		tcp.Close()
	}
	t.Fatal("no port is free for both protocols")
	return nil, nil
}

// says answers with a response code and records, those of the asked type and aliases.
func says(rcode int, records ...string) func(*dns.Msg, string) []*dns.Msg {
	return func(q *dns.Msg, _ string) []*dns.Msg {
		m := new(dns.Msg).SetRcode(q, rcode)
		m.RecursionAvailable = true
		for _, text := range records {
			r, err := dns.NewRR(text)
			if err != nil {
				panic(err)
			}
			if kind := r.Header().Rrtype; kind == q.Question[0].Qtype || kind == dns.TypeCNAME {
				m.Answer = append(m.Answer, r)
			}
		}
		return []*dns.Msg{m}
	}
}

func silence(*dns.Msg, string) []*dns.Msg { return nil }

func TestLookupOrderOfResolvers(t *testing.T) {
	lame := func(q *dns.Msg, _ string) []*dns.Msg { return []*dns.Msg{new(dns.Msg).SetReply(q)} }
	halfSilent := func(q *dns.Msg, n string) []*dns.Msg {
		if q.Question[0].Qtype == dns.TypeAAAA {
			return nil
		}
		return says(dns.RcodeSuccess, "na.test. A 192.0.2.1")(q, n)
	}
	late := func(q *dns.Msg, n string) []*dns.Msg {
		time.Sleep(turn + turn/4)
		return says(dns.RcodeSuccess, "na.test. A 192.0.2.1")(q, n)
	}
	tests := []struct {
		name  string
		first func(*dns.Msg, string) []*dns.Msg
		want  string // addresses or the first letters of the error
		next  bool   // the second server is asked
	}{
		{"knows", says(dns.RcodeSuccess, "na.test. A 192.0.2.1"), "192.0.2.1", false},
		{"NXDOMAIN is final", says(dns.RcodeNameError), "no such host", false},
		{"NODATA is final", says(dns.RcodeSuccess), "no such host", false},
		{"an alias without address is final", says(dns.RcodeSuccess, "na.test. CNAME gone.test."), "no such host", false},
		{"SERVFAIL", says(dns.RcodeServerFailure), "192.0.2.2", true},
		{"REFUSED", says(dns.RcodeRefused), "192.0.2.2", true},
		{"lame", lame, "192.0.2.2", true},
		{"silence", silence, "192.0.2.2", true},
		{"late, which counts unless another is faster", late, "192.0.2.2", true},
		{"silence for one family", halfSilent, "192.0.2.1", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			first := serveDNS(t, test.first)
			second := serveDNS(t, says(dns.RcodeSuccess, "na.test. A 192.0.2.2"))
			w := newWorld(t, Options{Resolvers: []netip.AddrPort{first.addr, second.addr}})
			found, err := w.Lookup(t.Context(), "na.test")
			got := strings.Trim(fmt.Sprint(found.Addrs), "[]")
			if failed, ok := errors.AsType[*net.DNSError](err); ok {
				got = failed.Err
				if failed.IsNotFound != (failed.Err == "no such host") {
					t.Errorf("%+v", failed)
				}
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if next := second.asked.Load() > 0; next != test.next {
				t.Errorf("second server asked: %v", next)
			}
			if n := first.asked.Load(); n != 2 {
				t.Errorf("first server was asked %d times, want one question for each family", n)
			}
		})
	}
}

func TestLookupLateAnswerOfTheOnlyResolver(t *testing.T) {
	late := serveDNS(t, func(q *dns.Msg, n string) []*dns.Msg {
		time.Sleep(turn + turn/4)
		return says(dns.RcodeSuccess, "na.test. A 192.0.2.1")(q, n)
	})
	found, err := newWorld(t, Options{Resolvers: []netip.AddrPort{late.addr}}).Lookup(t.Context(), "na.test")
	if got := fmt.Sprint(found.Addrs); got != "[192.0.2.1]" {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestLookupFailures(t *testing.T) {
	dead := netip.MustParseAddrPort("127.0.0.1:" + closedPort(t))
	silent := serveDNS(t, silence)
	broken := serveDNS(t, says(dns.RcodeServerFailure))
	tests := []struct {
		server             netip.AddrPort
		timeout, temporary bool
	}{{dead, false, false}, {silent.addr, true, true}, {broken.addr, false, true}}
	for _, test := range tests {
		_, err := newWorld(t, Options{Resolvers: []netip.AddrPort{test.server}}).Lookup(t.Context(), "na.test")
		failed, ok := errors.AsType[*net.DNSError](err)
		if !ok || failed.IsTimeout != test.timeout || failed.IsTemporary != test.temporary || failed.IsNotFound ||
			failed.Server != test.server.String() || failed.Name != "na.test" {
			t.Errorf("got %+v", err)
		}
	}
}

func TestLookupAnswers(t *testing.T) {
	full := says(dns.RcodeSuccess, "na.test. CNAME edge.test.", "edge.test. AAAA 2001:db8::2", "edge.test. AAAA 2001:db8::1",
		"edge.test. A 192.0.2.9", "edge.test. A 192.0.2.3")
	forged := func(q *dns.Msg, n string) []*dns.Msg {
		wrongID, wrongName := full(q, n)[0], full(q.Copy().SetQuestion("evil.test.", q.Question[0].Qtype), n)[0]
		wrongID.Id++
		wrongName.Id = q.Id
		return append([]*dns.Msg{wrongID, wrongName}, full(q, n)...)
	}
	truncated := func(q *dns.Msg, network string) []*dns.Msg {
		if network == "tcp" {
			return full(q, network)
		}
		m := new(dns.Msg).SetReply(q)
		m.Truncated = true
		return []*dns.Msg{m}
	}
	for name, reply := range map[string]func(*dns.Msg, string) []*dns.Msg{"plain": full, "forged first": forged, "truncated": truncated} {
		w := newWorld(t, Options{Resolvers: []netip.AddrPort{serveDNS(t, reply).addr}})
		found, err := w.Lookup(t.Context(), "NA.test.")
		if got := fmt.Sprint(found.Addrs); got != "[192.0.2.9 192.0.2.3 2001:db8::2 2001:db8::1]" || found.HostsFile {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
}

func TestLookupReadsTheHostsFileFirst(t *testing.T) {
	server := serveDNS(t, says(dns.RcodeSuccess, "na.test. A 192.0.2.1"))
	w := newWorld(t, Options{
		Resolvers: []netip.AddrPort{server.addr},
		HostsFile: hostsFile(t, "\xef\xbb\xbf# comment\r\n2001:db8::5 NA.test\r\n127.0.0.5\tother.test na.test. # pinned\r\nnonsense na.test\r\n127.0.0.6\r\n"),
	})
	found, err := w.Lookup(t.Context(), "na.Test")
	if got := fmt.Sprint(found.Addrs); got != "[127.0.0.5 2001:db8::5]" || !found.HostsFile || err != nil {
		t.Errorf("got %+v, %v", found, err)
	}
	if server.asked.Load() != 0 {
		t.Error("a question was sent")
	}
	entries, err := w.HostsFile()
	if err != nil || len(entries) != 2 || entries[0].Line != 2 || entries[1].Line != 3 || entries[1].Names[1] != "na.test" {
		t.Errorf("got %+v, %v", entries, err)
	}
}

func TestLookupOfAnAddressAsksNobody(t *testing.T) {
	found, err := newWorld(t, Options{}).Lookup(t.Context(), "::ffff:192.0.2.1")
	if got := fmt.Sprint(found.Addrs); got != "[192.0.2.1]" {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestLookupRefusesNamesThatCannotBe(t *testing.T) {
	w := newWorld(t, Options{Resolvers: []netip.AddrPort{serveDNS(t, silence).addr}})
	for _, host := range []string{strings.Repeat("a", 300), strings.Repeat("a", 64) + ".test", "a..test"} {
		_, err := w.Lookup(t.Context(), host)
		if failed, ok := errors.AsType[*net.DNSError](err); !ok || !failed.IsNotFound {
			t.Errorf("%.20s: got %v", host, err)
		}
	}
}

func TestResolversOfTheFlag(t *testing.T) {
	server := netip.MustParseAddrPort("127.0.0.1:5353")
	got, err := newWorld(t, Options{Resolvers: []netip.AddrPort{server}}).Resolvers(t.Context())
	if err != nil || len(got) != 1 || got[0].Addr != server || got[0].Source != "--resolver" {
		t.Errorf("got %+v, %v", got, err)
	}
}
