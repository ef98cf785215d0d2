package hops

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"logindoctor/checks"
)

// serve starts a server and returns a client that has a connection to it already.
func serve(t *testing.T, h http.HandlerFunc) (*Client, *int) {
	t.Helper()
	s := httptest.NewTLSServer(h)
	t.Cleanup(s.Close)
	host, port, err := net.SplitHostPort(s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	opened := 0
	open := func(ctx context.Context) (*tls.Conn, error) {
		opened++
		raw, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.Listener.Addr().String())
		if err != nil {
			return nil, err
		}
		roots := s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
		c := tls.Client(raw, &tls.Config{ServerName: "example.com", RootCAs: roots})
		return c, c.HandshakeContext(ctx)
	}
	carried, err := open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	opened = 0
	n, _ := strconv.Atoi(port)
	c := New(&checks.Subject{Host: host, Port: n}, time.Now, carried, open)
	t.Cleanup(c.Close)
	return c, &opened
}

func TestEverythingIsKept(t *testing.T) {
	c, opened := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "sid", Value: "hunter2", Path: "/a", Secure: true, HttpOnly: true, SameSite: http.SameSiteNoneMode})
		w.Header().Set("X-Ref", "7")
		http.Redirect(w, r, "/next", http.StatusFound)
	})
	x, err := c.Get(t.Context(), "/start?q=1")
	if err != nil {
		t.Fatal(err)
	}
	if x.Status != 302 || x.Header.Get("X-Ref") != "7" || x.URL.RawQuery != "q=1" || *opened != 0 {
		t.Errorf("status %d, header %v, url %v, %d connections opened", x.Status, x.Header, x.URL, *opened)
	}
	want := checks.Cookie{Name: "sid", Path: "/a", SameSite: "None", Secure: true, HTTPOnly: true, Bytes: 10}
	if len(x.Cookies) != 1 || fmt.Sprintf("%+v", x.Cookies[0]) != fmt.Sprintf("%+v", want) {
		t.Errorf("cookies %+v", x.Cookies)
	}
	next, err := x.Next()
	if err != nil || next.Path != "/next" {
		t.Errorf("next %v, %v", next, err)
	}
}

func TestBodyIsCapped(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(strings.Repeat("x", BodyCap+100))) })
	x, err := c.Get(t.Context(), "/")
	if err != nil || len(x.Body) != BodyCap {
		t.Errorf("%d bytes, %v", len(x.Body), err)
	}
}

func TestBodyThatEndsEarlyIsSaid(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		w.Write([]byte("short"))
	})
	x, err := c.Get(t.Context(), "/")
	if err != nil || x.Cut == nil || x.Text() != "short" {
		t.Errorf("cut %v, text %q, error %v", x.Cut, x.Text(), err)
	}
}

func TestDeadCarriedConnectionIsReplacedOnce(t *testing.T) {
	c, opened := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })
	c.carried.(*tls.Conn).NetConn().Close()
	x, err := c.Get(t.Context(), "/")
	if err != nil || x.Status != 204 || *opened != 1 {
		t.Errorf("%v, %d opened", err, *opened)
	}
}

// TestResetOfHTTP2IsAnEndAndNoReasonToRepeat counts how often a server that resets every request is asked.
func TestResetOfHTTP2IsAnEndAndNoReasonToRepeat(t *testing.T) {
	for _, code := range []http2.ErrCode{http2.ErrCodeProtocol, http2.ErrCodeRefusedStream, http2.ErrCodeInternal} {
		t.Run(code.String(), func(t *testing.T) {
			var asked atomic.Int32 // a connection more may be opened beforehand
			s := httptest.NewUnstartedServer(nil)
			s.TLS = &tls.Config{NextProtos: []string{"h2"}}
			s.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){
				"h2": func(_ *http.Server, conn *tls.Conn, _ http.Handler) { asked.Add(resetEverything(conn, code)) },
			}
			s.StartTLS()
			c := New(&checks.Subject{Host: "example.com", Port: 443}, time.Now, nil, func(ctx context.Context) (*tls.Conn, error) {
				roots := s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
				d := &tls.Dialer{Config: &tls.Config{ServerName: "example.com", RootCAs: roots, NextProtos: []string{"h2"}}}
				conn, err := d.DialContext(ctx, "tcp", s.Listener.Addr().String())
				if err != nil {
					return nil, err
				}
				return conn.(*tls.Conn), nil
			})
			if _, err := c.Get(t.Context(), "/"); !Gone(err) || Silent(err) {
				t.Errorf("got %v", err)
			}
			c.Close()
			s.Close() // waits for its connections
			if n := asked.Load(); n != 1 {
				t.Errorf("asked %d times, want once", n)
			}
		})
	}
}

