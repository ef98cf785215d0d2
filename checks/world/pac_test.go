package world

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// serveScript serves a proxy script under one address and returns its world.
func serveScript(t *testing.T, status int, text string, o Options) (w *World, fetched *atomic.Int64) {
	t.Helper()
	withoutProxies(t)
	fetched = new(atomic.Int64)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fetched.Add(1)
		w.WriteHeader(status)
		fmt.Fprint(w, text)
	}))
	t.Cleanup(s.Close)
	o.Proxy = "pac+" + s.URL + "/proxy.pac"
	return newWorld(t, o), fetched
}

func says200(t *testing.T, body string) *World {
	t.Helper()
	w, _ := serveScript(t, 200, "function FindProxyForURL(url, host) {"+body+"}", Options{
		HostsFile: hostsFile(t, "10.1.2.3 inside.test\n192.0.2.1 outside.test\n2001:db8::1 six.test\n"),
	})
	return w
}

func TestScriptRoutes(t *testing.T) {
	w, fetched := serveScript(t, 200, `
		const dead = ["idp.test"];
		function FindProxyForURL(url, host) {
			if (dead.includes(host)) return "PROXY dead.test:1; DIRECT";
			if (shExpMatch(host, "*.secure.test")) return "HTTPS p.test:443";
			if (shExpMatch(url, "http://plain.test/path?q=1")) return "proxy plain.test:8080";
			if (url == "https://na.test/") return " PROXY [2001:db8::1]:3128 ;DIRECT";
			if (isPlainHostName(host)) return "SOCKS s.test:1080";
			if (host == "null.test") return null;
			if (host == "odd.test") return "PROXY";
			if (host == "login.test") return "PROXY joe:hunter2@p.test:1";
			return "DIRECT";
		}`, Options{})
	for address, want := range map[string]string{
		"https://idp.test/":          "http://dead.test:1",
		"https://a.secure.test/":     "https://p.test:443",
		"http://plain.test/path?q=1": "http://plain.test:8080",
		"https://na.test/secret?q=1": "http://[2001:db8::1]:3128",
		"https://server/":            "socks5://s.test:1080",
		"https://null.test/":         "direct",
		"https://other.test/":        "direct",
		"https://odd.test/":          `error: proxy script: "PROXY" is followed by no proxy that can be used`,
		"https://login.test/":        `error: proxy script: "PROXY" is followed by no proxy that can be used`,
	} {
		if got := proxyFor(t, w, address); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
	if n := fetched.Load(); n != 1 {
		t.Errorf("fetched %d times", n)
	}
	settings, err := w.Proxies(t.Context())
	if err != nil || len(settings) != 1 || !strings.HasSuffix(settings[0].PAC, "/proxy.pac") || settings[0].URL != nil {
		t.Errorf("settings %+v, %v", settings, err)
	}
}

func TestScriptFunctions(t *testing.T) {
	for expression, want := range map[string]string{
		`isPlainHostName("www")`:                                 "true",
		`isPlainHostName("www.test")`:                            "false",
		`dnsDomainIs("www.Corp.test", ".corp.test")`:             "true",
		`dnsDomainIs("www.other.test", ".corp.test")`:            "false",
		`localHostOrDomainIs("www", "www.corp.test")`:            "true",
		`localHostOrDomainIs("www.corp.test", "www.corp.test")`:  "true",
		`localHostOrDomainIs("www.other.test", "www.corp.test")`: "false",
		`isResolvable("inside.test")`:                            "true",
		`isResolvable("nowhere.test")`:                           "false",
		`isInNet("inside.test", "10.0.0.0", "255.0.0.0")`:        "true",
		`isInNet("192.0.2.1", "10.0.0.0", "255.0.0.0")`:          "false",
		`isInNet("nowhere.test", "0.0.0.0", "0.0.0.0")`:          "false",
		`dnsResolve("outside.test")`:                             "192.0.2.1",
		`dnsResolve("nowhere.test")`:                             "null",
		`dnsResolve("six.test")`:                                 "null",
		`convert_addr("10.0.0.1")`:                               "167772161",
		`myIpAddress()`:                                          "127.0.0.1",
		`dnsDomainLevels("a.b.test")`:                            "2",
		`shExpMatch("http://a.test/x.gif", "*/x.g?f")`:           "true",
		`shExpMatch("a.test", "a")`:                              "false",
		`shExpMatch("a[1]", "a[1]")`:                             "true",
		`weekdayRange("SUN", "SAT")`:                             "true",
		`timeRange(0, 23)`:                                       "true",
		`dateRange("JAN", "DEC", "GMT")`:                         "true",
		`typeof alert("x")`:                                      "undefined",
		`typeof require + typeof fetch + typeof process`:         "undefinedundefinedundefined",
	} {
		w := says200(t, `return "PROXY v" + encodeURIComponent(String(`+expression+`)) + ".test:1"`)
		if got := proxyFor(t, w, "https://na.test/"); got != "http://v"+want+".test:1" {
			t.Errorf("%s: got %s, want %s", expression, got, want)
		}
	}
}

// TestNobodyLearnsFromStopping: who stops asking leaves no way behind that seems to be shut.
func TestNobodyLearnsFromStopping(t *testing.T) {
	spare := httptest.NewServer(http.NotFoundHandler())
	defer spare.Close()
	w := newWorld(t, Options{})
	stopped, stop := context.WithCancel(t.Context())
	stop()
	w.accepts(stopped, spare.Listener.Addr().String())
	if !w.accepts(t.Context(), spare.Listener.Addr().String()) {
		t.Error("an open address is remembered as shut")
	}
}

func TestScriptsThatFail(t *testing.T) {
	tests := []struct {
		name   string
		status int
		text   string
		want   string
	}{
		{"missing", 404, "", "status 404"},
		{"a page", 200, "<html><body>Sign in</body></html>", "SyntaxError"},
		{"no function", 200, "var x = 1", "no function FindProxyForURL"},
		{"throws", 200, "function FindProxyForURL() { throw new Error('boom') }", "boom"},
		{"recursion", 200, "function FindProxyForURL(u, h) { return FindProxyForURL(u, h) }", "calls itself without end"},
		{"too large", 200, strings.Repeat(" ", scriptLimit+1), "larger than 1024 kB"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w, fetched := serveScript(t, test.status, test.text, Options{})
			for range 2 {
				got := proxyFor(t, w, "https://na.test/")
				if !strings.HasPrefix(got, "error: proxy script http://127.0.0.1:") || !strings.Contains(got, test.want) {
					t.Errorf("got %s", got)
				}
			}
			if fetched.Load() != 1 {
				t.Errorf("fetched %d times", fetched.Load())
			}
		})
	}
}

