package connect

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"syscall"
	"testing"

	"logindoctor/checks"
)

func attempt(addr string, e error) Attempt {
	return Attempt{Addr: netip.AddrPortFrom(netip.MustParseAddr(addr), 443), Err: e}
}

func pass() *checks.Pass {
	p := checks.NewPass(nil, nil, &checks.Target{}, nil)
	p.Subject = &checks.Subject{Host: "host.example", Port: 443, Role: checks.RoleWeb}
	return p
}

func TestUnreached(t *testing.T) {
	refused, silent := os.NewSyscallError("connect", syscall.ECONNREFUSED), context.DeadlineExceeded
	for _, test := range []struct {
		name   string
		errs   []error
		want   *checks.Code
		silent bool
	}{
		{"refused", []error{refused}, Refused, false},
		{"a refusal says more than silence", []error{silent, refused}, Refused, false},
		{"silent", []error{silent, silent}, Silent, true},
		{"no way", []error{syscall.EHOSTUNREACH}, Unreachable, false},
		{"denied here", []error{os.NewSyscallError("connect", syscall.EACCES)}, NotAllowed, false},
		{"denied here on Windows", []error{os.NewSyscallError("connect", syscall.Errno(10013))}, NotAllowed, false},
	} {
		p := pass()
		var r Result
		for _, e := range test.errs {
			r.Attempts = append(r.Attempts, attempt("192.0.2.1", e))
		}
		unreached(p, r)
		if f := p.Findings[0]; f.Code != test.want || f.Silence != test.silent || len(p.Findings) != 1 {
			t.Errorf("%s: %s silence %v, want %s", test.name, f.Code.ID, f.Silence, test.want.ID)
		}
	}
}

func TestFamilies(t *testing.T) {
	for _, test := range []struct {
		name           string
		all            []Attempt
		broken, absent bool
	}{
		{"no IPv6 here", []Attempt{attempt("192.0.2.1", nil), attempt("2001:db8::1", syscall.ENETUNREACH)}, false, true},
		{"IPv6 leads nowhere", []Attempt{attempt("192.0.2.1", nil), attempt("2001:db8::1", context.DeadlineExceeded)}, true, false},
		{"one IPv4 address dead", []Attempt{attempt("192.0.2.1", nil), attempt("192.0.2.2", context.DeadlineExceeded)}, false, false},
		{"one IPv6 address dead", []Attempt{attempt("192.0.2.1", nil), attempt("2001:db8::1", nil), attempt("2001:db8::2", context.DeadlineExceeded)}, false, false},
	} {
		if broken, absent := broken6(test.all), absent6(test.all); broken != test.broken || absent != test.absent {
			t.Errorf("%s: broken %v absent %v", test.name, broken, absent)
		}
	}
}

func TestAnswered(t *testing.T) {
	for status, want := range map[int]*checks.Code{407: ProxyWantsLogin, 403: ProxyDenies, 302: ProxyDenies, 401: ProxyDenies,
		502: ProxyUpstream, 503: ProxyUpstream, 504: ProxyUpstream, 0: ProxyCloses} {
		if got := answered(&checks.ProxyError{Status: status}); got != want {
			t.Errorf("%d: %s, want %s", status, got.ID, want.ID)
		}
	}
	if got := answered(&checks.ProxyError{Err: context.DeadlineExceeded}); got != ProxyStalls {
		t.Errorf("silence: %s, want %s", got.ID, ProxyStalls.ID)
	}
}

func TestSchemesAndReason(t *testing.T) {
	e := &checks.ProxyError{Header: http.Header{"Proxy-Authenticate": {"Negotiate", `Basic realm="x"`}, "X-Squid-Error": {"ERR_DNS_FAIL 0"}}, Body: "page"}
	if got := schemes(e); got != "Negotiate, Basic" {
		t.Errorf("schemes %q", got)
	}
	if got := says(e); got != "ERR_DNS_FAIL 0" {
		t.Errorf("says %q", got)
	}
	if got := says(&checks.ProxyError{Err: errors.New("eof")}); got != "nothing" {
		t.Errorf("says %q", got)
	}
}

func TestProxySubject(t *testing.T) {
	for text, want := range map[string]int{"http://Proxy.example:3128": 3128, "http://proxy.example": 80, "https://proxy.example": 443} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if s := ProxySubject(u); s.Port != want || s.Host != "proxy.example" || s.Role != checks.RoleProxy {
			t.Errorf("%s: %+v", text, s)
		}
	}
}
