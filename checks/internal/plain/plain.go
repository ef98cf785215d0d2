// Package plain makes one plain HTTP request through a World and follows nothing.
package plain

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"logindoctor/checks"
)

// Most is how much of a body is read.
const Most = 64 << 10

// A Page is an answer.
type Page struct {
	Status int
	Header http.Header
	Body   []byte
	Took   time.Duration
}

// Get asks for a URL, through the proxy in force if there is one; without the script that names it the way is direct, as in
// browsers. It reads at most Most bytes and follows no redirect.
func Get(ctx context.Context, w checks.World, address string) (*Page, error) {
	t := transport(w)
	t.Proxy = func(r *http.Request) (*url.URL, error) {
		via, _ := w.ProxyFor(ctx, r.URL)
		return via, nil
	}
	return Over(ctx, w, t, address)
}

// Direct is Get without a proxy.
func Direct(ctx context.Context, w checks.World, address string) (*Page, error) {
	return Over(ctx, w, transport(w), address)
}

func transport(w checks.World) *http.Transport {
	return &http.Transport{DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return w.Dial(ctx, network, address, checks.Dialing{})
		}}
}

// Over asks for a URL with a transport of the caller's.
func Over(ctx context.Context, w checks.World, t *http.Transport, address string) (*Page, error) {
	defer t.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	start := w.Now()
	resp, err := t.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	page := &Page{Status: resp.StatusCode, Header: resp.Header, Took: w.Now().Sub(start)}
	page.Body, err = io.ReadAll(io.LimitReader(resp.Body, Most))
	return page, err
}
