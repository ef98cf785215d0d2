package world

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"

	"logindoctor/checks"
)

// proxySchemes are the words of a proxy script for a way, https://developer.mozilla.org/docs/Web/HTTP/Proxy_servers_and_tunneling.
var proxySchemes = map[string]string{"PROXY": "http", "HTTP": "http", "HTTPS": "https", "SOCKS": "socks5", "SOCKS4": "socks4", "SOCKS5": "socks5"}

// parseVerdict reads "PROXY host:port; DIRECT". A nil address is the direct way. Only the first way must be readable.
func parseVerdict(said string) ([]*url.URL, error) {
	var ways []*url.URL
	for i, one := range strings.Split(said, ";") {
		way, err := parseWay(one)
		switch {
		case err == nil && (i == 0 || strings.TrimSpace(one) != ""):
			ways = append(ways, way)
		case err != nil && i == 0:
			return nil, err
		}
	}
	return ways, nil
}

func parseWay(text string) (*url.URL, error) {
	fields := strings.Fields(text)
	if len(fields) == 0 || strings.EqualFold(fields[0], "DIRECT") {
		return nil, nil
	}
	scheme := proxySchemes[strings.ToUpper(fields[0])]
	if scheme == "" || len(fields) != 2 {
		return nil, fmt.Errorf("proxy script: %.20q is followed by no proxy that can be used", fields[0])
	}
	u, err := url.Parse(scheme + "://" + fields[1])
	if err != nil || u.Host == "" || u.User != nil {
		return nil, fmt.Errorf("proxy script: %.20q is followed by no proxy that can be used", fields[0])
	}
	return withoutLogin(u), nil
}

// choose returns the first way at whose end somebody accepts connections, as browsers choose, or the first one if none does.
func (w *World) choose(ctx context.Context, ways []*url.URL, u *url.URL) *url.URL {
	for _, way := range ways {
		to := way
		if to == nil {
			to = u
		}
		port := cmp.Or(to.Port(), map[string]string{"http": "80", "https": "443"}[to.Scheme], "1080")
		if len(ways) == 1 || w.accepts(ctx, net.JoinHostPort(to.Hostname(), port)) {
			return way
		}
	}
	return ways[0]
}

// accepts tries an address once in a run. Whoever stopped asking learned nothing that could be remembered.
func (w *World) accepts(ctx context.Context, address string) bool {
	w.pacs.mu.Lock()
	known, ok := w.pacs.accepts[address]
	w.pacs.mu.Unlock()
	if ok {
		return known
	}
	conn, err := w.Dial(ctx, "tcp", address, checks.Dialing{})
	if err == nil {
		conn.Close()
	}
	if ctx.Err() != nil {
		return err == nil
	}
	w.pacs.mu.Lock()
	defer w.pacs.mu.Unlock()
	if w.pacs.accepts == nil {
		w.pacs.accepts = map[string]bool{}
	}
	w.pacs.accepts[address] = err == nil
	return err == nil
}
