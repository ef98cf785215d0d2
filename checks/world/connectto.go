package world

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// ConnectTo sends connections for one host and port to another; empty parts match and keep everything.
type ConnectTo struct {
	Host, Port     string
	ToHost, ToPort string
}

// ParseConnectTo reads HOST:PORT:ADDR:PORT as curl does; IPv6 addresses stand in brackets.
func ParseConnectTo(s string) (ConnectTo, error) {
	var part [4]string
	rest := s
	for i := range part {
		var ok bool
		part[i], rest, ok = cutPart(rest)
		if last := i == len(part)-1; ok == last || last && rest != "" {
			return ConnectTo{}, fmt.Errorf("--connect-to %q: write HOST:PORT:ADDR:PORT, IPv6 addresses in brackets", s)
		}
	}
	for _, port := range []string{part[1], part[3]} {
		if n, err := strconv.ParseUint(port, 10, 16); port != "" && (err != nil || n == 0) {
			return ConnectTo{}, fmt.Errorf("--connect-to %q: %q is not a port; write a number from 1 to 65535", s, port)
		}
	}
	return ConnectTo{canonical(part[0]), part[1], canonical(part[2]), part[3]}, nil
}

// cutPart cuts at the next colon outside brackets; found says whether there was one.
func cutPart(s string) (part, rest string, found bool) {
	if !strings.HasPrefix(s, "[") {
		return strings.Cut(s, ":")
	}
	part, rest, closed := strings.Cut(s[1:], "]")
	if !closed {
		return "", s, false
	}
	after, found := strings.CutPrefix(rest, ":")
	return part, after, found
}

// canonical is the form in which hosts are compared: lower case, no trailing dot, addresses in their shortest spelling.
func canonical(host string) string {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Unmap().String()
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// mapped applies the first rule that matches.
func (w *World) mapped(host, port string) (string, string) {
	key := canonical(host)
	for _, c := range w.o.ConnectTo {
		if c.Host != "" && c.Host != key || c.Port != "" && c.Port != port {
			continue
		}
		if c.ToHost != "" {
			host = c.ToHost
		}
		if c.ToPort != "" {
			port = c.ToPort
		}
		break
	}
	return host, port
}

// chosen returns where a rule for this very name leads, whatever its port, "" if there is none.
func (w *World) chosen(host string) string {
	for _, c := range w.o.ConnectTo {
		if c.Host == canonical(host) && c.ToHost != "" {
			return c.ToHost
		}
	}
	return ""
}

// ParseResolver reads ADDR or ADDR:PORT; the port is 53 unless given.
func ParseResolver(s string) (netip.AddrPort, error) {
	if addr, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return netip.AddrPortFrom(addr, 53), nil
	}
	server, err := netip.ParseAddrPort(s)
	if err != nil || server.Port() == 0 {
		return netip.AddrPort{}, fmt.Errorf("--resolver %q: write an address or ADDR:PORT, for example 192.0.2.53 or [2001:db8::53]:53", s)
	}
	return server, nil
}

// join is net.JoinHostPort for an address and a port in text.
func join(addr netip.Addr, port string) (netip.AddrPort, error) {
	return netip.ParseAddrPort(net.JoinHostPort(addr.String(), port))
}