// resetEverything speaks HTTP/2 and counts the requests.
func resetEverything(conn net.Conn, code http2.ErrCode) (asked int32) {
	io.ReadFull(conn, make([]byte, len(http2.ClientPreface)))
	f := http2.NewFramer(conn, conn)
	f.WriteSettings()
	for {
		frame, err := f.ReadFrame()
		if err != nil {
			return asked
		}
		if h, ok := frame.(*http2.HeadersFrame); ok {
			asked++
			f.WriteRSTStream(h.StreamID, code)
		}
	}
}

func TestAClientIsBoundToItsSubject(t *testing.T) {
	c, _ := serve(t, func(http.ResponseWriter, *http.Request) {})
	u, _ := url.Parse("https://other.example/")
	if _, err := c.Do(t.Context(), Request{URL: u}); err == nil || c.Speaks(u) {
		t.Error("it spoke with another host")
	}
}

func TestWalk(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/cookie":
			if _, err := r.Cookie("seen"); err == nil {
				return
			}
			http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1", Path: "/"})
			http.Redirect(w, r, "/cookie", http.StatusFound)
		case "/loop":
			http.Redirect(w, r, "/loop2", http.StatusMovedPermanently)
		case "/loop2":
			http.Redirect(w, r, "/loop", http.StatusMovedPermanently)
		case "/down":
			http.Redirect(w, r, "http://"+r.Host+"/plain", http.StatusFound)
		case "/app":
			http.Redirect(w, r, "psa-client://open", http.StatusFound)
		case "/away":
			http.Redirect(w, r, "https://other.example/", http.StatusFound)
		default:
			n, _ := strconv.Atoi(r.URL.Path[1:])
			http.Redirect(w, r, "/"+strconv.Itoa(n+1), http.StatusFound)
		}
	})
	w := Walk{Client: func(_ context.Context, u *url.URL) (*Client, error) {
		if !c.Speaks(u) {
			return nil, nil
		}
		return c, nil
	}}
	for _, row := range []struct {
		path string
		hops int
		err  any
	}{
		{"/cookie", 2, nil}, {"/loop", 2, new(*LoopError)}, {"/down", 1, new(*DowngradeError)}, {"/app", 1, new(*SchemeError)},
		{"/away", 1, nil}, {"/0", MaxHops, new(*LoopError)},
	} {
		start := &url.URL{Scheme: "https", Host: c.address, Path: row.path}
		trail, err := w.From(t.Context(), start)
		if len(trail) != row.hops || (row.err == nil) != (err == nil) || row.err != nil && !errors.As(err, row.err) {
			t.Errorf("%s: %d hops, %v", row.path, len(trail), err)
		}
	}
}

// TestWalkGoesOnWhereAnotherEnded has a server that would answer the first request in another way the second time.
func TestWalkGoesOnWhereAnotherEnded(t *testing.T) {
	var asked []string
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		cookie, _ := r.Cookie("seen")
		asked = append(asked, fmt.Sprint(r.URL.Path, " ", cookie))
		if r.URL.Path == "/start" {
			http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1", Path: "/"})
			http.Redirect(w, r, "/next", http.StatusFound)
		}
	})
	first, err := c.Get(t.Context(), "/start")
	if err != nil {
		t.Fatal(err)
	}
	w := Walk{Client: func(context.Context, *url.URL) (*Client, error) { return c, nil }, Begun: []*Exchange{first}}
	trail, err := w.From(t.Context(), first.URL)
	if err != nil || len(trail) != 2 || trail[0] != first || fmt.Sprint(asked) != "[/start  /next seen=1]" {
		t.Errorf("%d hops, %v, asked %q", len(trail), err, asked)
	}
}

func TestTwoShareTheCarriedConnection(t *testing.T) {
	c, opened := serve(t, func(http.ResponseWriter, *http.Request) {})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := c.Get(t.Context(), "/"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if *opened != 0 {
		t.Errorf("%d connections opened beside the carried one", *opened)
	}
}

func TestPlaceHidesWhatFollowsThePath(t *testing.T) {
	u, _ := url.Parse("https://user:pw@host.example/a?code=secret#token")
	if got := Place(u); got != "https://host.example/a" {
		t.Error(got)
	}
}

func FuzzNext(f *testing.F) {
	for _, s := range []string{"/a", "https://b.example/?x=1#y", "http://b.example/", "//b.example", "javascript:alert(1)", "https://", "%zz", " /a ", "https://u:p@h/"} {
		f.Add(302, s)
	}
	f.Fuzz(func(t *testing.T, status int, location string) {
		from := &url.URL{Scheme: "https", Host: "a.example", Path: "/"}
		x := &Exchange{URL: from, Status: status, Header: http.Header{"Location": {location}}}
		to, err := x.Next()
		if to == nil {
			return
		}
		if err != nil || to.Scheme != "https" || to.Hostname() == "" || to.User != nil || to.Fragment != "" {
			t.Errorf("%q leads to %v, %v", location, to, err)
		}
	})
}
