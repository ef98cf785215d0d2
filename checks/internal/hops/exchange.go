package hops

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"logindoctor/checks"
)

// An Exchange is one request and all that came back.
type Exchange struct {
	Method    string
	URL       *url.URL
	Status    int
	Proto     string
	Header    http.Header
	Cookies   []checks.Cookie
	Body      []byte        // the first BodyCap bytes
	Cut       error         // why the body ended early, nil if it did not
	FirstByte time.Duration // from the request to the first byte of the answer
	Took      time.Duration // to the last byte that was read
	Reused    bool          // not the first exchange on its connection
}

// Gone reports whether an error says that the far end ended the connection.
func Gone(err error) bool {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) {
		return true
	}
	var op *net.OpError
	return errors.As(err, &op) && !op.Timeout() || errors.As(err, new(streamError))
}

// errReset ends an exchange that net/http would repeat.
var errReset = fmt.Errorf("http2: the far end resets the request: %w", io.ErrUnexpectedEOF)

// A streamError has the fields of the error that net/http returns for a reset stream; by them errors.As knows it.
type streamError struct {
	StreamID uint32
	Code     uint32
	Cause    error
}

func (e streamError) Error() string { return fmt.Sprintf("http2: stream reset with code %d", e.Code) }

// Silent reports whether an error says that nothing came in time.
func Silent(err error) bool {
	var n net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &n) && n.Timeout()
}

// Garbled reports whether what came is no HTTP. The words are those of Go's net/http: transfer.go, transport.go, h2_bundle.go
// and internal/chunked.go; it has no types for them.
func Garbled(err error) bool {
	said := err.Error()
	return slices.ContainsFunc([]string{"malformed HTTP", "malformed MIME header", "malformed chunked", "chunk length",
		"response headers exceeded", "unsupported transfer encoding", "bad Content-Length", "http2: "},
		func(words string) bool { return strings.Contains(said, words) })
}

// Address returns host:port of an https URL, lower case.
func Address(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "443"
	}
	return net.JoinHostPort(strings.TrimSuffix(strings.ToLower(u.Hostname()), "."), port)
}

// Place returns what may be shown of a URL: scheme, host and path, never a query, a fragment or a user.
func Place(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// Text returns the body as text.
func (x *Exchange) Text() string { return string(x.Body) }

// HTML reports whether the answer is a page and not a document for programs.
func (x *Exchange) HTML() bool {
	if strings.Contains(strings.ToLower(x.Header.Get("Content-Type")), "html") {
		return true
	}
	return strings.HasPrefix(strings.TrimSpace(x.Text()), "<")
}

func cookies(h http.Header) []checks.Cookie {
	var all []checks.Cookie
	for _, line := range h["Set-Cookie"] {
		k, err := http.ParseSetCookie(line)
		if err != nil {
			continue
		}
		all = append(all, checks.Cookie{Name: k.Name, Domain: k.Domain, Path: k.Path, SameSite: sameSite(k.SameSite),
			Secure: k.Secure, HTTPOnly: k.HttpOnly, Bytes: len(k.Name) + len(k.Value)})
	}
	return all
}

func sameSite(s http.SameSite) string {
	switch s {
	case http.SameSiteLaxMode:
		return "Lax"
	case http.SameSiteStrictMode:
		return "Strict"
	case http.SameSiteNoneMode:
		return "None"
	}
	return ""
}
