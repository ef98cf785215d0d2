package version

import (
	"context"
	"crypto/tls"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"logindoctor/checks"
	"logindoctor/checks/internal/dialerr"
	"logindoctor/checks/internal/tlsq"
	"logindoctor/checks/internal/whose"
	"logindoctor/checks/tcp/connect"
)

// A failure is a handshake that did not succeed.
type failure struct {
	seen *tlsq.Trace
	err  error
	took time.Duration
}

// Alerts of RFC 8446 section 6.2 that decide.
const (
	alertHandshakeFailure = 40
	alertUnknownCA        = 48
	alertProtocolVersion  = 70
	alertInsufficient     = 71
	alertInternal         = 80
	alertNeedsCertificate = 116
)

// class names the code that the observation alone speaks for.
func (f failure) class() *checks.Code {
	alert, alerted := f.seen.Alert()
	switch {
	case f.seen.Plaintext():
		return Plaintext
	case f.seen.AsksClient && alerted && clientsFault(alert), alert == alertNeedsCertificate:
		return ClientCertificate
	case alert == alertProtocolVersion, strings.Contains(f.err.Error(), "unsupported protocol version"):
		return OldVersion
	case alert == alertHandshakeFailure, alert == alertInsufficient:
		return NoSharedCipher
	case alerted && alert != alertInternal:
		return Alert
	case alerted:
		return Cut
	case dialerr.Of(f.err) == dialerr.Silent:
		return NoReply
	}
	return Cut
}

// clientsFault reports whether an alert is how servers refuse the certificate of a client, or that there is none.
func clientsFault(alert byte) bool {
	return alert >= alertHandshakeFailure && alert <= alertUnknownCA+1
}

func (f failure) did() string {
	if alert, ok := f.seen.Alert(); ok {
		return "alert: " + tlsq.AlertName(alert)
	}
	if k := dialerr.Of(f.err); k != dialerr.Other {
		return k.String()
	}
	return f.err.Error()
}

// diagnose adds the contrasts that the observation needs and reports one code.
func diagnose(ctx context.Context, p *checks.Pass, try probe, f failure) {
	code, sure := f.class(), checks.Likely
	var versions []uint16
	switch code {
	case Cut, NoReply:
		code, sure = try.apart(ctx, code)
	case OldVersion, NoSharedCipher:
		versions = try.versions(ctx)
		code, sure = older(code, versions)
	}
	r := p.Report(code, sure, checks.Public("host", p.Subject.Host), checks.Public("did", f.did()), checks.Span("took", f.took),
		checks.Text("first_bytes", printable(f.seen.First)), checks.Public("versions", names(versions)), checks.Text("error", f.err.Error()))
	if r.Owner == checks.OwnerUndetermined && code != NoReply {
		r.By(whose.Host(p.Target, p.Subject))
	}
	if dialerr.Of(f.err) == dialerr.Silent && len(f.seen.First) == 0 {
		r.FromSilence()
	}
}

// older tells an old version from a missing cipher: every version was tried with every suite.
func older(code *checks.Code, accepted []uint16) (*checks.Code, checks.Certainty) {
	modern := false
	for _, v := range accepted {
		modern = modern || v >= tls.VersionTLS12
	}
	switch {
	case len(accepted) == 0:
		return code, checks.Likely
	case modern:
		return NoSharedCipher, checks.Confirmed
	}
	return OldVersion, checks.Confirmed
}

// A probe repeats the handshake with one property changed.
type probe struct {
	p   *checks.Pass
	tcp connect.Result
}

func (x probe) shake(ctx context.Context, h tlsq.Hello) (*tlsq.Trace, error) {
	ctx, cancel := context.WithTimeout(ctx, patience-time.Second)
	defer cancel()
	raw, err := x.tcp.Open(ctx, x.p.World, x.p.Subject, 0)
	if err != nil {
		return &tlsq.Trace{}, err
	}
	defer raw.Close()
	_, seen, err := tlsq.Handshake(ctx, raw, h)
	return seen, err
}

// nobody is a name that no filter and no server has a rule for: it is reserved for examples (RFC 2606 section 3).
const nobody = "example.com"

// apart tells a box that reads the hello from a server that answers nobody. The same address is tried again, with a small
// hello, with another name and with none. A connection that was lost once says nothing.
func (x probe) apart(ctx context.Context, code *checks.Code) (*checks.Code, checks.Certainty) {
	own := x.p.Subject.Host
	tried := []tlsq.Hello{{Name: own}, {Name: own, Small: true}, {}, {Name: nobody}}
	answered := make([]bool, len(tried))
	var wg sync.WaitGroup
	for i, h := range tried {
		wg.Go(func() {
			h.ALPN = tlsq.Web
			seen, err := x.shake(ctx, h)
			alert, alerted := seen.Alert()
			answered[i] = err == nil || seen.Hellos() || alerted && alert != alertInternal
		})
	}
	wg.Wait()
	switch {
	case answered[0]:
		return code, checks.Likely
	case answered[1]:
		return CutBySize, checks.Confirmed
	case slices.Contains(answered[2:], true):
		return CutByName, checks.Confirmed
	}
	return code, checks.Likely
}

// versions lists what the host accepts, each version tried with every suite that the library knows.
func (x probe) versions(ctx context.Context) []uint16 {
	all := []uint16{tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS12, tls.VersionTLS13}
	accepted := make([]bool, len(all))
	var wg sync.WaitGroup
	for i, v := range all {
		wg.Go(func() {
			_, err := x.shake(ctx, tlsq.Hello{Name: x.p.Subject.Host, Min: v, Max: v, Suites: suites()})
			accepted[i] = err == nil
		})
	}
	wg.Wait()
	var list []uint16
	for i, ok := range accepted {
		if ok {
			list = append(list, all[i])
		}
	}
	return list
}

func suites() []uint16 {
	var ids []uint16
	for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		ids = append(ids, s.ID)
	}
	return ids
}

func names(versions []uint16) string {
	if len(versions) == 0 {
		return "none"
	}
	var all []string
	for _, v := range versions {
		all = append(all, tls.VersionName(v))
	}
	return strings.Join(all, ", ")
}

// printable keeps the first line of what a box says in the clear: it often names itself.
func printable(first []byte) string {
	line, _, _ := strings.Cut(string(first[:min(len(first), 120)]), "\n")
	clean := strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, line)
	if clean == "" {
		return "nothing readable"
	}
	return clean
}
