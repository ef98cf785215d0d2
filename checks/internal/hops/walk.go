package hops

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
)

// MaxHops is how many redirects a walk follows; browsers stop at twenty as well.
const MaxHops = 20

// A LoopError says that redirects lead back to where they were with nothing changed.
type LoopError struct {
	URL  *url.URL // the address that was met again
	Hops int
}

func (e *LoopError) Error() string {
	return fmt.Sprintf("%s redirects back to itself after %d hops", Place(e.URL), e.Hops)
}

// A DowngradeError says that a redirect leaves https; it is never followed.
type DowngradeError struct{ From, To *url.URL }

func (e *DowngradeError) Error() string {
	return fmt.Sprintf("%s redirects to %s, which is not encrypted", Place(e.From), Place(e.To))
}

// A SchemeError says that a redirect leads to something a browser hands to another program.
type SchemeError struct{ From, To *url.URL }

func (e *SchemeError) Error() string {
	return fmt.Sprintf("%s redirects to the scheme %q", Place(e.From), e.To.Scheme)
}

// Next returns where an exchange redirects to, nil if it does not.
func (x *Exchange) Next() (*url.URL, error) {
	switch x.Status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect,
		http.StatusPermanentRedirect:
	default:
		return nil, nil
	}
	location := strings.TrimSpace(x.Header.Get("Location"))
	if location == "" {
		return nil, nil
	}
	to, err := x.URL.Parse(location)
	if err != nil {
		return nil, fmt.Errorf("redirect of %s: %w", Place(x.URL), err)
	}
	switch {
	case to.Scheme == "http":
		return nil, &DowngradeError{x.URL, to}
	case to.Scheme != "https":
		return nil, &SchemeError{x.URL, to}
	case to.Hostname() == "":
		return nil, fmt.Errorf("redirect of %s names no host", Place(x.URL))
	}
	to.User, to.Fragment = nil, ""
	return to, nil
}

// A Walk follows redirects with cookies, from client to client.
type Walk struct {
	// Client returns the client for the host of a URL; nil without an error ends the walk before it.
	Client func(context.Context, *url.URL) (*Client, error)
	// Begun are the first exchanges from the start on, if they were made already: they are not made again.
	Begun []*Exchange
}

// From makes the walk. It returns every exchange up to the end or the error.
func (w *Walk) From(ctx context.Context, start *url.URL) ([]*Exchange, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	var trail []*Exchange
	seen := map[string]bool{}
	for at := start; at != nil; {
		state := at.String() + " " + carried(jar, at)
		if seen[state] || len(trail) == MaxHops {
			return trail, &LoopError{at, len(trail)}
		}
		seen[state] = true
		client, err := w.Client(ctx, at)
		if err != nil || client == nil {
			return trail, err
		}
		x, err := w.exchange(ctx, len(trail), client, Request{URL: at, Jar: jar})
		if err != nil {
			return trail, err
		}
		trail = append(trail, x)
		if at, err = x.Next(); err != nil {
			return trail, err
		}
	}
	return trail, nil
}

func (w *Walk) exchange(ctx context.Context, n int, client *Client, r Request) (*Exchange, error) {
	if n >= len(w.Begun) {
		return client.Do(ctx, r)
	}
	r.Jar.SetCookies(r.URL, (&http.Response{Header: w.Begun[n].Header}).Cookies())
	return w.Begun[n], nil
}

func carried(jar http.CookieJar, u *url.URL) string {
	var b strings.Builder
	for _, k := range jar.Cookies(u) {
		b.WriteString(k.Name + "=" + k.Value + ";")
	}
	return b.String()
}
