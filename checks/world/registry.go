package world

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"logindoctor/checks"
)

// A registryValue is one value of the Windows registry.
type registryValue struct {
	Key  string // full path, "HKEY_LOCAL_MACHINE\SOFTWARE\…"
	Name string
	Data any // string, uint32 or []byte
}

// A registryDump is what was read of a registry.
type registryDump []registryValue

// value returns the value of that key and name, in whatever case they are written.
func (d registryDump) value(key, name string) any {
	for _, v := range d {
		if strings.EqualFold(v.Key, key) && strings.EqualFold(v.Name, name) {
			return v.Data
		}
	}
	return nil
}

func (d registryDump) text(key, name string) string {
	s, _ := d.value(key, name).(string)
	return s
}

// below returns the values of all keys under one, the keys without it.
func (d registryDump) below(key string) registryDump {
	var all registryDump
	for _, v := range d {
		if len(v.Key) > len(key) && strings.EqualFold(v.Key[:len(key)+1], key+`\`) {
			all = append(all, registryValue{v.Key[len(key)+1:], v.Name, v.Data})
		}
	}
	return all
}

// registryFile reads the export that machine.registry_file names; nil if it names none.
func (w *World) registryFile() (registryDump, error) {
	if w.o.RegistryFile == "" {
		return nil, nil
	}
	data, err := os.ReadFile(w.o.RegistryFile)
	if err != nil {
		return nil, err
	}
	return parseReg(data)
}

var (
	errNoExport = errors.New(`no export of the registry: its first line is "Windows Registry Editor Version 5.00"`)
	regLine     = regexp.MustCompile(`^(@|"(?:[^"\\]|\\.)*")=(.*)$`)
	unescaped   = strings.NewReplacer(`\\`, `\`, `\"`, `"`)
)

// parseReg reads what regedit exports, in UTF-16 or UTF-8. The format is documented by Microsoft as "How to add, modify,
// or delete registry subkeys and values by using a .reg file", support.microsoft.com/kb/310516.
func parseReg(data []byte) (registryDump, error) {
	text := strings.ReplaceAll(regText(data), "\r\n", "\n")
	text = strings.ReplaceAll(text, "\\\n", "") // a long value goes on in the next line
	lines := strings.Split(text, "\n")
	if strings.TrimSpace(lines[0]) != "Windows Registry Editor Version 5.00" {
		return nil, errNoExport
	}
	var all registryDump
	key := ""
	for i, line := range lines[1:] {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
			key = line[1 : len(line)-1]
			continue
		}
		m := regLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		v, err := regData(m[2])
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+2, err)
		}
		all = append(all, registryValue{key, unescaped.Replace(strings.Trim(m[1], `"@`)), v})
	}
	return all, nil
}

func regText(data []byte) string {
	if len(data) < 2 || data[0] != 0xff || data[1] != 0xfe {
		return strings.TrimPrefix(string(data), "\ufeff")
	}
	return fromUTF16(data[2:])
}

func fromUTF16(data []byte) string {
	units := make([]uint16, 0, len(data)/2)
	for i := 0; i+1 < len(data); i += 2 {
		units = append(units, uint16(data[i])|uint16(data[i+1])<<8)
	}
	return strings.TrimRight(string(utf16.Decode(units)), "\x00")
}

// regData reads the part behind the equals sign. Texts that may hold variables come as hex(2) in UTF-16.
func regData(s string) (any, error) {
	if quoted, ok := strings.CutPrefix(s, `"`); ok {
		return unescaped.Replace(strings.TrimSuffix(quoted, `"`)), nil
	}
	kind, digits, ok := strings.Cut(s, ":")
	switch {
	case !ok:
		return nil, fmt.Errorf("%q is no value", s)
	case kind == "dword":
		n, err := strconv.ParseUint(digits, 16, 32)
		return uint32(n), err
	}
	data, err := hex.DecodeString(strings.NewReplacer(",", "", " ", "").Replace(digits))
	if kind == "hex(2)" {
		return fromUTF16(data), err
	}
	return data, err
}

// Keys of policies, chromeenterprise.google/policies and learn.microsoft.com/deployedge/microsoft-edge-policies.
var policyKeys = map[string]string{`Google\Chrome`: "Chrome", `Microsoft\Edge`: "Edge", `Chromium`: "Chromium"}

var hives = []string{"HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER"}

// policies reads what administrators have laid down for browsers. The computer's settings win over the user's.
func (d registryDump) policies() []checks.BrowserPolicy {
	var all []checks.BrowserPolicy
	for _, hive := range hives {
		for under, browser := range policyKeys {
			key := hive + `\SOFTWARE\Policies\` + under
			known := func(name string) bool {
				return slices.ContainsFunc(all, func(p checks.BrowserPolicy) bool { return p.Browser == browser && p.Name == name })
			}
			add := func(name string, value any) {
				if !known(name) {
					all = append(all, checks.BrowserPolicy{Browser: browser, Name: name, Value: value, Source: key})
				}
			}
			for _, v := range d {
				if strings.EqualFold(v.Key, key) {
					add(v.Name, policyValue(v.Data))
				}
			}
			for name, list := range d.below(key).lists() {
				add(name, list)
			}
		}
	}
	sortPolicies(all)
	return all
}

// lists joins the numbered values of each key.
func (d registryDump) lists() map[string][]any {
	all := map[string][]any{}
	for _, v := range d {
		if _, err := strconv.Atoi(v.Name); err == nil && !strings.Contains(v.Key, `\`) {
			all[v.Key] = append(all[v.Key], policyValue(v.Data))
		}
	}
	return all
}

// policyValue turns a value of the registry into what a policy file would hold.
func policyValue(data any) any {
	switch v := data.(type) {
	case uint32:
		return float64(v)
	case string:
		var decoded any
		if strings.HasPrefix(v, "{") && json.Unmarshal([]byte(v), &decoded) == nil {
			return decoded
		}
		return v
	}
	return nil
}

func sortPolicies(all []checks.BrowserPolicy) {
	slices.SortFunc(all, func(a, b checks.BrowserPolicy) int {
		return strings.Compare(a.Browser+" "+a.Name, b.Browser+" "+b.Name)
	})
}

// webView is the key of the WebView2 runtime, learn.microsoft.com/microsoft-edge/webview2/concepts/distribution.
const webView = `Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}`

// installed reads the list of programs and the runtime that their sign-in windows need.
func (d registryDump) installed() checks.Installed {
	var all checks.Installed
	for _, hive := range hives {
		for _, software := range []string{`\SOFTWARE\`, `\SOFTWARE\WOW6432Node\`} {
			if pv := d.text(hive+software+webView, "pv"); pv != "" && pv != "0.0.0.0" {
				all.WebView = pv
			}
			list := d.below(hive + software + `Microsoft\Windows\CurrentVersion\Uninstall`)
			for _, v := range list {
				if name, ok := v.Data.(string); ok && v.Name == "DisplayName" {
					all.Programs = append(all.Programs, checks.Program{Name: name, Version: list.text(v.Key, "DisplayVersion")})
				}
			}
		}
	}
	return all
}

// proxies reads what browsers obey (WinINET) and what services obey (WinHTTP).
func (d registryDump) proxies() []systemProxy {
	root := "HKEY_CURRENT_USER"
	const policy = `HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows\CurrentVersion\Internet Settings`
	if d.value(policy, "ProxySettingsPerUser") == uint32(0) {
		root = "HKEY_LOCAL_MACHINE"
	}
	key := root + `\` + internetSettings
	all := parseWinINET(winINET{d.value(key, "ProxyEnable") == uint32(1), d.text(key, "ProxyServer"), d.text(key, "ProxyOverride"),
		d.text(key, "AutoConfigURL")})
	blob, _ := d.value(`HKEY_LOCAL_MACHINE\`+internetSettings+`\Connections`, "WinHttpSettings").([]byte)
	return append(all, parseWinHTTP(blob)...)
}

// internetSettings is the key of the proxy settings below a hive.
const internetSettings = `Software\Microsoft\Windows\CurrentVersion\Internet Settings`
