package world

import (
	"encoding/binary"
	"net"
	"net/url"
	"strings"

	"logindoctor/checks"
)

// winINET holds the values of the registry key "Internet Settings".
type winINET struct {
	enable                   bool
	server, override, script string
}

// parseWinINET returns what browsers and desktop programs on Windows obey: the script first, then the address.
func parseWinINET(v winINET) []systemProxy {
	var all []systemProxy
	if v.script != "" {
		all = append(all, systemProxy{source: "user settings", hits: checks.Browsers, pac: v.script})
	}
	if v.enable && v.server != "" {
		all = append(all, windowsProxy("user settings", checks.Browsers, v.server, v.override))
	}
	return all
}

// parseWinHTTP reads the registry value WinHttpSettings: size, counter and flags as 32-bit numbers, then proxy and
// exceptions, each with its length before it. Flag 2 says that there is a proxy. The layout is what
// "netsh winhttp set proxy" writes; no public document describes it.
func parseWinHTTP(blob []byte) []systemProxy {
	const useProxy = 2
	if len(blob) < 12 || binary.LittleEndian.Uint32(blob[8:])&useProxy == 0 {
		return nil
	}
	server, rest, ok := cutCounted(blob[12:])
	if !ok || server == "" {
		return nil
	}
	bypass, _, _ := cutCounted(rest)
	return []systemProxy{windowsProxy("machine settings", checks.Programs, server, bypass)}
}

func cutCounted(blob []byte) (text string, rest []byte, ok bool) {
	if len(blob) < 4 {
		return "", nil, false
	}
	n := uint64(binary.LittleEndian.Uint32(blob))
	if n > uint64(len(blob)-4) {
		return "", nil, false
	}
	return string(blob[4 : 4+n]), blob[4+n:], true
}

// windowsProxy reads "host:port" or "http=host:port;https=host:port".
func windowsProxy(source string, hits checks.Clients, server, override string) systemProxy {
	p := systemProxy{source: source, hits: hits, bypass: strings.FieldsFunc(override, isListMark)}
	for _, item := range strings.FieldsFunc(server, isListMark) {
		scheme, address, named := strings.Cut(item, "=")
		if !named {
			p.http = withoutLogin(looseURL(item))
			p.https = p.http
			continue
		}
		switch strings.ToLower(scheme) {
		case "http":
			p.http = withoutLogin(looseURL(address))
		case "https":
			p.https = withoutLogin(looseURL(address))
		}
	}
	return p
}

func isListMark(r rune) bool { return r == ';' || r == ' ' || r == ',' }

// parseScutilProxy reads "scutil --proxy".
func parseScutilProxy(text string) []systemProxy {
	value := map[string]string{}
	var bypass []string
	inList := false
	for line := range strings.Lines(text) {
		key, v, ok := strings.Cut(strings.TrimSpace(line), " : ")
		switch {
		case ok && strings.HasPrefix(v, "<array>"):
			inList = key == "ExceptionsList"
		case strings.TrimSpace(line) == "}":
			inList = false
		case ok && inList:
			bypass = append(bypass, v)
		case ok:
			value[key] = v
		}
	}
	if value["ExcludeSimpleHostnames"] == "1" {
		bypass = append(bypass, "<local>")
	}
	proxy := func(kind string) *url.URL {
		if value[kind+"Enable"] != "1" || value[kind+"Proxy"] == "" {
			return nil
		}
		return &url.URL{Scheme: "http", Host: net.JoinHostPort(value[kind+"Proxy"], value[kind+"Port"])}
	}
	var all []systemProxy
	if script := value["ProxyAutoConfigURLString"]; value["ProxyAutoConfigEnable"] == "1" && script != "" {
		all = append(all, systemProxy{source: "user settings", hits: checks.Everyone, pac: script})
	}
	if p := (systemProxy{source: "user settings", hits: checks.Everyone, http: proxy("HTTP"), https: proxy("HTTPS"), bypass: bypass}); p.http != nil || p.https != nil {
		all = append(all, p)
	}
	return all
}
