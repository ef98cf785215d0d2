package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"sync"

	"logindoctor/checks"
)

// contrasts are the second looks that tell faults apart, each with scenarios that need it.
var contrasts = []struct {
	name, near string
	less       less
}{
	{"another resolver", "dns.*/*", less{world: func(w *lesser) { w.resolvers = 1 }}},
	{"another address of a host", "tcp.addresses/*", less{world: func(w *lesser) { w.shut = elsewhere }}},
	{"another family of addresses", "tcp.connect/*", less{world: func(w *lesser) { w.families = 4 }}},
	{"another name in the greeting", "tls.version/*", less{world: func(w *lesser) {
		w.mute = func(host string, h *tls.ClientHelloInfo) bool { return h.ServerName != host }
	}}},
	{"a short greeting", "tls.version/*", less{world: func(w *lesser) {
		w.mute = func(_ string, h *tls.ClientHelloInfo) bool {
			return !slices.Contains(h.SupportedCurves, tls.X25519MLKEM768)
		}
	}}},
	{"a greeting in another version", "tls.version/*", less{world: func(w *lesser) {
		w.mute = func(_ string, h *tls.ClientHelloInfo) bool {
			return !slices.Equal(h.SupportedVersions, []uint16{tls.VersionTLS13, tls.VersionTLS12})
		}
	}}},
	{"small segments", "tcp.size/*", less{world: func(w *lesser) {
		w.shut = func(_ *lesser, _ context.Context, _ string, how checks.Dialing) bool { return how.MSS > 0 }
	}}},
	{"a way past the proxy, or through another one", "tcp.direct/*", less{world: func(w *lesser) { w.shut = anotherWay }}},
	{"a browser beside programs", "tls.browser/*", less{world: func(w *lesser) { w.blind = "certificate" }}},
	{"a question that lets bad signatures pass", "dns.answers/*", less{world: func(w *lesser) {
		w.lost = func(packet []byte) bool { return packet[3]&0x10 != 0 } // CD, RFC 4035 3.2.2
	}}},
	{"a name that nobody has", "machine.resolvers/*", less{world: func(w *lesser) { w.lost = invented.Match }}},
	{"another region", "web.region/*,web.outage/*", less{target: func(t *checks.Target) { t.Others = nil }}},
	{"unrelated hosts", "tls.issuer/*,machine.gateway/*", less{target: func(t *checks.Target) { t.Controls = nil }}},
	{"another place", "web.outage/*", less{target: func(t *checks.Target) { t.Seen = nil }}},
	{"a second look", "dns.answers/*,web.answer/*", less{once: true}},
	{"a second walk", "login.*/*-once", less{once: true}},
}

// invented is how a name is asked for that nobody has: sixteen letters and digits below com or net.
var invented = regexp.MustCompile(`\x10[a-z2-7]{16}\x03(com|net)\x00`)

// elsewhere reports whether a host is looked for at an address that the others of its checks do not use.
func elsewhere(_ *lesser, _ context.Context, address string, how checks.Dialing) bool {
	_, err := netip.ParseAddrPort(address)
	return err == nil && how.Name == "" && how.MSS == 0
}

// anotherWay reports whether a connection goes another way than the settings say.
func anotherWay(w *lesser, ctx context.Context, address string, how checks.Dialing) bool {
	if _, err := netip.ParseAddrPort(address); err == nil {
		return false
	}
	via, err := w.World.ProxyFor(ctx, &url.URL{Scheme: "https", Host: address, Path: "/"})
	if err != nil {
		return false
	}
	return (via == nil) != (how.Proxy == nil) || via != nil && via.Host != how.Proxy.Host
}

// A lesser world lacks some doors of the one behind it.
type lesser struct {
	checks.World
	less      *less
	resolvers int // so many are known; zero means all
	families  int // only addresses of this one
	shut      func(w *lesser, ctx context.Context, address string, how checks.Dialing) bool
	mute      func(host string, hello *tls.ClientHelloInfo) bool // no such greeting gets through
	lost      func(packet []byte) bool                           // of a datagram
	blind     string                                             // the script that finds no browser

	mu   sync.Mutex
	done map[second]bool
}

type second struct {
	check   *checks.Check
	subject string
}

var errTaken = errors.New("the way was taken away")

// again reports whether the check has looked at the same thing before.
func (w *lesser) again(p *checks.Pass) bool {
	k := second{check: p.Check}
	if p.Subject != nil {
		k.subject = p.Subject.Address()
	}
	if p.Pathway != nil {
		k.subject = p.Pathway.ID
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	before := w.done[k]
	w.done[k] = true
	return before
}

func (w *lesser) Resolvers(ctx context.Context) ([]checks.Resolver, error) {
	all, err := w.World.Resolvers(ctx)
	if w.resolvers > 0 {
		all = all[:min(len(all), w.resolvers)]
	}
	return all, err
}

func (w *lesser) Lookup(ctx context.Context, host string) (checks.Lookup, error) {
	found, err := w.World.Lookup(ctx, host)
	if w.families == 4 {
		found.Addrs = slices.DeleteFunc(found.Addrs, netip.Addr.Is6)
	}
	return found, err
}

func (w *lesser) Browse(ctx context.Context, s checks.Script) (<-chan checks.Event, error) {
	if s.Name == w.blind {
		return nil, checks.ErrNoBrowser
	}
	return w.World.Browse(ctx, s)
}

func (w *lesser) Dial(ctx context.Context, network, address string, how checks.Dialing) (net.Conn, error) {
	if w.shut != nil && network == "tcp" && w.shut(w, ctx, address, how) {
		return nil, &net.OpError{Op: "dial", Net: network, Err: errTaken}
	}
	conn, err := w.World.Dial(ctx, network, address, how)
	if err != nil {
		return nil, err
	}
	if u, ok := conn.(*net.UDPConn); ok && w.lost != nil {
		return lossy{u, w.lost}, nil
	}
	if w.mute == nil {
		return conn, nil
	}
	host := how.Name
	if host == "" {
		host, _, _ = net.SplitHostPort(address)
	}
	return &picky{Conn: conn, host: host, mute: w.mute}, nil
}

// A lossy connection loses some datagrams.
type lossy struct {
	*net.UDPConn
	lost func(packet []byte) bool
}

func (l lossy) Write(b []byte) (int, error) {
	if len(b) > 12 && l.lost(b) {
		return len(b), nil
	}
	return l.UDPConn.Write(b)
}

// A picky connection is closed by some greetings.
type picky struct {
	net.Conn
	host  string
	mute  func(host string, hello *tls.ClientHelloInfo) bool
	spoke bool
}

func (c *picky) Write(b []byte) (int, error) {
	first := !c.spoke
	c.spoke = true
	if first {
		if h := hello(b); h != nil && c.mute(c.host, h) {
			c.Conn.Close()
			return 0, errTaken
		}
	}
	return c.Conn.Write(b)
}

// hello reads the greeting of a TLS client, nil if it is none.
func hello(b []byte) (h *tls.ClientHelloInfo) {
	c := tls.Server(spoken{from: bytes.NewReader(b)}, &tls.Config{GetConfigForClient: func(i *tls.ClientHelloInfo) (*tls.Config, error) {
		h = i
		return nil, errTaken
	}})
	c.Handshake()
	return h
}

// spoken is a connection on which something was said, and nobody answers.
type spoken struct {
	net.Conn
	from io.Reader
}

func (s spoken) Read(b []byte) (int, error)  { return s.from.Read(b) }
func (s spoken) Write(b []byte) (int, error) { return len(b), nil }
func (s spoken) Close() error                { return nil }
