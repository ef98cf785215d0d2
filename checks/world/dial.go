package world

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"logindoctor/checks"
)

var errOutside = errors.New("this world ends at the loopback addresses")

// Dial opens a connection. A name is mapped by --connect-to, resolved, and its addresses are mapped again; they are
// tried in order.
func (w *World) Dial(ctx context.Context, network, address string, how checks.Dialing) (net.Conn, error) {
	ctx, cancel := w.step(ctx)
	defer cancel()
	if how.Proxy != nil {
		return w.tunnel(ctx, address, how)
	}
	return w.dial(ctx, network, address, how)
}

// DialForBrowser opens the connection that a browser of this world would use for a host. Like a browser it goes direct
// when the proxy script cannot be had.
func (w *World) DialForBrowser(ctx context.Context, host, port string) (net.Conn, error) {
	address := net.JoinHostPort(host, port)
	proxy, err := w.ProxyFor(ctx, &url.URL{Scheme: "https", Host: address, Path: "/"})
	if ctx.Err() != nil {
		return nil, fmt.Errorf("proxy for %s: %w", host, err)
	}
	return w.Dial(ctx, "tcp", address, checks.Dialing{Proxy: proxy})
}

func (w *World) dial(ctx context.Context, network, address string, how checks.Dialing) (net.Conn, error) {
	targets, err := w.targets(ctx, address, how)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: err}
	}
	var first error
	for i, target := range targets {
		conn, err := w.open(ctx, network, target, how.MSS, len(targets)-i)
		if err == nil {
			return conn, nil
		}
		if first == nil {
			first = err
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, first
}

// open dials one address and leaves time for those that are left.
func (w *World) open(ctx context.Context, network string, to netip.AddrPort, mss, left int) (net.Conn, error) {
	if w.o.LoopbackOnly && !to.Addr().IsLoopback() {
		return nil, &net.OpError{Op: "dial", Net: network, Addr: net.TCPAddrFromAddrPort(to), Err: errOutside}
	}
	if deadline, ok := ctx.Deadline(); ok && left > 1 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, max(time.Until(deadline)/time.Duration(left), 2*time.Second))
		defer cancel()
	}
	d := net.Dialer{}
	if mss > 0 && strings.HasPrefix(network, "tcp") {
		d.Control = limitSegments(mss)
	}
	return d.DialContext(ctx, network, to.String())
}

// targets are the addresses to which a connection for address goes.
func (w *World) targets(ctx context.Context, address string, how checks.Dialing) ([]netip.AddrPort, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if _, err := netip.ParseAddr(host); err != nil {
		host, port = w.mapped(host, port)
	} else if to, at := w.mapped(how.Name, port); how.Name != "" {
		if to != how.Name {
			host = to
		}
		port = at
	}
	addrs, err := w.addrs(ctx, host)
	if err != nil {
		return nil, err
	}
	var targets []netip.AddrPort
	for _, addr := range addrs {
		host, port := w.mapped(addr.String(), port)
		ends, err := w.addrs(ctx, host)
		if err != nil {
			return nil, err
		}
		target, err := join(ends[0], port)
		if err != nil {
			return nil, err
		}
		targets = append(targets, target)
	}
	return targets, nil
}

// addrs resolves host; there is at least one address or an error.
func (w *World) addrs(ctx context.Context, host string) ([]netip.Addr, error) {
	found, err := w.lookup(ctx, host)
	if err == nil && len(found.Addrs) == 0 {
		err = &net.AddrError{Err: "no address", Addr: host}
	}
	return found.Addrs, err
}
