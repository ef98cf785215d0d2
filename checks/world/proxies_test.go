package world

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"logindoctor/checks"
)

// withoutProxies clears the environment's variables for a test.
func withoutProxies(t *testing.T) {
	t.Helper()
	for _, names := range [][]string{httpNames, httpsNames, noNames} {
		for _, name := range names {
			t.Setenv(name, "")
		}
	}
}

func proxyFor(t *testing.T, w *World, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	proxy, err := w.ProxyFor(t.Context(), u)
	if err != nil {
		return "error: " + err.Error()
	}
	if proxy == nil {
		return "direct"
	}
	return proxy.String()
}

// describe writes settings as "source url pac clients", the one in force with a star.
func describe(all []checks.ProxySetting) string {
	var lines []string
	for _, s := range all {
		line := fmt.Sprint(s.Source, " ", s.URL, " ", s.PAC, " ", s.For)
		if s.Force {
			line += " *"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestProxies(t *testing.T) {
	tests := []struct {
		name, flag string
		env        map[string]string
		settings   string
		https      string // for https://na.test/
		http       string // for http://na.test/
	}{
		{"none", "", nil, "", "direct", "direct"},
		{"flag", "http://p.test:3128", nil, "--proxy http://p.test:3128  3 *", "http://p.test:3128", "http://p.test:3128"},
		{"flag over environment", "direct", map[string]string{"HTTPS_PROXY": "http://e.test:1"},
			"--proxy <nil>  3 *\nenvironment HTTPS_PROXY http://e.test:1  1", "direct", "direct"},
		{"environment", "system", map[string]string{"https_proxy": "e.test:1", "HTTP_PROXY": "http://f.test:2"},
			"environment https_proxy http://e.test:1  1 *\nenvironment HTTP_PROXY http://f.test:2  1", "http://e.test:1", "http://f.test:2"},
		{"for all", "", map[string]string{"ALL_PROXY": "http://a.test:1"},
			"environment ALL_PROXY http://a.test:1  1 *", "http://a.test:1", "http://a.test:1"},
		{"exception", "", map[string]string{"HTTPS_PROXY": "http://e.test:1", "NO_PROXY": ".test"},
			"environment HTTPS_PROXY http://e.test:1  1 *", "direct", "direct"},
		{"login left out", "", map[string]string{"HTTPS_PROXY": "http://joe:hunter2@e.test:1/x?y"},
			"environment HTTPS_PROXY http://e.test:1  1 *", "http://e.test:1", "direct"},
		{"nonsense", "", map[string]string{"HTTPS_PROXY": "http://hunter2:%zz"}, "", "direct", "direct"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			withoutProxies(t)
			for name, value := range test.env {
				t.Setenv(name, value)
			}
			w := newWorld(t, Options{Proxy: test.flag})
			settings, err := w.Proxies(t.Context())
			if got := describe(settings); got != test.settings || err != nil {
				t.Errorf("settings:\n%s\n%v", got, err)
			}
			if got := proxyFor(t, w, "https://na.test/"); got != test.https {
				t.Errorf("https: %s", got)
			}
			if got := proxyFor(t, w, "http://na.test/"); got != test.http {
				t.Errorf("http: %s", got)
			}
		})
	}
}

func TestDialForBrowser(t *testing.T) {
	withoutProxies(t)
	p := serveProxy(t, "HTTP/1.1 200 OK\r\n\r\n")
	conn, err := newWorld(t, Options{Proxy: p.url.String()}).DialForBrowser(t.Context(), "na.test", "443")
	if err != nil || p.last.Load().Host != "na.test:443" {
		t.Fatalf("not through the proxy: %v", err)
	}
	conn.Close()
	w := newWorld(t, Options{Proxy: "pac+http://127.0.0.1:" + closedPort(t) + "/proxy.pac", ConnectTo: rules(t, "na.test:443:127.0.0.1:"+greeter(t, ""))})
	conn, err = w.DialForBrowser(t.Context(), "na.test", "443")
	if err != nil {
		t.Fatalf("not direct without the script: %v", err)
	}
	conn.Close()
}

func TestBypassed(t *testing.T) {
	list := []string{"*.corp.test", "<local>", "10.*", "169.254/16", "2001:db8::/32", ".intern.test", "exact.test", ""}
	for host, want := range map[string]bool{"a.corp.test": true, "A.CORP.TEST": true, "corp.test": false, "server": true, "10.1.2.3": true,
		"169.254.7.7": true, "169.253.7.7": false, "2001:db8::7": true, "2001:db9::7": false, "x.intern.test": true, "exact.test": true, "na.test": false} {
		if got := bypassed(list, host); got != want {
			t.Errorf("%s: %v", host, got)
		}
	}
}

// systemText describes settings as they would appear, and what they say for two addresses.
func systemText(t *testing.T, all []systemProxy) string {
	t.Helper()
	w := newWorld(t, Options{})
	var lines []string
	for _, s := range all {
		r := w.route(s)
		text := describe([]checks.ProxySetting{r.ProxySetting})
		for _, address := range []string{"http://na.test/", "https://na.test/", "https://x.corp.test/"} {
			u, _ := url.Parse(address)
			if s.pac == "" {
				proxy, _ := r.pick(context.Background(), u)
				text += fmt.Sprint(" ", proxy)
			}
		}
		lines = append(lines, text)
	}
	return strings.Join(lines, "\n")
}

func TestParseWinINET(t *testing.T) {
	tests := []struct {
		v    winINET
		want string
	}{
		{winINET{}, ""},
		{winINET{server: "p.test:8080"}, ""},
		{winINET{enable: true, server: "p.test:8080", override: "*.corp.test;<local>"},
			"user settings http://p.test:8080  2 http://p.test:8080 http://p.test:8080 <nil>"},
		{winINET{enable: true, server: "http=h.test:1;https=s.test:2;ftp=f.test:3"},
			"user settings http://s.test:2  2 http://h.test:1 http://s.test:2 http://s.test:2"},
		{winINET{enable: true, server: "p.test:8080", script: "http://w.test/p.pac"},
			"user settings <nil> http://w.test/p.pac 2\nuser settings http://p.test:8080  2 http://p.test:8080 http://p.test:8080 http://p.test:8080"},
	}
	for _, test := range tests {
		if got := systemText(t, parseWinINET(test.v)); got != test.want {
			t.Errorf("%+v:\n%s", test.v, got)
		}
	}
}

// winHTTP builds the registry value that "netsh winhttp set proxy" writes.
func winHTTP(flags uint32, texts ...string) []byte {
	blob := binary.LittleEndian.AppendUint32(nil, 0x28)
	blob = binary.LittleEndian.AppendUint32(blob, 0)
	blob = binary.LittleEndian.AppendUint32(blob, flags)
	for _, text := range texts {
		blob = binary.LittleEndian.AppendUint32(blob, uint32(len(text)))
		blob = append(blob, text...)
	}
	return blob
}

func TestParseWinHTTP(t *testing.T) {
	set := winHTTP(3, "p.test:8080", "*.corp.test;<local>")
	want := "machine settings http://p.test:8080  1 http://p.test:8080 http://p.test:8080 <nil>"
	if got := systemText(t, parseWinHTTP(set)); got != want {
		t.Errorf("got %s", got)
	}
	for name, blob := range map[string][]byte{"direct": winHTTP(1, "", ""), "empty": nil, "short": set[:20], "no address": winHTTP(3, "")} {
		if got := parseWinHTTP(blob); got != nil {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func FuzzParseWinHTTP(f *testing.F) {
	f.Add(winHTTP(3, "p.test:8080", "<local>"))
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 255, 255, 255, 255})
	f.Fuzz(func(t *testing.T, blob []byte) {
		for _, p := range parseWinHTTP(blob) {
			bypassed(p.bypass, "na.test")
		}
	})
}

// Form of the output: scutil(8) and Apple's SCDynamicStoreCopyProxies keys.
const scutilProxy = `<dictionary> {
  ExceptionsList : <array> {
    0 : *.corp.test
    1 : 169.254/16
  }
  ExcludeSimpleHostnames : 1
  FTPPassive : 1
  HTTPEnable : 1
  HTTPPort : 8080
  HTTPProxy : h.test
  HTTPSEnable : 1
  HTTPSPort : 8443
  HTTPSProxy : s.test
  ProxyAutoConfigEnable : 1
  ProxyAutoConfigURLString : http://w.test/p.pac
  SOCKSEnable : 0
}
`

func TestParseScutilProxy(t *testing.T) {
	want := "user settings <nil> http://w.test/p.pac 3\n" +
		"user settings http://s.test:8443  3 http://h.test:8080 http://s.test:8443 <nil>"
	all := parseScutilProxy(scutilProxy)
	if got := systemText(t, all); got != want {
		t.Errorf("got\n%s", got)
	}
	if last := all[len(all)-1]; !bypassed(last.bypass, "server") || !bypassed(last.bypass, "169.254.1.1") {
		t.Errorf("exceptions: %q", last.bypass)
	}
	off := strings.ReplaceAll(scutilProxy, "Enable : 1", "Enable : 0")
	if got := parseScutilProxy(off); got != nil {
		t.Errorf("switched off: %+v", got)
	}
}
