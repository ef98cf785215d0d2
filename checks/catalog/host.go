package catalog

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

var (
	hostLabel = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$`)
	scheme    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*://`)
)

var errNoHost = errors.New("is no host name: between dots stand 1 to 63 of a-z, 0-9 and -")

// splitHost reads "host" or "host:port", where the host may be an address. The error finishes a sentence that began with
// the text.
func splitHost(text string) (host string, port int, err error) {
	host, port = strings.ToLower(text), 443
	if _, err := netip.ParseAddr(host); err == nil {
		return host, port, nil
	}
	if strings.ContainsAny(host, "/\\@?# ") {
		return "", 0, errNoHost
	}
	if i := strings.LastIndexByte(host, ':'); i >= 0 {
		if port, err = splitPort(host[i+1:]); err != nil {
			return "", 0, err
		}
		if host, _, err = net.SplitHostPort(host); err != nil {
			return "", 0, fmt.Errorf("has more than one port")
		}
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return host, port, nil
	}
	host = strings.TrimSuffix(host, ".")
	return host, port, hostName(host)
}

func splitPort(text string) (int, error) {
	port, err := strconv.Atoi(text)
	if err != nil || port < 1 || port > 65535 {
		return 0, fmt.Errorf("has port %q; a port is a number from 1 to 65535", shorten(text))
	}
	return port, nil
}

func hostName(host string) error {
	if host == "" {
		return fmt.Errorf("names no host")
	}
	if len(host) > 253 {
		return fmt.Errorf("has %d characters; a host name has at most 253", len(host))
	}
	for label := range strings.SplitSeq(host, ".") {
		if !hostLabel.MatchString(label) {
			return errNoHost
		}
	}
	return nil
}

// Bare reduces what a person pasted, often the address of a page, to the host and port in it.
func Bare(text string) string {
	text = scheme.ReplaceAllString(strings.TrimSpace(text), "")
	if i := strings.IndexAny(text, `/\?#`); i >= 0 {
		text = text[:i]
	}
	text = strings.TrimSpace(text[strings.LastIndexByte(text, '@')+1:])
	if i := strings.LastIndexByte(text, ':'); i >= 0 && strings.Count(text, ":") == 1 {
		if _, err := splitPort(text[i+1:]); err != nil {
			text = text[:i]
		}
	}
	return strings.TrimSuffix(strings.ToLower(text), ".")
}
