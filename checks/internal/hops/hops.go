// Package hops speaks HTTP so that nothing is lost: every redirect, header, cookie attribute and timing is kept.
package hops

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"time"

	"logindoctor/checks"
)

// BodyCap is how much of a body is kept; a sign-in page that matters fits.
const BodyCap = 256 << 10

// Patience is how long the first byte of an answer is waited for: well above the limit at which a page counts as slow.
const Patience = 12 * time.Second

// agent names the tool; the first word is what every browser says, because edges refuse clients without it.
const agent = "Mozilla/5.0 (compatible; logindoctor)"

// A Request is what is asked; an empty Method is GET.
type Request struct {
	Method string
	URL    *url.URL
	Header http.Header
	Jar    http.CookieJar // nil sends and keeps no cookies
	Body   string         // what is sent; it is never sent twice
}

// A Client speaks with one subject: first on the connection that was carried to it, then on new ones.
type Client struct {
	address   string
	now       func() time.Time
	open      func(context.Context) (*tls.Conn, error)
	transport *http.Transport

	mu      sync.Mutex
	carried net.Conn
}

// New returns a client for a subject. Open makes further verified connections to it; carried may be nil.
func New(s *checks.Subject, now func() time.Time, carried *tls.Conn, open func(context.Context) (*tls.Conn, error)) *Client {
	c := &Client{address: s.Address(), now: now, open: open}
	if carried != nil {
		c.carried = carried
	}
	c.transport = &http.Transport{
		DialTLSContext:         c.dial,
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
		ResponseHeaderTimeout:  Patience,
		MaxResponseHeaderBytes: BodyCap,
		IdleConnTimeout:        10 * time.Second,
		MaxConnsPerHost:        1, // who comes second shares the carried connection
	}
	return c
}

// dial hands out the carried connection once and opens new ones after that.
func (c *Client) dial(ctx context.Context, _, address string) (net.Conn, error) {
	if address != c.address {
		return nil, fmt.Errorf("this client is bound to %s, not %s", c.address, address)
	}
	c.mu.Lock()
	conn := c.carried
	c.carried = nil
	c.mu.Unlock()
	if conn != nil {
		return conn, nil
	}
	fresh, err := c.open(ctx)
	if err != nil {
		return nil, err
	}
	return fresh, nil
}

// Speaks reports whether the client is bound to the host of a URL.
func (c *Client) Speaks(u *url.URL) bool { return Address(u) == c.address }

// Close gives the idle connections back.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Get asks for a path of the client's own subject.
func (c *Client) Get(ctx context.Context, path string) (*Exchange, error) {
	u, err := url.Parse("https://" + strings.TrimSuffix(c.address, ":443") + path)
	if err != nil {
		return nil, fmt.Errorf("path %q: %w", path, err)
	}
	return c.Do(ctx, Request{URL: u})
}

// Do makes one exchange and follows nothing. A connection that the far end gave up before the first byte is replaced
// once, because a carried connection may have waited for long.
func (c *Client) Do(ctx context.Context, r Request) (*Exchange, error) {
	c.mu.Lock()
	aged := c.carried != nil
	c.mu.Unlock()
	x, err := c.once(ctx, r)
	if err != nil && aged && r.Body == "" && Gone(err) && ctx.Err() == nil {
		return c.once(ctx, r)
	}
	return x, err
}

func (c *Client) once(ctx context.Context, r Request) (*Exchange, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*Patience)
	defer cancel()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	x := &Exchange{Method: r.Method, URL: r.URL}
	w := &watch{now: c.now, stop: stop}
	w.wrote = c.now()
	req, err := request(httptrace.WithClientTrace(ctx, w.trace()), r)
	if err != nil {
		return nil, err
	}
	x.Method = req.Method
	resp, err := c.transport.RoundTrip(req)
	if cause := context.Cause(ctx); err != nil && errors.Is(cause, errReset) {
		return nil, cause
	}
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	x.Status, x.Proto, x.Header = resp.StatusCode, resp.Proto, resp.Header
	x.Cookies = cookies(resp.Header)
	if r.Jar != nil {
		r.Jar.SetCookies(r.URL, resp.Cookies())
	}
	x.Body, x.Cut = io.ReadAll(io.LimitReader(resp.Body, BodyCap))
	w.fill(x)
	return x, nil
}

// A watch notes what the exchange cannot know by itself. Several goroutines of net/http report to it.
type watch struct {
	now  func() time.Time
	stop context.CancelCauseFunc

	mu           sync.Mutex
	asked        bool
	reused       bool
	wrote, first time.Time
}

// trace calls off what net/http would do behind our back: ask up to seven times, credentials included, when an HTTP/2
// server resets the request (golang/go#42777).
func (w *watch) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GotConn: func(i httptrace.GotConnInfo) {
			w.mu.Lock()
			defer w.mu.Unlock()
			if w.asked && !w.reused {
				w.stop(errReset)
				i.Conn.Close()
			}
			w.asked, w.reused = true, i.Reused
		},
		WroteRequest:         func(httptrace.WroteRequestInfo) { w.note(&w.wrote) },
		GotFirstResponseByte: func() { w.note(&w.first) },
	}
}

func (w *watch) note(at *time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	*at = w.now()
}

// fill gives an exchange that has ended its times.
func (w *watch) fill(x *Exchange) {
	w.mu.Lock()
	defer w.mu.Unlock()
	x.Reused, x.Took = w.reused, w.now().Sub(w.wrote)
	x.FirstByte = max(0, w.first.Sub(w.wrote))
}

func request(ctx context.Context, r Request) (*http.Request, error) {
	method := r.Method
	if method == "" {
		method = http.MethodGet
	}
	req, err := http.NewRequestWithContext(ctx, method, r.URL.String(), strings.NewReader(r.Body))
	if err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	req.Header.Set("User-Agent", agent)
	req.Header.Set("Accept", "text/html,application/json;q=0.9,*/*;q=0.8")
	for k, v := range r.Header {
		req.Header[k] = v
	}
	if r.Jar != nil {
		for _, k := range r.Jar.Cookies(r.URL) {
			req.AddCookie(k)
		}
	}
	return req, nil
}
