// Package quicq asks for a page over HTTP/3, as browsers do where a host offers it.
package quicq

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"

	"logindoctor/checks"
)

// Patience is how long the handshake may take, and then the answer.
const Patience = 4 * time.Second

// A Trust is with what and at what time the host's certificate is judged.
type Trust struct {
	Roots *x509.CertPool
	Now   func() time.Time
}

// An Answer is what came of the question.
type Answer struct {
	Shaken bool // the handshake got through, in both directions
	Status int  // zero without an answer
	Bytes  int  // of the body that arrived
	Err    error
}

// Get asks for a page. The end of the body belongs to the answer.
func Get(ctx context.Context, w checks.World, u *url.URL, trust Trust) Answer {
	var a Answer
	transport := &http3.Transport{
		TLSClientConfig: &tls.Config{RootCAs: trust.Roots, Time: trust.Now, ServerName: u.Hostname(), MinVersion: tls.VersionTLS13},
		Dial: func(ctx context.Context, address string, t *tls.Config, c *quic.Config) (*quic.Conn, error) {
			conn, err := dial(ctx, w, address, t, c)
			a.Shaken = err == nil
			return conn, err
		},
	}
	defer transport.Close()
	a.fetch(ctx, transport, u)
	return a
}

func dial(ctx context.Context, w checks.World, address string, t *tls.Config, c *quic.Config) (*quic.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	raw, err := w.Dial(ctx, "udp", address, checks.Dialing{})
	if err != nil {
		return nil, err
	}
	conn, err := (&quic.Transport{Conn: packets{raw}}).Dial(ctx, raw.RemoteAddr(), t, c)
	if err != nil {
		raw.Close()
		return nil, err
	}
	context.AfterFunc(conn.Context(), func() { raw.Close() })
	return conn, nil
}

func (a *Answer) fetch(ctx context.Context, t *http3.Transport, u *url.URL) {
	ctx, cancel := context.WithTimeout(ctx, 2*Patience)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		a.Err = err
		return
	}
	r, err := t.RoundTrip(q)
	if err != nil {
		a.Err = err
		return
	}
	defer r.Body.Close()
	a.Status = r.StatusCode
	n, err := io.Copy(io.Discard, io.LimitReader(r.Body, 1<<20))
	a.Bytes, a.Err = int(n), err
}

// packets is a connected socket as QUIC wants it: everything comes from and goes to the one other side.
type packets struct{ net.Conn }

// ReadFrom implements net.PacketConn.
func (p packets) ReadFrom(b []byte) (int, net.Addr, error) {
	n, err := p.Read(b)
	return n, p.RemoteAddr(), err
}

// WriteTo implements net.PacketConn.
func (p packets) WriteTo(b []byte, _ net.Addr) (int, error) { return p.Write(b) }
