//go:build linux

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"logindoctor/checks/checktest"
)

const everyHost = "clients.kestreldesk.test north.kestreldesk.test rest-north.kestreldesk.test signin.kestrel-id.test status.kestreldesk.test"

// resolvers answer for names in place of BIND, as their authors made them: program and arguments.
var resolvers = map[string][]string{
	"":         {"named", "-g", "-n", "1", "-c", "resolver.conf"},
	"dnsmasq":  {"dnsmasq", "--conf-file=dnsmasq.conf"},
	"unbound":  {"unbound", "-d", "-c", "unbound.conf"},
	"recursor": {"pdns_recursor", "--config-dir=.", "--config-name="},
}

// resolvedCases need no browser.
var resolvedCases = []foreignCase{
	{name: "healthy", asks: "dnsmasq"},
	{name: "a name leads nowhere", asks: "dnsmasq", primary: "dns-filter-sinkhole", on: clientsHost, owner: "network", breaks: "clients",
		edits: dnsmasqSays("address=/" + clientsHost + "/0.0.0.0")},
	{name: "a family of names leads nowhere", asks: "dnsmasq", primary: "dns-filter-sinkhole", on: signinHost, owner: "network", breaks: "staff app",
		edits: dnsmasqSays("address=/kestrel-id.test/#")},
	{name: "a name is denied", asks: "dnsmasq", primary: "dns-nxdomain", on: clientsHost, owner: "network", breaks: "clients",
		edits: dnsmasqSays("address=/" + clientsHost + "/")},
	{name: "answers with addresses of one's own are thrown away", asks: "dnsmasq", primary: "dns-filter-sinkhole", owner: "network", on: everyHost, breaks: "staff password app clients rest",
		edits: dnsmasqSays("stop-dns-rebind")},
	{name: "nobody to ask", asks: "dnsmasq", primary: "dns-refused", owner: "network", breaks: "staff password app clients rest",
		edits: []edit{{"dnsmasq.conf", "server=127.0.0.1#{{.Zones}}\n", ""}}},
	{name: "the one to ask is dead", asks: "dnsmasq", primary: "dns-timeout-all", owner: "network", breaks: "staff password app clients rest",
		edits: []edit{{"dnsmasq.conf", "server=127.0.0.1#{{.Zones}}", "server=127.0.0.1#{{.HTTPS}}"}}},
	{name: "healthy", asks: "unbound"},
	{name: "signatures expired", asks: "unbound", primary: "dns-dnssec-bogus", on: signinHost, owner: "vendor", breaks: "staff app",
		edits: []edit{{"signing", "-s now-3600 -e now+864000", "-s 20200101000000 -e 20200201000000"}}},
	{name: "refuses this network", asks: "unbound", primary: "dns-refused", owner: "network", breaks: "staff password app clients rest",
		edits: []edit{{"unbound.conf", "127.0.0.0/8 allow", "127.0.0.0/8 refuse"}}},
	{name: "says nothing to this network", asks: "unbound", primary: "dns-timeout-all", owner: "network", breaks: "staff password app clients rest",
		edits: []edit{{"unbound.conf", "127.0.0.0/8 allow", "127.0.0.0/8 deny"}}},
	{name: "a name is refused", asks: "unbound", primary: "LD2105", on: clientsHost, owner: "network", breaks: "clients",
		edits: []edit{{"unbound.conf", "ede: yes", "ede: yes\n\tlocal-zone: \"" + clientsHost + "\" always_refuse"}}},
	{name: "a name does not exist", asks: "unbound", primary: "dns-nxdomain", on: clientsHost, owner: "network", breaks: "clients",
		edits: []edit{{"unbound.conf", "ede: yes", "ede: yes\n\tlocal-zone: \"" + clientsHost + "\" always_nxdomain"}}},
	{name: "nobody behind it", asks: "unbound", primary: "dns-timeout-all", owner: "network", breaks: "staff password app clients rest",
		edits: []edit{{"unbound.conf", "127.0.0.1@{{.Zones}}", "127.0.0.1@{{.HTTPS}}"}}},
	{name: "healthy", asks: "recursor"},
	{name: "says nothing to this network", asks: "recursor", primary: "dns-timeout-all", owner: "network", breaks: "staff password app clients rest",
		edits: []edit{{"recursor.conf", "allow-from=127.0.0.0/8", "allow-from=10.0.0.0/8"}}},
	{name: "policy denies a name", asks: "recursor", primary: "dns-nxdomain", on: clientsHost, owner: "network", breaks: "clients", edits: policySays("CNAME  .")},
	{name: "policy takes everything from a name", asks: "recursor", primary: "dns-nodata", on: clientsHost, owner: "network", breaks: "clients", edits: policySays("CNAME  *.")},
	{name: "policy sends a name nowhere", asks: "recursor", primary: "dns-filter-sinkhole", on: clientsHost, owner: "network", breaks: "clients", edits: policySays("A  0.0.0.0")},
	{name: "policy says nothing to a name", asks: "recursor", primary: "LD2107", on: clientsHost, owner: "network", breaks: "clients", edits: policySays("CNAME  rpz-drop.")},
	{name: "nobody behind it", asks: "recursor", primary: "dns-servfail-upstream", owner: "network", on: everyHost, breaks: "staff password app clients rest",
		edits: []edit{{"recursor.conf", "127.0.0.1:{{.Zones}}", "127.0.0.1:{{.HTTPS}}"}}},
}

