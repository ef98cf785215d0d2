package world

import (
	"bufio"
	"net/netip"
	"regexp"
	"strings"

	"logindoctor/checks"
)

const maxServers = 3 // glibc and Go read no more (resolv.conf(5), MAXNS)

// parseResolvConf reads the name servers of a resolv.conf.
func parseResolvConf(text, source string) []checks.Resolver {
	var all []checks.Resolver
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] != "nameserver" || len(all) == maxServers {
			continue
		}
		if addr, err := netip.ParseAddr(fields[1]); err == nil {
			all = append(all, checks.Resolver{Addr: netip.AddrPortFrom(addr.Unmap(), 53), Source: source})
		}
	}
	return all
}

var scutilServer = regexp.MustCompile(`^nameserver\[\d+\] : (\S+)`)

// parseScutilDNS reads "scutil --dns": the servers of the resolvers that are asked for every name. Those with a domain
// (split DNS, mDNS) and the scoped ones are not.
func parseScutilDNS(text string) []checks.Resolver {
	var all, block []checks.Resolver
	title, everyName := "", true
	flush := func() {
		if everyName {
			all = append(all, block...)
		}
		block, everyName = nil, true
	}
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if strings.HasPrefix(line, "DNS configuration (for scoped queries)") {
			break
		}
		if strings.HasPrefix(line, "resolver #") {
			flush()
			title = "scutil --dns " + line
		}
		if strings.HasPrefix(line, "domain ") {
			everyName = false
		}
		if m := scutilServer.FindStringSubmatch(line); m != nil {
			if addr, err := netip.ParseAddr(m[1]); err == nil {
				block = append(block, checks.Resolver{Addr: netip.AddrPortFrom(addr, 53), Source: title})
			}
		}
	}
	flush()
	return all
}
