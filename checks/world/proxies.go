package world

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"strings"

	"golang.org/x/net/http/httpproxy"

	"logindoctor/checks"
)

// A choice is the meaning of --proxy.
type choice struct {
	set bool     // false leaves it to the computer
	url *url.URL // nil means direct, unless there is a script
	pac string
}

func parseChoice(s string) (choice, error) {
	switch s {
	case "", "system":
		return choice{}, nil
	case "direct":
		return choice{set: true}, nil
	}
	address, script := strings.CutPrefix(s, "pac+")
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		// The value is not repeated: it may hold a password.
		return choice{}, errors.New("--proxy: write http://HOST:PORT, https://HOST:PORT, pac+http://HOST/PATH, direct or system")
	}
	if u.User != nil {
		return choice{}, errors.New("--proxy: a login does not belong on the command line; " +
			"put references under credentials: proxy: user and password in the settings")
	}
	if script {
		return choice{set: true, pac: address}, nil
	}
	return choice{set: true, url: &url.URL{Scheme: u.Scheme, Host: u.Host}}, nil
}

// A route is a proxy setting with the rule that picks from it.
type route struct {
	checks.ProxySetting
	pick func(context.Context, *url.URL) (*url.URL, error)
}

// Proxies are the settings of --proxy, the environment and the system, in this order. Logins are left out.
func (w *World) Proxies(ctx context.Context) ([]checks.ProxySetting, error) {
	routes, err := w.routes(ctx)
	var all []checks.ProxySetting
	for _, r := range routes {
		all = append(all, r.ProxySetting)
	}
	return all, err
}

// ProxyFor applies the setting that is in force.
func (w *World) ProxyFor(ctx context.Context, u *url.URL) (*url.URL, error) {
	routes, err := w.routes(ctx)
	if len(routes) == 0 {
		return nil, err
	}
	return routes[0].pick(ctx, u)
}

func (w *World) routes(ctx context.Context) ([]route, error) {
	var all []route
	if w.proxy.set {
		flag := systemProxy{source: "--proxy", hits: checks.Everyone, pac: w.proxy.pac, http: w.proxy.url, https: w.proxy.url}
		all = append(all, w.route(flag))
	}
	all = append(all, environmentRoutes()...)
	system, err := w.systemProxies(ctx)
	for _, s := range system {
		all = append(all, w.route(s))
	}
	if len(all) > 0 {
		all[0].Force = true
		return all, nil
	}
	return nil, err
}

// systemProxies are the settings of this computer, or those in the export of another one's registry.
func (w *World) systemProxies(ctx context.Context) ([]systemProxy, error) {
	if d, err := w.registryFile(); d != nil || err != nil {
		return d.proxies(), err
	}
	return systemProxies(ctx)
}

// A systemProxy is one setting outside the environment.
type systemProxy struct {
	source      string
	hits        checks.Clients
	http, https *url.URL
	bypass      []string // host patterns, "<local>" for names without a dot, address blocks
	pac         string
}

func (w *World) route(s systemProxy) route {
	setting := checks.ProxySetting{Source: s.source, URL: s.https, PAC: s.pac, For: s.hits}
	if setting.URL == nil {
		setting.URL = s.http
	}
	return route{setting, func(ctx context.Context, u *url.URL) (*url.URL, error) {
		switch {
		case s.pac != "":
			return w.askScript(ctx, s.pac, u)
		case bypassed(s.bypass, u.Hostname()):
			return nil, nil
		case u.Scheme == "http":
			return s.http, nil
		}
		return s.https, nil
	}}
}

// bypassed reports whether a host is on a list of exceptions as Windows and macOS write them.
func bypassed(list []string, host string) bool {
	host = canonical(host)
	addr, notAddr := netip.ParseAddr(host)
	for _, pattern := range list {
		pattern = strings.ToLower(strings.TrimSpace(pattern))
		block, notBlock := parseBlock(pattern)
		switch {
		case pattern == "":
		case pattern == "<local>" && notAddr != nil && !strings.Contains(host, "."):
			return true
		case notBlock == nil && notAddr == nil && block.Contains(addr):
			return true
		case strings.HasPrefix(pattern, ".") && strings.HasSuffix(host, pattern):
			return true
		case wild(pattern, host):
			return true
		}
	}
	return false
}

// parseBlock reads an address block; macOS shortens 169.254.0.0/16 to 169.254/16.
func parseBlock(s string) (netip.Prefix, error) {
	addr, bits, ok := strings.Cut(s, "/")
	if !ok {
		return netip.Prefix{}, errors.New("no block")
	}
	for !strings.Contains(addr, ":") && strings.Count(addr, ".") < 3 {
		addr += ".0"
	}
	return netip.ParsePrefix(addr + "/" + bits)
}

// Names of the environment's variables; the upper case wins (x/net/http/httpproxy), curl knows ALL_PROXY.
var (
	httpNames  = []string{"HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"}
	httpsNames = []string{"HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"}
	noNames    = []string{"NO_PROXY", "no_proxy"}
)

func environment(names []string) (name, value string) {
	for _, name := range names {
		if value := os.Getenv(name); value != "" {
			return name, value
		}
	}
	return "", ""
}

// environmentRoutes are the settings for https and for http; the first picks for both.
func environmentRoutes() []route {
	httpName, httpValue := environment(httpNames)
	httpsName, httpsValue := environment(httpsNames)
	_, no := environment(noNames)
	config := httpproxy.Config{HTTPProxy: httpValue, HTTPSProxy: httpsValue, NoProxy: no}
	proxyFor := config.ProxyFunc()
	pick := func(_ context.Context, u *url.URL) (*url.URL, error) {
		proxy, err := proxyFor(u)
		if err != nil {
			return nil, fmt.Errorf("proxy of the environment for %s: not an address", u.Host)
		}
		return withoutLogin(proxy), nil
	}
	var all []route
	add := func(name, value string) {
		if u := looseURL(value); u != nil {
			setting := checks.ProxySetting{Source: "environment " + name, URL: withoutLogin(u), For: checks.Programs}
			all = append(all, route{setting, pick})
		}
	}
	add(httpsName, httpsValue)
	if httpName != httpsName {
		add(httpName, httpValue)
	}
	return all
}

// environmentLogin is the login that the environment gives for a proxy.
func environmentLogin(host string) *url.Userinfo {
	for _, names := range [][]string{httpsNames, httpNames} {
		_, value := environment(names)
		if u := looseURL(value); u != nil && u.User != nil && u.Host == host {
			return u.User
		}
	}
	return nil
}

// looseURL reads a proxy address with or without a scheme, nil if it is none.
func looseURL(s string) *url.URL {
	if s == "" {
		return nil
	}
	if !strings.Contains(s, "://") {
		s = "http://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return nil
	}
	return u
}

func withoutLogin(u *url.URL) *url.URL {
	if u == nil {
		return nil
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}
}
