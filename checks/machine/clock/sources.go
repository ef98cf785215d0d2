package clock

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/beevik/ntp"

	"logindoctor/checks"
	"logindoctor/checks/internal/plain"
	"logindoctor/checks/internal/tlsq"
)

const (
	ntpKind  = "NTP"
	dateKind = "Date"
	patience = 4 * time.Second
	grace    = 1500 * time.Millisecond
	spread   = 2 * time.Second // how far honest clocks may be apart: a Date header is cut to the second
)

// A Source is what one clock said.
type Source struct {
	Host   string
	Kind   string // "NTP" or "Date"
	Offset time.Duration
	Leaf   *x509.Certificate // what a Date source presented, not verified
	Err    error
}

// errAgreed stands for what a clock did not say before the others had settled the question.
var errAgreed = errors.New("not waited for: enough other clocks agreed")

// measure asks time servers and unrelated web servers at once. Every judgement of a certificate waits for it, so it
// waits no longer than the result may change.
func measure(ctx context.Context, w checks.World, t *checks.Target) []Source {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var all []Source
	var ask []func() Source
	for _, host := range t.Time {
		all = append(all, Source{Host: host, Kind: ntpKind, Err: errAgreed})
		ask = append(ask, func() Source { return askServer(ctx, w, host) })
	}
	for _, c := range controls(t) {
		all = append(all, Source{Host: c.URL, Kind: dateKind, Err: errAgreed})
		ask = append(ask, func() Source { return askDate(ctx, w, c) })
	}
	return collect(all, ask, time.Duration(t.Limits.ClockNote))
}

func controls(t *checks.Target) []checks.Control {
	if t.Product == nil {
		return nil
	}
	return t.Product.Controls
}

// collect fills in what came in time. Once enough agree it waits a grace for the others.
func collect(all []Source, ask []func() Source, right time.Duration) []Source {
	type said struct {
		i int
		Source
	}
	heard := make(chan said, len(ask))
	for i, one := range ask {
		go func() { heard <- said{i, one()} }()
	}
	var enough <-chan time.Time
	for range ask {
		select {
		case s := <-heard:
			all[s.i] = s.Source
			if settled(all, right) {
				return all
			}
			if _, known := agree(all); known && enough == nil {
				enough = time.After(grace)
			}
		case <-enough:
			return all
		}
	}
	return all
}

// settled reports whether nothing that may still come changes what is concluded: a time server answers, and those that
// are silent cannot outvote the clocks that say this one is right. One that is wrong is measured against all.
func settled(all []Source, right time.Duration) bool {
	offset, group := majority(all)
	return 2*group > len(all) && offset.Abs() < right &&
		slices.ContainsFunc(all, func(s Source) bool { return s.Kind == ntpKind && s.Err == nil })
}

// agree returns the time of the largest group of clocks that agree. It takes two, and more than half of those that answered.
func agree(all []Source) (offset time.Duration, known bool) {
	said := 0
	for _, s := range all {
		if s.Err == nil {
			said++
		}
	}
	offset, group := majority(all)
	if group < 2 || 2*group <= said {
		return 0, false
	}
	return offset, true
}

// majority returns the median of the largest group of clocks that agree, and its size.
func majority(all []Source) (offset time.Duration, group int) {
	var said []time.Duration
	for _, s := range all {
		if s.Err == nil {
			said = append(said, s.Offset)
		}
	}
	slices.Sort(said)
	var best []time.Duration
	for i := range said {
		j := i
		for j < len(said) && said[j]-said[i] <= spread {
			j++
		}
		if j-i > len(best) {
			best = said[i:j]
		}
	}
	if len(best) == 0 {
		return 0, 0
	}
	return best[len(best)/2], len(best)
}

func askServer(ctx context.Context, w checks.World, server string) Source {
	s := Source{Host: server, Kind: ntpKind}
	opt := ntp.QueryOptions{Timeout: patience, GetSystemTime: w.Now, Dialer: func(_, remote string) (net.Conn, error) {
		return w.Dial(ctx, "udp", remote, checks.Dialing{})
	}}
	r, err := ntp.QueryWithOptions(server, opt)
	if err == nil {
		err = r.Validate()
	}
	if err != nil {
		s.Err = err
		return s
	}
	s.Offset = -r.ClockOffset // the library means true minus local
	return s
}

// askDate reads the Date header of a server that nobody has verified: several unrelated ones must agree anyway.
func askDate(ctx context.Context, w checks.World, c checks.Control) Source {
	u, err := url.Parse(c.URL)
	if err != nil {
		return Source{Host: c.URL, Kind: dateKind, Err: err}
	}
	s := Source{Host: u.Hostname(), Kind: dateKind}
	var page *plain.Page
	var leaf atomic.Pointer[x509.Certificate] // a dial can outlive the request that it was for
	if c.Secure {
		u.Scheme = "https"
		page, err = plain.Over(ctx, w, unverified(w, &leaf), u.String())
	} else {
		page, err = plain.Get(ctx, w, c.URL)
	}
	if err != nil {
		s.Err = err
		return s
	}
	s.Leaf = leaf.Load()
	s.Offset, s.Err = plain.Offset(page.Header, page.Took, w.Now())
	return s
}

func unverified(w checks.World, leaf *atomic.Pointer[x509.Certificate]) *http.Transport {
	return &http.Transport{DisableKeepAlives: true, DialTLSContext: func(ctx context.Context, _, address string) (net.Conn, error) {
		host, _, _ := strings.Cut(address, ":")
		via, err := w.ProxyFor(ctx, &url.URL{Scheme: "https", Host: host, Path: "/"})
		if err != nil {
			return nil, err
		}
		raw, err := w.Dial(ctx, "tcp", address, checks.Dialing{Proxy: via})
		if err != nil {
			return nil, err
		}
		c, _, err := tlsq.Handshake(ctx, raw, tlsq.Hello{Name: host})
		if err != nil {
			raw.Close()
			return nil, err
		}
		leaf.Store(c.ConnectionState().PeerCertificates[0])
		return c, nil
	}}
}
