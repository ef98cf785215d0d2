package world

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/dop251/goja"

	"logindoctor/checks"
)

const (
	scriptLimit = 1 << 20
	stackLimit  = 1000
)

// scripts are the proxy scripts that were fetched, one request per address and run.
type scripts struct {
	mu      sync.Mutex
	kept    map[string]script
	accepts map[string]bool // addresses that were tried
}

type script struct {
	program *goja.Program
	err     error
}

// script fetches and compiles a proxy script once; that it cannot be had is remembered too.
func (w *World) script(ctx context.Context, address string) (*goja.Program, error) {
	w.pacs.mu.Lock()
	defer w.pacs.mu.Unlock()
	if s, ok := w.pacs.kept[address]; ok {
		return s.program, s.err
	}
	program, err := w.compile(ctx, address)
	if err != nil {
		err = fmt.Errorf("proxy script %s: %w", address, err)
	}
	if !errors.Is(ctx.Err(), context.Canceled) {
		w.pacs.keep(address, script{program, err})
	}
	return program, err
}

// keep wants mu to be held.
func (s *scripts) keep(address string, found script) {
	if s.kept == nil {
		s.kept = map[string]script{}
	}
	s.kept[address] = found
}

// condemn makes a script fail without being run again.
func (s *scripts) condemn(address string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keep(address, script{err: err})
}

func (w *World) compile(ctx context.Context, address string) (*goja.Program, error) {
	text, err := w.fetch(ctx, address)
	if err != nil {
		return nil, err
	}
	return goja.Compile(address, text, false)
}

func (w *World) fetch(ctx context.Context, address string) (string, error) {
	ctx, cancel := w.step(ctx)
	defer cancel()
	roots, err := w.roots()
	if err != nil {
		return "", err
	}
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return w.Dial(ctx, network, address, checks.Dialing{})
		},
		TLSClientConfig:   &tls.Config{RootCAs: roots},
		DisableKeepAlives: true,
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	answer, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return "", errors.Unwrap(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("status %d", answer.StatusCode)
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, scriptLimit+1))
	if len(text) > scriptLimit {
		return "", fmt.Errorf("larger than %d kB", scriptLimit>>10)
	}
	return string(text), err
}

// askScript returns the way that a script names for a URL, nil for direct.
func (w *World) askScript(ctx context.Context, address string, u *url.URL) (*url.URL, error) {
	program, err := w.script(ctx, address)
	if err != nil {
		return nil, err
	}
	limited, cancel := w.step(ctx)
	defer cancel()
	said, err := w.evaluate(limited, program, u)
	if err != nil {
		err = fmt.Errorf("proxy script %s for %s: %w", address, u.Hostname(), err)
		if limited.Err() != nil && ctx.Err() == nil {
			w.pacs.condemn(address, err)
		}
		return nil, err
	}
	ways, err := parseVerdict(said)
	if err != nil {
		return nil, err
	}
	return w.choose(ctx, ways, u), nil
}