// policySays has the response policy answer for one name with a record.
func policySays(record string) []edit {
	return []edit{{"policy.zone", policyEnd, policyEnd + clientsHost + "  " + record + "\n"}}
}

func dnsmasqSays(line string) []edit {
	return []edit{{"dnsmasq.conf", "no-resolv\n", "no-resolv\n" + line + "\n"}}
}

func TestForeignResolvers(t *testing.T) {
	for _, c := range resolvedCases {
		t.Run(c.asks+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			judgeForeign(t, c, startForeign(t, c).diagnose(t, "--level", "quick"))
		})
	}
}

func (w *foreignWorld) startResolver(t *testing.T) *foreignServer {
	t.Helper()
	command := resolvers[w.asks]
	if _, err := exec.LookPath(command[0]); err != nil {
		checktest.Missing(t, command[0])
	}
	return w.start(t, "resolver", command[0], command[1:]...)
}

// proxies are the ways out by Squid, Tinyproxy and Privoxy, as their authors made them: program and arguments.
var proxies = map[string][]string{
	"squid":     {"-N", "-f", "squid.conf"},
	"tinyproxy": {"-d", "-c", "tinyproxy.conf"},
	"privoxy":   {"--no-daemon", "privoxy.conf"},
}

// What a proxy knows of one host is nothing, or an address where nobody is.
var (
	restUnknown = []edit{{"addresses", "127.71.0.2\t" + restHost + "\n", ""}}
	restDead    = []edit{{"addresses", "127.71.0.2\t" + restHost, "127.71.0.99\t" + restHost}}
)

