// Package tlsq looks at TLS handshakes without judging them.
package tlsq

import (
	"context"
	"crypto/tls"
	"net"
)

// A Hello is what a client offers. Zero versions leave the choice to the library.
type Hello struct {
	Name     string
	ALPN     []string
	Min, Max uint16
}

// Web is the ALPN offer of a browser.
var Web = []string{"h2", "http/1.1"}

// Handshake shakes hands and verifies nothing: whoever uses the connection must first judge the chain.
func Handshake(ctx context.Context, conn net.Conn, h Hello) (*tls.Conn, error) {
	c := tls.Client(conn, &tls.Config{ServerName: h.Name, NextProtos: h.ALPN, MinVersion: h.Min, MaxVersion: h.Max,
		InsecureSkipVerify: true}) //nolint:gosec // tls.chain judges; the only look-only handshake of the program
	return c, c.HandshakeContext(ctx)
}