// evaluate runs FindProxyForURL in a fresh interpreter. One that is inside a regular expression does not heed the
// interrupt and is left behind.
func (w *World) evaluate(ctx context.Context, program *goja.Program, u *url.URL) (string, error) {
	vm := goja.New()
	vm.SetMaxCallStackSize(stackLimit)
	defer context.AfterFunc(ctx, func() { vm.Interrupt(ctx.Err()) })()
	type end struct {
		said string
		err  error
	}
	done := make(chan end, 1)
	go func() {
		var e end
		defer func() {
			if r := recover(); r != nil {
				e.err = fmt.Errorf("interpreter: %v", r)
			}
			done <- e
		}()
		e.said, e.err = w.findProxy(ctx, vm, program, u)
	}()
	select {
	case e := <-done:
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return e.said, e.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (w *World) findProxy(ctx context.Context, vm *goja.Runtime, program *goja.Program, u *url.URL) (string, error) {
	for name, f := range w.builtins(ctx, vm) {
		if err := vm.Set(name, f); err != nil {
			return "", err
		}
	}
	if _, err := vm.RunProgram(program); err != nil {
		return "", err
	}
	find, ok := goja.AssertFunction(vm.Get("FindProxyForURL"))
	if !ok {
		return "", errors.New("no function FindProxyForURL")
	}
	// Browsers show a script neither path nor query of an https address.
	shown := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/"}
	if u.Scheme == "http" {
		shown.Path, shown.RawQuery = u.Path, u.RawQuery
	}
	v, err := find(goja.Undefined(), vm.ToValue(shown.String()), vm.ToValue(u.Hostname()))
	if _, deep := errors.AsType[*goja.StackOverflowError](err); deep {
		return "", errors.New("the script calls itself without end")
	}
	if err != nil || goja.IsNull(v) || goja.IsUndefined(v) {
		return "", err
	}
	return v.String(), nil
}

// builtins are the functions that every browser offers to a proxy script.
func (w *World) builtins(ctx context.Context, vm *goja.Runtime) map[string]any {
	address := func(host string) string {
		found, _ := w.Lookup(ctx, host)
		if len(found.Addrs) == 0 || !found.Addrs[0].Is4() {
			return ""
		}
		return found.Addrs[0].String()
	}
	now := func(call goja.FunctionCall) (time.Time, []string) {
		var args []string
		for _, a := range call.Arguments {
			args = append(args, a.String())
		}
		if n := len(args); n > 0 && args[n-1] == "GMT" {
			return w.Now().UTC(), args[:n-1]
		}
		return w.Now(), args
	}
	calendar := func(holds func(time.Time, []string) bool) func(goja.FunctionCall) goja.Value {
		return func(call goja.FunctionCall) goja.Value { return vm.ToValue(holds(now(call))) }
	}
	return map[string]any{
		"alert":           func(string) {},
		"isPlainHostName": func(host string) bool { return !strings.Contains(host, ".") },
		"dnsDomainIs":     func(host, domain string) bool { return strings.HasSuffix(lower(host), lower(domain)) },
		"localHostOrDomainIs": func(host, full string) bool {
			return lower(host) == lower(full) || !strings.Contains(host, ".") && strings.HasPrefix(lower(full), lower(host)+".")
		},
		"isResolvable": func(host string) bool { return address(host) != "" },
		"isInNet":      func(host, net, mask string) bool { return inNet(address(host), net, mask) },
		"dnsResolve": func(host string) any {
			if a := address(host); a != "" {
				return a
			}
			return nil
		},
		"convert_addr":    func(addr string) uint32 { return number(addr) },
		"myIpAddress":     func() string { return w.ownAddress(ctx) },
		"dnsDomainLevels": func(host string) int { return strings.Count(host, ".") },
		"shExpMatch":      func(s, pattern string) bool { return wild(pattern, s) },
		"weekdayRange":    calendar(weekdayRange),
		"dateRange":       calendar(dateRange),
		"timeRange":       calendar(timeRange),
	}
}

func lower(s string) string { return strings.ToLower(s) }

// wild matches a pattern in which * stands for any text and ? for one character.
func wild(pattern, s string) bool {
	expression := strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(pattern))
	matched, err := regexp.MatchString("(?s)^"+expression+"$", s)
	return err == nil && matched
}

// number is an IPv4 address as one number, zero if it is none.
func number(addr string) uint32 {
	a, err := netip.ParseAddr(addr)
	if err != nil || !a.Is4() {
		return 0
	}
	b := a.As4()
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}

func inNet(addr, network, mask string) bool {
	return addr != "" && number(addr)&number(mask) == number(network)&number(mask)
}

// ownAddress is the address from which packets would leave; choosing one sends nothing.
func (w *World) ownAddress(ctx context.Context) string {
	conn, err := w.Dial(ctx, "udp", "192.0.2.1:9", checks.Dialing{})
	if err != nil {
		return "127.0.0.1"
	}
	defer conn.Close()
	return conn.LocalAddr().(*net.UDPAddr).IP.String()
}
