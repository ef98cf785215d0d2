package world

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"logindoctor/checks"
)

const (
	headLimit = 64 << 10 // head of an answer to CONNECT
	bodyLimit = 4 << 10
	bodyWait  = 500 * time.Millisecond // a refusal's page may never end
)

// tunnel opens a connection to address through how.Proxy.
func (w *World) tunnel(ctx context.Context, address string, how checks.Dialing) (net.Conn, error) {
	proxy := how.Proxy
	if proxy.Scheme != "http" && proxy.Scheme != "https" {
		return nil, fmt.Errorf("proxy %s: only http and https proxies can be used, not %q", proxy.Host, proxy.Scheme)
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if _, err := netip.ParseAddr(host); err != nil {
		host, port = w.mapped(host, port)
	}
	how.Proxy = nil
	conn, err := w.dial(ctx, "tcp", proxyAddress(proxy), how)
	if err != nil {
		return nil, fmt.Errorf("proxy %s: %w", proxyAddress(proxy), err)
	}
	tunnelled, err := w.connect(ctx, conn, proxy, net.JoinHostPort(host, port))
	if err != nil {
		conn.Close()
		return nil, err
	}
	return tunnelled, nil
}

func proxyAddress(proxy *url.URL) string {
	port := proxy.Port()
	switch {
	case port != "":
	case proxy.Scheme == "https":
		port = "443"
	default:
		port = "80"
	}
	return net.JoinHostPort(proxy.Hostname(), port)
}

// connect speaks CONNECT. Any failure is a *checks.ProxyError.
func (w *World) connect(ctx context.Context, conn net.Conn, proxy *url.URL, target string) (net.Conn, error) {
	refusal := &checks.ProxyError{Proxy: proxyAddress(proxy)}
	release := bind(ctx, conn)
	answer, tunnelled, err := w.askTunnel(ctx, conn, proxy, target)
	if !release() {
		err = ctx.Err()
	}
	if err != nil {
		refusal.Err = err
		return nil, refusal
	}
	if answer.StatusCode/100 == 2 {
		return tunnelled, nil
	}
	refusal.Status, refusal.Header = answer.StatusCode, answer.Header
	_ = conn.SetReadDeadline(time.Now().Add(bodyWait))
	body, _ := io.ReadAll(io.LimitReader(answer.Body, bodyLimit))
	refusal.Body = string(body)
	return nil, refusal
}

func (w *World) askTunnel(ctx context.Context, conn net.Conn, proxy *url.URL, target string) (*http.Response, net.Conn, error) {
	if proxy.Scheme == "https" {
		roots, err := w.roots()
		if err != nil {
			return nil, nil, err
		}
		secured := tls.Client(conn, &tls.Config{ServerName: proxy.Hostname(), RootCAs: roots})
		if err := secured.HandshakeContext(ctx); err != nil {
			return nil, nil, err
		}
		conn = secured
	}
	request := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: target}, Host: target, Header: http.Header{}}
	request.Header.Set("User-Agent", "logindoctor")
	if err := w.authorize(ctx, request, proxy); err != nil {
		return nil, nil, err
	}
	if err := request.Write(conn); err != nil {
		return nil, nil, err
	}
	limited := &io.LimitedReader{R: conn, N: headLimit}
	reader := bufio.NewReader(limited)
	answer, err := http.ReadResponse(reader, request)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	limited.N = math.MaxInt64
	return answer, &buffered{conn, reader}, err
}

// authorize adds the login of the settings, or the one that the environment's proxy address holds.
func (w *World) authorize(ctx context.Context, request *http.Request, proxy *url.URL) error {
	user, err := w.Secret(ctx, "proxy.user")
	if errors.Is(err, checks.ErrNoSecret) {
		setLogin(request, environmentLogin(proxy.Host))
		return nil
	}
	if err != nil {
		return err
	}
	password, err := w.Secret(ctx, "proxy.password")
	if err != nil {
		return err
	}
	setLogin(request, url.UserPassword(line(user), line(password)))
	return nil
}

// line drops the newline with which files end.
func line(s checks.Secret) string { return strings.TrimRight(s.Reveal(), "\r\n") }

func setLogin(request *http.Request, login *url.Userinfo) {
	if login == nil {
		return
	}
	password, _ := login.Password()
	basic := http.Request{Header: http.Header{}}
	basic.SetBasicAuth(login.Username(), password)
	request.Header.Set("Proxy-Authorization", basic.Header.Get("Authorization"))
}

// buffered is a connection whose first bytes have been read already.
type buffered struct {
	net.Conn
	reader *bufio.Reader
}

func (b *buffered) Read(p []byte) (int, error) { return b.reader.Read(p) }
