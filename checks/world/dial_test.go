package world

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"logindoctor/checks"
)

func newWorld(t *testing.T, o Options) *World {
	t.Helper()
	o.LoopbackOnly = true
	w, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// greeter answers every connection with its name.
func greeter(t *testing.T, name string) (port string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			io.WriteString(conn, name)
			conn.Close()
		}
	}()
	return portOf(l.Addr())
}

func portOf(a net.Addr) string {
	_, port, _ := net.SplitHostPort(a.String())
	return port
}

// closedPort is a port on which nothing listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return portOf(l.Addr())
}

func hostsFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hosts")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func rules(t *testing.T, texts ...string) []ConnectTo {
	t.Helper()
	var all []ConnectTo
	for _, text := range texts {
		c, err := ParseConnectTo(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

func greeting(w *World, address string, how checks.Dialing) (string, error) {
	conn, err := w.Dial(context.Background(), "tcp", address, how)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	text, err := io.ReadAll(conn)
	return string(text), err
}

func TestConnectToAppliesBeforeAndAfterResolution(t *testing.T) {
	one, two := greeter(t, "one"), greeter(t, "two")
	hosts := hostsFile(t, "127.9.0.1 both.test after.test\n2001:db8::9 six.test both.test\n")
	w := newWorld(t, Options{HostsFile: hosts, ConnectTo: rules(t,
		"before.test:443:127.0.0.1:"+one,
		"renamed.test::after.test:",
		"127.9.0.1:443:127.0.0.1:"+two,
		"[2001:db8::9]:443:127.0.0.1:"+one,
	)})
	tests := []struct {
		address, want string
	}{
		{"before.test:443", "one"},
		{"BEFORE.test.:443", "one"},
		{"after.test:443", "two"},
		{"renamed.test:443", "two"},
		{"127.9.0.1:443", "two"},
		{"[2001:DB8:0::9]:443", "one"},
		{"both.test:443", "two"},
		{"127.0.0.1:" + one, "one"},
	}
	for _, test := range tests {
		got, err := greeting(w, test.address, checks.Dialing{})
		if got != test.want {
			t.Errorf("%s: got %q, %v; want %q", test.address, got, err, test.want)
		}
	}
}

func TestConnectToFollowsTheNameOfAnAddress(t *testing.T) {
	one, two := greeter(t, "one"), greeter(t, "two")
	w := newWorld(t, Options{HostsFile: hostsFile(t, "127.9.0.1 na.test eu.test\n"), ConnectTo: rules(t,
		"na.test:443:127.0.0.1:"+one, "alias.test::eu.test:", "127.9.0.1:443:127.0.0.1:"+two)})
	for name, want := range map[string]string{"na.test": "one", "NA.test.": "one", "eu.test": "two", "": "two"} {
		if got, err := greeting(w, "127.9.0.1:443", checks.Dialing{Name: name}); got != want {
			t.Errorf("%q: got %q, %v; want %q", name, got, err, want)
		}
	}
	for host, want := range map[string]string{"na.test": "[127.0.0.1] true", "eu.test": "[127.9.0.1] false", "alias.test": "[127.9.0.1] true"} {
		found, err := w.Lookup(t.Context(), host)
		if got := fmt.Sprint(found.Addrs, found.Chosen); got != want {
			t.Errorf("%s: got %s, %v; want %s", host, got, err, want)
		}
	}
}

// Another port is no other address: the second one of a name must not be taken for the first.
func TestConnectToKeepsTheAddress(t *testing.T) {
	port := greeter(t, "alive")
	w := newWorld(t, Options{HostsFile: hostsFile(t, "127.0.0.1 two.test\n127.9.0.2 two.test\n"), ConnectTo: rules(t, ":443::"+port)})
	for address, want := range map[string]string{"127.0.0.1:443": "alive", "127.9.0.2:443": ""} {
		if got, err := greeting(w, address, checks.Dialing{Name: "two.test"}); got != want {
			t.Errorf("%s: got %q, %v; want %q", address, got, err, want)
		}
	}
}

func TestDialTriesAddressesInOrder(t *testing.T) {
	port := greeter(t, "alive")
	hosts := hostsFile(t, "127.9.0.1 two.test\n127.9.0.2 two.test\n")
	w := newWorld(t, Options{HostsFile: hosts, ConnectTo: rules(t,
		"127.9.0.1:443:127.0.0.1:"+closedPort(t), "127.9.0.2:443:127.0.0.1:"+port)})
	if got, err := greeting(w, "two.test:443", checks.Dialing{}); got != "alive" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestDialKeepsTheErrno(t *testing.T) {
	w := newWorld(t, Options{})
	_, err := greeting(w, "127.0.0.1:"+closedPort(t), checks.Dialing{})
	if !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got %v", err)
	}
}

func TestDialHonoursTheContext(t *testing.T) {
	w := newWorld(t, Options{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := w.Dial(ctx, "tcp", "127.0.0.1:"+greeter(t, ""), checks.Dialing{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestLoopbackOnly(t *testing.T) {
	w := newWorld(t, Options{
		HostsFile: hostsFile(t, "192.0.2.7 outside.test\n"),
		ConnectTo: rules(t, "127.9.0.9:443:192.0.2.7:443"),
	})
	for _, address := range []string{"192.0.2.7:443", "[2001:db8::7]:443", "outside.test:443", "127.9.0.9:443", "unknown.test:443"} {
		if _, err := greeting(w, address, checks.Dialing{}); !errors.Is(err, errOutside) {
			t.Errorf("%s: got %v", address, err)
		}
	}
}

func TestDialUDP(t *testing.T) {
	l, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	conn, err := newWorld(t, Options{}).Dial(t.Context(), "udp", l.LocalAddr().String(), checks.Dialing{MSS: 1200})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, "ping")
	p := make([]byte, 10)
	n, _, err := l.ReadFrom(p)
	if string(p[:n]) != "ping" {
		t.Errorf("got %q, %v", p[:n], err)
	}
}

func TestParseConnectTo(t *testing.T) {
	good := map[string]ConnectTo{
		"a.test:443:127.0.0.1:8443":         {"a.test", "443", "127.0.0.1", "8443"},
		"A.test.:443:B.test:":               {"a.test", "443", "b.test", ""},
		"::127.0.0.1:8443":                  {"", "", "127.0.0.1", "8443"},
		"[2001:DB8:0::1]:443:[::1]:8443":    {"2001:db8::1", "443", "::1", "8443"},
		":443::8443":                        {"", "443", "", "8443"},
		"[::ffff:192.0.2.1]:443:127.0.0.1:": {"192.0.2.1", "443", "127.0.0.1", ""},
	}
	for text, want := range good {
		if got, err := ParseConnectTo(text); got != want || err != nil {
			t.Errorf("%s: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "a", "a:443", "a:443:b", "a:443:b:1:2", "a:x:b:1", "a:0:b:1", "a:443:b:65536", "[::1:443:b:1", "[::1]x:443:b:1", "2001:db8::1:443:b:1"} {
		if got, err := ParseConnectTo(text); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

func TestParseResolver(t *testing.T) {
	good := map[string]string{"192.0.2.1": "192.0.2.1:53", "192.0.2.1:5353": "192.0.2.1:5353", "2001:db8::1": "[2001:db8::1]:53",
		"[2001:db8::1]": "[2001:db8::1]:53", "[2001:db8::1]:54": "[2001:db8::1]:54"}
	for text, want := range good {
		if got, err := ParseResolver(text); got != netip.MustParseAddrPort(want) || err != nil {
			t.Errorf("%s: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "dns.test", "192.0.2.1:0", "192.0.2.1:x"} {
		if got, err := ParseResolver(text); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}
