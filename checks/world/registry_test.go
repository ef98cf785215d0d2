package world

import (
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf16"

	"logindoctor/checks"
)

// export has the form that Microsoft documents for .reg files (support.microsoft.com/kb/310516), with values as in the
// examples of chromeenterprise.google/policies/#URLBlocklist and of the WebView2 distribution page.
const export = "Windows Registry Editor Version 5.00\r\n" + `
[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Google\Chrome]
"DnsOverHttpsMode"="secure"
"QuicAllowed"=dword:00000000
"ProxySettings"="{\"ProxyMode\":\"direct\"}"

[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Google\Chrome\URLBlocklist]
"1"="example.com"
"2"="https://ssl.server.com"

[HKEY_CURRENT_USER\Software\Policies\Google\Chrome]
"DnsOverHttpsMode"="off"
"PromptForDownloadLocation"=dword:00000001

[HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Internet Settings]
"ProxyEnable"=dword:00000001
"ProxyServer"="proxy.corp.example:8080"
"ProxyOverride"="*.corp.example;<local>"

[HKEY_LOCAL_MACHINE\SOFTWARE\WOW6432Node\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}]
"name"=hex(2):57,00,65,00,62,00,56,00,69,00,65,00,77,00,32,00,\
  00,00
"pv"="131.0.2903.70"

[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\{1B2C}]
"DisplayName"="Northwind Desk Client 64-bit"
"DisplayVersion"="2025.3.1"
@="a \"quoted\" C:\\path"
`

func TestExportOfARegistry(t *testing.T) {
	for name, data := range map[string][]byte{"UTF-8": []byte(export), "UTF-16": wide(export)} {
		d, err := parseReg(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		policies := map[string]checks.BrowserPolicy{}
		for _, p := range d.policies() {
			policies[p.Name] = p
		}
		if policies["DnsOverHttpsMode"].Text() != "secure" || policies["PromptForDownloadLocation"].Value != float64(1) {
			t.Errorf("%s: policies %v", name, policies)
		}
		if list := policies["URLBlocklist"].List(); len(list) != 2 || list[1] != "https://ssl.server.com" {
			t.Errorf("%s: list %v", name, list)
		}
		if !policies["QuicAllowed"].Off() || policies["DnsOverHttpsMode"].Off() {
			t.Errorf("%s: a dword of zero must be off, a text must not", name)
		}
		if m, _ := policies["ProxySettings"].Value.(map[string]any); m["ProxyMode"] != "direct" {
			t.Errorf("%s: a policy that holds JSON: %v", name, policies["ProxySettings"])
		}
		if p := d.proxies(); len(p) != 1 || p[0].hits != checks.Browsers || p[0].https.Host != "proxy.corp.example:8080" || len(p[0].bypass) != 2 {
			t.Errorf("%s: proxies %+v", name, p)
		}
		in := d.installed()
		if in.WebView != "131.0.2903.70" || len(in.Programs) != 1 || in.Programs[0].Version != "2025.3.1" {
			t.Errorf("%s: installed %+v", name, in)
		}
		if s := d.text(`HKEY_LOCAL_MACHINE\SOFTWARE\WOW6432Node\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}`, "name"); s != "WebView2" {
			t.Errorf("%s: hex(2) over two lines: %q", name, s)
		}
		if s := d.text(`HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\{1B2C}`, ""); s != `a "quoted" C:\path` {
			t.Errorf("%s: the default value: %q", name, s)
		}
	}
}

func wide(s string) []byte {
	data := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		data = binary.LittleEndian.AppendUint16(data, u)
	}
	return data
}

func TestExportWithMistakes(t *testing.T) {
	for _, text := range []string{"", "REGEDIT4\n", "Windows Registry Editor Version 5.00\n[K]\n\"a\"=dword:xyz\n",
		"Windows Registry Editor Version 5.00\n[K]\n\"a\"=what\n"} {
		if d, err := parseReg([]byte(text)); err == nil {
			t.Errorf("%q was read as %v", text, d)
		}
	}
}

func FuzzExportOfARegistry(f *testing.F) {
	f.Add([]byte(export))
	f.Add(wide(export))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := parseReg(data)
		if err == nil {
			d.policies()
			d.proxies()
			d.installed()
		}
	})
}

func TestNoWebView(t *testing.T) {
	d, err := parseReg([]byte("Windows Registry Editor Version 5.00\n\n[HKEY_CURRENT_USER\\Software\\Microsoft\\EdgeUpdate\\Clients\\" +
		"{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}]\n\"pv\"=\"0.0.0.0\"\n"))
	if err != nil || d.installed().WebView != "" {
		t.Errorf("a version of 0.0.0.0 means that there is none: %v %v", d.installed(), err)
	}
}

func TestPolicyFolder(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{"a.json": `{"URLBlocklist":["example.com"]}`, "b.json": "broken", "c.txt": `{"x":1}`} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all := readPolicyFolder("Chrome", folder)
	if len(all) != 1 || all[0].Name != "URLBlocklist" || all[0].List()[0] != "example.com" || all[0].Browser != "Chrome" {
		t.Errorf("policies %v", all)
	}
}

func TestAnotherComputersRegistry(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pc.reg")
	if err := os.WriteFile(file, []byte(export), 0o600); err != nil {
		t.Fatal(err)
	}
	w, err := New(Options{RegistryFile: file, LoopbackOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if p, err := w.BrowserPolicies(context.Background()); err != nil || len(p) == 0 {
		t.Errorf("policies %v %v", p, err)
	}
	if in, err := w.Installed(context.Background()); err != nil || in.WebView == "" {
		t.Errorf("installed %v %v", in, err)
	}
	if all, err := w.Proxies(context.Background()); err != nil || len(all) == 0 || all[0].Source != "user settings" {
		t.Errorf("proxies %v %v", all, err)
	}
}
