// Package tlsq looks at TLS handshakes without judging them.
package tlsq

import (
	"context"
	"crypto/tls"
	"net"
	"sync"
)

// A Hello is what a client offers. Zero versions leave the choice to the library.
type Hello struct {
	Name     string
	ALPN     []string
	Min, Max uint16
	Suites   []uint16 // TLS 1.2 and below
	Small    bool     // without a post-quantum key, so that it fits into one packet
}

// Web is the ALPN offer of a browser.
var Web = []string{"h2", "http/1.1"}

// A Trace is what was seen of a handshake, whether it succeeded or not.
type Trace struct {
	First      []byte // what the other side sent first, at most firstMost bytes
	AsksClient bool   // it asked for a certificate of the client
}

const firstMost = 2 << 10

// Handshake shakes hands and verifies nothing: whoever uses the connection must first judge the chain.
func Handshake(ctx context.Context, conn net.Conn, h Hello) (*tls.Conn, *Trace, error) {
	seen := &recorder{Conn: conn}
	t := &Trace{}
	var curves []tls.CurveID
	if h.Small {
		curves = []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384}
	}
	c := tls.Client(seen, &tls.Config{ServerName: h.Name, NextProtos: h.ALPN, MinVersion: h.Min, MaxVersion: h.Max,
		CipherSuites: h.Suites, CurvePreferences: curves, InsecureSkipVerify: true, // tls.chain judges; this is the one look-only handshake
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			t.AsksClient = true
			return &tls.Certificate{}, nil
		}})
	err := c.HandshakeContext(ctx)
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	t.First = seen.stop()
	return c, t, err
}

// Alert returns the last alert that came in the clear, and whether there was one (RFC 8446 section 6: record type 21).
func (t *Trace) Alert() (code byte, ok bool) {
	rest := t.First
	for len(rest) >= 5 {
		size := int(rest[3])<<8 | int(rest[4])
		if rest[0] == 21 && size == 2 && len(rest) >= 7 {
			code, ok = rest[6], true
		}
		if len(rest) < 5+size {
			break
		}
		rest = rest[5+size:]
	}
	return code, ok
}

// Hellos reports whether the other side got as far as a handshake record.
func (t *Trace) Hellos() bool { return len(t.First) > 0 && t.First[0] == 22 }

// Plaintext reports whether the other side spoke, but not TLS (record types are 20 to 24).
func (t *Trace) Plaintext() bool { return len(t.First) > 0 && (t.First[0] < 20 || t.First[0] > 24) }

// AlertName names an alert (RFC 8446 appendix B.2).
func AlertName(code byte) string { return tls.AlertError(code).Error()[len("tls: "):] }

type recorder struct {
	net.Conn
	mu      sync.Mutex
	first   []byte
	stopped bool
}

func (r *recorder) Read(b []byte) (int, error) {
	n, err := r.Conn.Read(b)
	r.mu.Lock()
	defer r.mu.Unlock()
	if room := firstMost - len(r.first); !r.stopped && room > 0 {
		r.first = append(r.first, b[:min(n, room)]...)
	}
	return n, err
}

func (r *recorder) stop() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopped = true
	return r.first
}
