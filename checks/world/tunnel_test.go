package world

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"logindoctor/checks"
)

// A proxy answers every CONNECT with a text and closes; it keeps the last request.
type proxy struct {
	url  *url.URL
	last atomic.Pointer[http.Request]
}

func serveProxy(t *testing.T, answer string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	p := &proxy{url: &url.URL{Scheme: "http", Host: l.Addr().String()}}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if r, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
				p.last.Store(r)
				io.WriteString(conn, answer)
			}
			conn.Close()
		}
	}()
	return p
}

func TestTunnelRefusals(t *testing.T) {
	page := strings.Repeat("x", 10000)
	tests := []struct {
		name, answer string
		status       int
		header, want string
		body         int
	}{
		{"denied", "HTTP/1.1 403 Forbidden\r\nX-Why: policy\r\nContent-Length: 6\r\n\r\ndenied", 403, "X-Why", "policy", 6},
		{"login", "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"corp\"\r\nContent-Length: 0\r\n\r\n", 407, "Proxy-Authenticate", `Basic realm="corp"`, 0},
		{"redirect", "HTTP/1.1 302 Found\r\nLocation: http://gate.test/\r\n\r\n", 302, "Location", "http://gate.test/", 0},
		{"long page", "HTTP/1.0 502 Bad Gateway\r\n\r\n" + page, 502, "", "", bodyLimit},
		{"promises more than it sends", "HTTP/1.1 503 No\r\nContent-Length: 100\r\n\r\nshort", 503, "", "", 5},
		{"closes", "", 0, "", "", 0},
		{"garbage", "SSH-2.0-OpenSSH_9.2\r\n\r\n", 0, "", "", 0},
		{"endless head", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 2*headLimit), 0, "", "", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := serveProxy(t, test.answer)
			_, err := newWorld(t, Options{}).Dial(t.Context(), "tcp", "na.test:443", checks.Dialing{Proxy: p.url})
			refusal, ok := errors.AsType[*checks.ProxyError](err)
			if !ok {
				t.Fatalf("got %v", err)
			}
			if refusal.Status != test.status || refusal.Proxy != p.url.Host || len(refusal.Body) != test.body {
				t.Errorf("got %d by %s with %d bytes", refusal.Status, refusal.Proxy, len(refusal.Body))
			}
			if test.header != "" && refusal.Header.Get(test.header) != test.want {
				t.Errorf("header %s: %q", test.header, refusal.Header.Get(test.header))
			}
			if (refusal.Err != nil) != (test.status == 0) {
				t.Errorf("status %d with error %v", refusal.Status, refusal.Err)
			}
		})
	}
}

func TestTunnelOpens(t *testing.T) {
	p := serveProxy(t, "HTTP/1.1 200 Connection established\r\n\r\nhello from behind")
	w := newWorld(t, Options{ConnectTo: rules(t, "old.test:443:new.test:8443")})
	for address, want := range map[string]string{"na.test:443": "na.test:443", "old.test:443": "new.test:8443", "[2001:db8::1]:443": "[2001:db8::1]:443"} {
		got, err := greeting(w, address, checks.Dialing{Proxy: p.url})
		if got != "hello from behind" {
			t.Errorf("got %q, %v", got, err)
		}
		r := p.last.Load()
		if r.Method != "CONNECT" || r.Host != want || r.Header.Get("Proxy-Authorization") != "" {
			t.Errorf("asked %s %s with %v", r.Method, r.Host, r.Header)
		}
	}
}

func TestTunnelFindsTheProxyByConnectTo(t *testing.T) {
	p := serveProxy(t, "HTTP/1.1 200 OK\r\n\r\nin")
	w := newWorld(t, Options{HostsFile: hostsFile(t, "127.9.0.9 proxy.test\n"), ConnectTo: rules(t, "127.9.0.9:3128:127.0.0.1:"+p.url.Port())})
	if got, err := greeting(w, "na.test:443", checks.Dialing{Proxy: &url.URL{Scheme: "http", Host: "proxy.test:3128"}}); got != "in" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestTunnelThroughADeadProxy(t *testing.T) {
	dead := &url.URL{Scheme: "http", Host: "127.0.0.1:" + closedPort(t)}
	_, err := newWorld(t, Options{}).Dial(t.Context(), "tcp", "na.test:443", checks.Dialing{Proxy: dead})
	if _, refused := errors.AsType[*checks.ProxyError](err); refused || !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got %v", err)
	}
}

func TestTunnelThroughASilentProxy(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // accepts in the kernel, reads nothing
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		http.ReadRequest(bufio.NewReader(conn))
		cancel()
		io.Copy(io.Discard, conn)
	}()
	_, err = newWorld(t, Options{}).Dial(ctx, "tcp", "na.test:443", checks.Dialing{Proxy: &url.URL{Scheme: "http", Host: l.Addr().String()}})
	if _, refused := errors.AsType[*checks.ProxyError](err); !refused || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestTunnelSpeaksNoSOCKS(t *testing.T) {
	_, err := newWorld(t, Options{}).Dial(t.Context(), "tcp", "na.test:443", checks.Dialing{Proxy: &url.URL{Scheme: "socks5", Host: "127.0.0.1:1080"}})
	if err == nil || !strings.Contains(err.Error(), "socks5") {
		t.Errorf("got %v", err)
	}
}

func TestTunnelLogin(t *testing.T) {
	p := serveProxy(t, "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")
	login := func(o Options) string {
		w := newWorld(t, o)
		_, err := w.Dial(t.Context(), "tcp", "na.test:443", checks.Dialing{Proxy: p.url})
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("got %v", err)
		}
		_, basic, _ := strings.Cut(p.last.Load().Header.Get("Proxy-Authorization"), "Basic ")
		text, _ := base64.StdEncoding.DecodeString(basic)
		return string(text)
	}
	t.Setenv("LD_TEST_USER", "jane\n")
	t.Setenv("LD_TEST_PASSWORD", "hunter2: x\r\n")
	byReference := Options{Secrets: map[string]string{"proxy.user": "env:LD_TEST_USER", "proxy.password": "env:LD_TEST_PASSWORD"}}
	if got := login(byReference); got != "jane:hunter2: x" {
		t.Errorf("by reference: got %q", got)
	}
	if got := login(Options{}); got != "" {
		t.Errorf("without a login: got %q", got)
	}
	t.Setenv("HTTPS_PROXY", fmt.Sprintf("http://joe:hunter2@%s/", p.url.Host))
	if got := login(Options{}); got != "joe:hunter2" {
		t.Errorf("by the environment: got %q", got)
	}
}