func TestScriptUnreachable(t *testing.T) {
	withoutProxies(t)
	w := newWorld(t, Options{Proxy: "pac+http://wpad.test/proxy.pac", ConnectTo: rules(t, "wpad.test:80:127.0.0.1:"+closedPort(t))})
	if got := proxyFor(t, w, "https://na.test/"); !strings.Contains(got, "connection refused") {
		t.Errorf("got %s", got)
	}
}

func TestEndlessScriptIsStopped(t *testing.T) {
	bodies := map[string]string{
		"loop":               "for (;;) {}",
		"regular expression": `return /^(?:(?!x)(a|aa))+$/.test("` + strings.Repeat("a", 34) + `!")`,
	}
	for name, body := range bodies {
		w := says200(t, body)
		if _, err := w.script(t.Context(), w.proxy.pac); err != nil {
			t.Fatal(err)
		}
		w.o.StepTimeout = 50 * time.Millisecond
		first := proxyFor(t, w, "https://na.test/")
		if !strings.Contains(first, context.DeadlineExceeded.Error()) {
			t.Errorf("%s: got %s", name, first)
		}
		if again := proxyFor(t, w, "https://other.test/"); again != first {
			t.Errorf("%s: run again: %s", name, again)
		}
	}
}

func TestCalendar(t *testing.T) {
	now := time.Date(2026, time.November, 24, 22, 30, 15, 0, time.UTC) // a Tuesday
	type rule func(time.Time, []string) bool
	tests := []struct {
		name string
		rule rule
		args string
		want bool
	}{
		{"weekday", weekdayRange, "TUE", true}, {"weekday", weekdayRange, "mon FRI", true}, {"weekday", weekdayRange, "WED MON", false},
		{"weekday", weekdayRange, "FRI TUE", true}, {"weekday", weekdayRange, "XXX", false}, {"weekday", weekdayRange, "", false},
		{"time", timeRange, "22", true}, {"time", timeRange, "21", false}, {"time", timeRange, "9 17", false}, {"time", timeRange, "20 6", true},
		{"time", timeRange, "22 0 22 30", true}, {"time", timeRange, "22 31 23 0", false}, {"time", timeRange, "22 30 16 22 31 0", false},
		{"time", timeRange, "22 30 15 22 30 15", true}, {"time", timeRange, "x", false}, {"time", timeRange, "1 2 3", false},
		{"date", dateRange, "24", true}, {"date", dateRange, "25", false}, {"date", dateRange, "NOV", true}, {"date", dateRange, "2026", true},
		{"date", dateRange, "20 25", true}, {"date", dateRange, "DEC FEB", false}, {"date", dateRange, "OCT FEB", true}, {"date", dateRange, "2024 2025", false},
		{"date", dateRange, "1 NOV 30 NOV", true}, {"date", dateRange, "25 DEC 24 NOV", true}, {"date", dateRange, "NOV 2026 JAN 2027", true},
		{"date", dateRange, "1 JAN 2020 23 NOV 2026", false}, {"date", dateRange, "0", false}, {"date", dateRange, "x", false}, {"date", dateRange, "1 NOV 2026", false},
	}
	for _, test := range tests {
		if got := test.rule(now, strings.Fields(test.args)); got != test.want {
			t.Errorf("%s %s: %v", test.name, test.args, got)
		}
	}
}