// proxiedCases need no browser.
var proxiedCases = []foreignCase{
	{name: "healthy", through: "squid"},
	{name: "one host is denied", through: "squid", primary: "net-proxy-connect-denied", on: clientsHost, owner: "network", breaks: "clients",
		edits: squidSays("acl games dstdomain " + clientsHost + "\nhttp_access deny games")},
	{name: "a family of names is denied", through: "squid", primary: "net-proxy-connect-denied", on: signinHost, owner: "network", breaks: "staff app",
		edits: squidSays("acl id dstdom_regex -i kestrel-id\nhttp_access deny id\ndeny_info 307:http://gate.gannet.test/blocked id")},
	{name: "everybody has to sign in", through: "squid", primary: "net-proxy-407", on: everyHost, owner: "network", breaks: "staff password app clients rest",
		edits: squidSays("auth_param basic program /bin/cat\nacl people proxy_auth REQUIRED\nhttp_access deny !people")},
	{name: "a name that Squid does not know", through: "squid", primary: "net-proxy-upstream-failure", on: restHost, owner: "network", breaks: "rest",
		edits: restUnknown},
	{name: "an address that is dead for Squid", through: "squid", primary: "net-proxy-upstream-failure", on: restHost, owner: "network", breaks: "rest",
		edits: restDead},
	{name: "only other ports", through: "squid", primary: "net-proxy-connect-denied", on: everyHost, owner: "network", breaks: "staff password app clients rest",
		edits: []edit{{"squid.conf", "acl doors port {{.HTTPS}} {{.HTTP}}", "acl doors port 8443 {{.HTTP}}"}}},
	{name: "hangs up for a host", through: "squid", primary: "LD2305", on: signinHost, owner: "network", breaks: "staff app",
		edits: squidSays("acl id dstdomain " + signinHost + "\nhttp_access deny id\ndeny_info TCP_RESET id")},
	{name: "everything is opened", through: "squid", primary: "tls-interception-untrusted", owner: "network", breaks: "staff password app clients rest",
		edits: opens("ssl_bump bump all")},
	{name: "only the provider is opened", through: "squid", primary: "LD3210", on: signinHost, owner: "network", breaks: "staff app",
		edits: opens("acl id ssl::server_name " + signinHost + "\nacl hello at_step SslBump1\nssl_bump peek hello\nssl_bump bump id\nssl_bump splice all")},
	{name: "cuts what greets the provider", through: "squid", primary: "net-sni-reset", on: signinHost, owner: "network", breaks: "staff app",
		edits: opens("acl id ssl::server_name " + signinHost + "\nacl hello at_step SslBump1\nssl_bump peek hello\nssl_bump terminate id\nssl_bump splice all")},
	{name: "healthy", through: "tinyproxy"},
	{name: "one host is filtered", through: "tinyproxy", primary: "net-proxy-connect-denied", on: clientsHost, owner: "network", breaks: "clients",
		edits: append(tinyproxySays("Filter \"{{.Dir}}/filter\"\nFilterURLs Off"), edit{"filter", "nothing", "clients"})},
	{name: "everybody has to sign in", through: "tinyproxy", primary: "net-proxy-407", on: everyHost, owner: "network", breaks: "staff password app clients rest",
		edits: tinyproxySays("BasicAuth ana secret")},
	{name: "only other ports", through: "tinyproxy", primary: "net-proxy-connect-denied", on: everyHost, owner: "network", breaks: "staff password app clients rest",
		edits: []edit{{"tinyproxy.conf", "ConnectPort {{.HTTPS}}", "ConnectPort 8443"}}},
	{name: "an address that is dead for Tinyproxy", through: "tinyproxy", primary: "net-proxy-upstream-failure", on: restHost, owner: "network", breaks: "rest",
		edits: restDead},
	{name: "healthy", through: "privoxy"},
	{name: "one host is blocked", through: "privoxy", primary: "net-proxy-connect-denied", on: clientsHost, owner: "network", breaks: "clients",
		edits: []edit{{"privoxy.action", "{+limit-connect", "{+block{games}}\n" + clientsHost + "\n{+limit-connect"}}},
	{name: "only other ports", through: "privoxy", primary: "net-proxy-connect-denied", on: everyHost, owner: "network", breaks: "staff password app clients rest",
		edits: []edit{{"privoxy.action", "{{- .HTTPS -}}", "{{- 8443 -}}"}}},
	{name: "a name that Privoxy does not know", through: "privoxy", primary: "net-proxy-upstream-failure", on: restHost, owner: "network", breaks: "rest",
		edits: restUnknown},
	{name: "an address that is dead for Privoxy", through: "privoxy", primary: "net-proxy-upstream-failure", on: restHost, owner: "network", breaks: "rest",
		edits: restDead},
	{name: "its own way out is dead", through: "privoxy", primary: "net-proxy-upstream-failure", on: everyHost, owner: "network", breaks: "staff password app clients rest",
		edits: []edit{{"privoxy.conf", "socket-timeout 20", "socket-timeout 20\nforward / 127.71.0.99:8080"}}},
}

func squidSays(rules string) []edit {
	return []edit{{"squid.conf", "http_access allow all", rules + "\nhttp_access allow all"}}
}

// opens lets Squid look into connections, by rules, with an authority of its own.
func opens(rules string) []edit {
	return []edit{{"squid.conf", ":{{.Proxy}}\n", ":{{.Proxy}} ssl-bump tls-cert={{.Dir}}/gate.crt tls-key={{.Dir}}/tls.key generate-host-certificates=on\n" + rules +
		"\nsslcrtd_program /usr/lib/squid/security_file_certgen -s {{.Dir}}/made -M 4MB\ntls_outgoing_options cafile={{.Dir}}/roots.pem\n"}}
}

func tinyproxySays(line string) []edit {
	return []edit{{"tinyproxy.conf", "LogLevel Error", "LogLevel Error\n" + line}}
}

func TestForeignProxies(t *testing.T) {
	for _, c := range proxiedCases {
		t.Run(c.through+"/"+c.name, func(t *testing.T) {
			judgeForeign(t, c, startForeign(t, c).diagnose(t, "--level", "quick"))
		})
	}
}

// startProxy starts the program that is the only way out. Squid gives up the rights of root, and must still reach its files.
func (w *foreignWorld) startProxy(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath(w.through); err != nil {
		checktest.Missing(t, w.through)
	}
	if os.Geteuid() != 0 {
		checktest.Missing(t, "the right to listen on port 443")
	}
	for path, mode := range map[string]os.FileMode{filepath.Dir(w.Dir): 0o711, w.Dir: 0o711, w.path("addresses"): 0o644} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	if w.through == "squid" { // what its own certificates need
		w.tool(t, "/usr/lib/squid/security_file_certgen", "-c", "-s", w.path("made"), "-M", "4MB")
	}
	s := w.start(t, w.through, w.through, proxies[w.through]...)
	s.wait(t, func() bool { return connects("127.71.0.31:" + w.Proxy) })
}

// way is the flag that says how a person gets out.
func (w *foreignWorld) way() string {
	if w.through == "" {
		return "direct"
	}
	return "http://127.71.0.31:" + w.Proxy
}
