package world

import (
	"fmt"
	"strings"
	"testing"

	"logindoctor/checks"
)

func list(all []checks.Resolver) string {
	var lines []string
	for _, r := range all {
		lines = append(lines, fmt.Sprint(r.Addr, " ", r.Source))
	}
	return strings.Join(lines, "\n")
}

func TestParseResolvConf(t *testing.T) {
	text := "# by hand\n; old style\nsearch corp.test\nnameserver 192.0.2.1\nnameserver\t2001:db8::1 # inner\n nameserver fe80::1%eth0\n" +
		"nameserver dns.test\nnameserver 192.0.2.4\noptions ndots:5\n"
	want := "192.0.2.1:53 resolv.conf\n[2001:db8::1]:53 resolv.conf\n[fe80::1%eth0]:53 resolv.conf"
	if got := list(parseResolvConf(text, "resolv.conf")); got != want {
		t.Errorf("got\n%s", got)
	}
	if got := parseResolvConf("search corp.test", ""); got != nil {
		t.Errorf("got %v", got)
	}
}

// Form of the output: scutil(8), as printed by macOS 14.
const scutilDNS = `DNS configuration

resolver #1
  search domain[0] : corp.test
  nameserver[0] : 192.0.2.1
  nameserver[1] : 2001:db8::1
  if_index : 6 (en0)
  flags    : Request A records, Request AAAA records
  reach    : 0x00020002 (Reachable,Directly Reachable Address)

resolver #2
  domain   : vpn.test
  nameserver[0] : 198.51.100.1
  flags    : Supplemental, Request A records
  order    : 102400

resolver #3
  domain   : local
  options  : mdns
  timeout  : 5
  order    : 300000

resolver #4
  nameserver[0] : 192.0.2.9

DNS configuration (for scoped queries)

resolver #1
  nameserver[0] : 192.0.2.77
  if_index : 6 (en0)
`

func TestParseScutilDNS(t *testing.T) {
	want := "192.0.2.1:53 scutil --dns resolver #1\n[2001:db8::1]:53 scutil --dns resolver #1\n192.0.2.9:53 scutil --dns resolver #4"
	if got := list(parseScutilDNS(scutilDNS)); got != want {
		t.Errorf("got\n%s", got)
	}
	if got := parseScutilDNS("No DNS configuration available\n"); got != nil {
		t.Errorf("got %v", got)
	}
}
