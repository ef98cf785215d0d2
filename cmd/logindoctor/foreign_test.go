//go:build linux

package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io/fs"
	"math/big"
	mathrand "math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"text/template"
	"time"

	"logindoctor/checks/checktest"
	"logindoctor/report"
)

// This file proves the diagnosis on servers that are not ours: BIND, nginx and chrony as their authors made them;
// foreign_way_test.go adds other resolvers and proxies. The service is imaginary, its configuration is in testdata/foreign, and
// a fault is a change to the text of that configuration before the servers start. Every server listens on 127.0.0.1 or an
// address of 127.71.0.0/24.

// A foreignCase is a change of configuration and what has to be said about it.
type foreignCase struct {
	name    string
	edits   []edit
	clocks  map[string]string // server: by how much its clock is wrong, in the words of faketime
	asks    string            // the program that answers for names; "" is named
	through string            // the program that is the only way out; "" is straight
	primary string            // code or alias; "" is a healthy world
	on      string            // hosts; "" is this computer
	owner   string            // "" does not matter
	breaks  string            // pathways that do not work, in order
}

// An edit replaces a piece of one configuration file that stands there exactly once.
type edit struct{ file, old, new string }

const (
	northHost   = "north.kestreldesk.test"
	restHost    = "rest-north.kestreldesk.test"
	signinHost  = "signin.kestrel-id.test"
	clientsHost = "clients.kestreldesk.test"
)

// Pieces of the configuration that several cases replace.
const (
	restRecord  = "rest-north  A    127.71.0.2\n"
	policyEnd   = "@  NS   localhost.\n"
	northCert   = "ssl_certificate north.crt;"
	restCert    = "ssl_certificate rest-north.crt;"
	signinCert  = "ssl_certificate signin.crt;"
	northEntry  = "location = /entry { root www; try_files /entry.html =404; }"
	northTenant = "location = /tenants/greylag { root www; default_type application/json; try_files /greylag.json =404; }"
	restTenant  = "location = /tenants/greylag { root www; try_files /greylag.json =404; }"
	southPages  = "location / { root www; try_files /entry.html =404; }"
	secretPage  = "try_files /secret.html =404;"
)

// onServer adds directives to the server that shows a certificate.
func onServer(certificate, directives string) []edit {
	return []edit{{"nginx.conf", certificate, certificate + " " + directives}}
}

// foreignCases need no browser.
var foreignCases = []foreignCase{
	{name: "healthy"},

	{name: "named/record removed", primary: "dns-nxdomain", on: restHost, owner: "vendor", breaks: "rest",
		edits: []edit{{"desk.zone", restRecord, ""}}},
	{name: "named/record of another type", primary: "dns-nodata", on: restHost, owner: "vendor", breaks: "rest",
		edits: []edit{{"desk.zone", restRecord, "rest-north  TXT  moved\n"}}},
	{name: "named/alias leads nowhere", primary: "dns-nxdomain", on: restHost, owner: "vendor", breaks: "rest",
		edits: []edit{{"desk.zone", restRecord, "rest-north  CNAME  edge.gannet.test.\n"}}},
	{name: "named/second address is dead", primary: "net-one-address-dead", on: restHost, owner: "vendor",
		edits: []edit{{"desk.zone", restRecord, restRecord + "rest-north  A  127.71.0.99\n"}}},
	{name: "named/zone is not loaded", primary: "dns-servfail-upstream", on: signinHost, owner: "vendor", breaks: "staff app",
		edits: []edit{{"named.conf", `file "id.zone.signed"`, `file "gone.zone"`}}},
	{name: "named/resolver without a way out", primary: "dns-servfail-upstream", owner: "network", breaks: "staff password app clients rest",
		on:    "clients.kestreldesk.test north.kestreldesk.test rest-north.kestreldesk.test signin.kestrel-id.test status.kestreldesk.test",
		edits: []edit{{"resolver.conf", "forwarders port {{.Zones}}", "forwarders port {{.HTTPS}}"}}},
	{name: "named/signatures expired", primary: "dns-dnssec-bogus", on: signinHost, owner: "vendor", breaks: "staff app",
		edits: []edit{{"signing", "-s now-3600 -e now+864000", "-s 20200101000000 -e 20200201000000"}}},
	{name: "named/resolver trusts another key", primary: "dns-dnssec-bogus", on: signinHost, breaks: "staff app",
		edits: []edit{{"resolver.conf", "static-key {{.Anchor}}", "static-key {{.OtherAnchor}}"}}},
	{name: "named/policy sends a name nowhere", primary: "dns-filter-sinkhole", on: clientsHost, owner: "network", breaks: "clients",
		edits: policySays("A  0.0.0.0")},
	{name: "named/policy denies a name", primary: "dns-filter-sinkhole", on: clientsHost, owner: "network", breaks: "clients",
		edits: policySays("CNAME  .")},
	{name: "named/policy lets a name through", edits: policySays("CNAME  rpz-passthru.")},
	{name: "named/search page for a record removed", primary: "dns-nxdomain-rewrite", on: restHost, owner: "network", breaks: "rest",
		edits: []edit{{"desk.zone", restRecord, ""},
			{"resolver.conf", "trust-anchors", "zone \".\" { type redirect; file \"search.zone\"; allow-query { any; }; };\ntrust-anchors"}}},
	{name: "named/resolver refuses this network", primary: "dns-refused", owner: "network", breaks: "staff password app clients rest",
		edits: []edit{{"resolver.conf", "allow-query { any; }", "allow-query { none; }"}}},

	{name: "nginx/redirects name the port", edits: []edit{{"nginx.conf", "port_in_redirect off", "port_in_redirect on"}}},
	{name: "nginx/certificate expired", primary: "tls-leaf-expired", on: restHost, owner: "vendor", breaks: "rest",
		edits: []edit{{"nginx.conf", restCert, "ssl_certificate expired.crt;"}}},
	{name: "nginx/certificate of another host", primary: "tls-hostname-mismatch", on: restHost, owner: "vendor", breaks: "rest",
		edits: []edit{{"nginx.conf", restCert, "ssl_certificate south.crt;"}}},
	{name: "nginx/issuer left out", primary: "tls-missing-intermediate", on: restHost, owner: "vendor", breaks: "rest",
		edits: []edit{{"nginx.conf", restCert, "ssl_certificate alone.crt;"}}},
	{name: "nginx/only TLS 1.1", primary: "tls-version-mismatch", on: northHost, breaks: "staff password app",
		edits: onServer(northCert, "ssl_protocols TLSv1.1; ssl_ciphers DEFAULT@SECLEVEL=0;")},
	{name: "nginx/only a cipher that nobody has", primary: "tls-no-shared-cipher", on: northHost, breaks: "staff password app",
		edits: onServer(northCert, "ssl_protocols TLSv1.2; ssl_ciphers ECDHE-ECDSA-CAMELLIA256-SHA384;")},
	{name: "nginx/certificate of the client wanted", primary: "LD4006", on: restHost, owner: "vendor", breaks: "rest",
		edits: onServer(restCert, "ssl_client_certificate roots.pem; ssl_verify_client on;")},
	{name: "nginx/port without TLS", primary: "tls-plaintext-on-443", on: restHost, breaks: "rest",
		edits: []edit{{"nginx.conf", "listen 127.71.0.2:{{.HTTPS}} ssl;", "listen 127.71.0.2:{{.HTTPS}};"}}},
	{name: "nginx/closed for a while", primary: "http-503-maintenance", on: northHost, owner: "vendor", breaks: "staff password app",
		edits: onServer(northCert, "add_header Retry-After 1800 always; return 503;")},
	{name: "nginx/too many requests", primary: "http-429", on: northHost, breaks: "staff password app",
		edits: onServer(northCert, "add_header Retry-After 60 always; return 429;")},
	{name: "nginx/nobody behind the edge", primary: "http-502-504-gateway", on: restHost, owner: "vendor", breaks: "rest",
		edits: onServer(restCert, "return 502;")},
	{name: "nginx/nobody behind the edge of the provider", primary: "vendor-outage-idp", on: signinHost, owner: "vendor", breaks: "staff app",
		edits: onServer(signinCert, "return 502;")},
	{name: "nginx/circle", primary: "http-redirect-loop", on: northHost, owner: "vendor", breaks: "staff password app",
		edits: []edit{{"nginx.conf", northEntry, "location = /entry { return 302 /; }"}}},
	{name: "nginx/maintenance page with status 200", primary: "http-soft-200-maintenance", on: northHost, owner: "vendor", breaks: "staff password app",
		edits: []edit{{"nginx.conf", northEntry, "location = /entry { root www; try_files /closed.html =404; }"}}},
	{name: "nginx/hangs up", primary: "LD4002", on: restHost, owner: "vendor", breaks: "rest",
		edits: onServer(restCert, "return 444;")},
	{name: "nginx/hangs up on HTTP 2", primary: "LD4002", on: northHost, owner: "vendor", breaks: "staff password app",
		edits: onServer(northCert, "return 444;")},
	{name: "nginx/keys of the provider gone", primary: "sso-discovery-invalid", on: signinHost, owner: "vendor", breaks: "staff app",
		edits: []edit{{"nginx.conf", "try_files /keys.json =404", "return 404"}}},
	{name: "nginx/key of the integration replaced", primary: "api-bad-keys", on: restHost, owner: "psa-admin", breaks: "rest",
		edits: []edit{{"nginx.conf", `"Basic {{.Basic}}" 1;`, `"Basic bm90aGluZw==" 1;`}}},
	{name: "nginx/calls of the API closed", primary: "LD7110", on: restHost, owner: "vendor", breaks: "rest",
		edits: []edit{{"nginx.conf", "location /r12/rest/ {", "location /r12/rest/ { return 503;"}}},
	{name: "nginx/company is nowhere", primary: "region-unknown-company", on: northHost + " " + restHost, owner: "user", breaks: "staff password app rest",
		edits: []edit{{"nginx.conf", northTenant, ""}, {"nginx.conf", restTenant, ""}}},
	{name: "nginx/company lives in the other region", primary: "region-wrong-region", on: northHost + " " + restHost, owner: "user", breaks: "staff password app rest",
		edits: []edit{{"nginx.conf", northTenant, ""}, {"nginx.conf", restTenant, ""}, {"nginx.conf", southPages, southPages + northTenant}}},

	{name: "chrony/all clocks say that this computer is ahead", primary: "host-clock-skew-small", owner: "device-it",
		clocks: map[string]string{"time1": "-540s", "time2": "-540s", "time3": "-540s", "nginx": "-540s"}},
	{name: "chrony/one liar", clocks: map[string]string{"time2": "-540s"}},
	{name: "chrony/no source of time", primary: "host-ntp-unreachable",
		edits: []edit{{"chrony.conf", "local stratum 3\n", ""}}},
}

func TestForeignServers(t *testing.T) {
	for _, c := range foreignCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			judgeForeign(t, c, startForeign(t, c).diagnose(t, "--level", "quick"))
		})
	}
}

// foreignWalks need a browser.
var foreignWalks = []foreignCase{
	{name: "healthy"},
	{name: "script of the portal gone", primary: "portal-js-bundle-missing", on: clientsHost, owner: "vendor", breaks: "clients",
		edits: onServer("ssl_certificate clients.crt;", "location = /app.js { return 404; }")},
	{name: "circle between application and provider", primary: "sso-login-loop", on: northHost, owner: "vendor", breaks: "staff",
		edits: []edit{{"nginx.conf", secretPage, "return 302 https://north.kestreldesk.test/back;"},
			{"nginx.conf", northEntry, northEntry + "location = /back { return 302 https://signin.kestrel-id.test/authorize/password; }"}}},
	{name: "provider hangs up in the middle", primary: "LD4411", on: signinHost, owner: "vendor", breaks: "staff",
		edits: []edit{{"nginx.conf", secretPage, "return 444;"}}},
}

// TestForeignServersInABrowser walks every way in as deep as it goes without a password.
func TestForeignServersInABrowser(t *testing.T) {
	for _, c := range foreignWalks {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // most of a walk is waiting
			r := startForeign(t, c).diagnose(t)
			if r.Context.Browser == "none" {
				checktest.Missing(t, "a browser")
			}
			judgeForeign(t, c, r)
			for i, want := range []string{"staff ok page", "password ok page", "app ok reach", "clients ok page", "rest ok login"} {
				p := r.Pathways[i]
				if got := p.ID + " " + p.State + " " + p.Depth; got != want && p.ID != c.breaks {
					t.Errorf("a pathway is %q, want %q", got, want)
				}
			}
		})
	}
}

// A foreignWorld is where the servers of one case listen, and what their configuration is filled with.
type foreignWorld struct {
	Dir, HTTPS, HTTP, DNS, Zones, NTP, Proxy string
	Anchor, OtherAnchor                      string // keys of a signed zone, as a resolver is told to trust them
	clocks                                   map[string]string
	asks, through                            string
}

func startForeign(t *testing.T, c foreignCase) *foreignWorld {
	t.Helper()
	for _, part := range []string{"named", "dnssec-keygen", "dnssec-signzone", "nginx", "chronyd", "faketime"} {
		if _, err := exec.LookPath(part); err != nil {
			checktest.Missing(t, part)
		}
	}
	w := &foreignWorld{Dir: t.TempDir(), clocks: c.clocks, asks: c.asks, through: c.through}
	w.ports(t)
	if c.through != "" {
		w.HTTPS, w.HTTP = "443", "80" // a proxy is told the ports that the addresses name
	}
	w.certificates(t)
	w.Anchor, w.OtherAnchor = w.zoneKey(t, "keys"), w.zoneKey(t, "other")
	w.configure(t, c.edits)
	w.sign(t)
	w.serve(t)
	return w
}

// ports finds ports that nobody uses, below those that the system hands out by itself.
func (w *foreignWorld) ports(t *testing.T) {
	t.Helper()
	for _, port := range []*string{&w.HTTPS, &w.HTTP, &w.DNS, &w.Zones, &w.NTP, &w.Proxy} {
		for *port == "" {
			*port = unused(20000 + mathrand.IntN(12000))
		}
	}
}

// unused returns a port as text if nobody listens there, "" otherwise.
func unused(port int) string {
	address := fmt.Sprintf("127.0.0.1:%d", port)
	stream, err := net.Listen("tcp", address)
	if err != nil {
		return ""
	}
	defer stream.Close()
	packets, err := net.ListenPacket("udp", address)
	if err != nil {
		return ""
	}
	packets.Close()
	return strconv.Itoa(port)
}

// certificates writes what a small authority issues: root, issuer, and for every host the chain that it should send.
func (w *foreignWorld) certificates(t *testing.T) {
	t.Helper()
	now := time.Now()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	authority := func(name string) *x509.Certificate {
		return &x509.Certificate{SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: name}, IsCA: true,
			BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, NotBefore: now.AddDate(-2, 0, 0), NotAfter: now.AddDate(5, 0, 0)}
	}
	issue := func(c, by *x509.Certificate) *x509.Certificate {
		der, err := x509.CreateCertificate(rand.Reader, c, by, &key.PublicKey, key)
		if err != nil {
			t.Fatal(err)
		}
		if c, err = x509.ParseCertificate(der); err != nil {
			t.Fatal(err)
		}
		return c
	}
	root := issue(authority("Sandpiper Root"), authority("Sandpiper Root"))
	issuer := issue(authority("Sandpiper Issuing 1"), root)
	host := func(name string, until time.Time) *x509.Certificate {
		return issue(&x509.Certificate{SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
			KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
			IssuingCertificateURL: []string{"http://pki.kestreldesk.test/issuing.cer"},
			NotBefore:             until.AddDate(0, -3, 0), NotAfter: until}, issuer)
	}
	for _, name := range []string{northHost, restHost, "south.kestreldesk.test", "rest-south.kestreldesk.test", signinHost, clientsHost, "status.kestreldesk.test"} {
		label, _, _ := strings.Cut(name, ".")
		w.pem(t, label+".crt", host(name, now.AddDate(0, 2, 0)), issuer)
	}
	w.pem(t, "expired.crt", host(restHost, now.AddDate(0, 0, -1)), issuer)
	w.pem(t, "alone.crt", host(restHost, now.AddDate(0, 2, 0)))
	w.pem(t, "roots.pem", root)
	w.write(t, "www/issuing.cer", issuer.Raw)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	w.write(t, "tls.key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	w.pem(t, "gate.crt", issue(authority("Gannet Gate"), authority("Gannet Gate")))
}

func (w *foreignWorld) pem(t *testing.T, name string, chain ...*x509.Certificate) {
	t.Helper()
	var b bytes.Buffer
	for _, c := range chain {
		pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	}
	w.write(t, name, b.Bytes())
}

func (w *foreignWorld) path(name string) string { return filepath.Join(w.Dir, name) }

func (w *foreignWorld) write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(w.path(name)), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(w.path(name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// zoneKey makes a key for the signed zone in a folder and returns it as trust-anchors wants it.
func (w *foreignWorld) zoneKey(t *testing.T, dir string) string {
	t.Helper()
	if err := os.Mkdir(w.path(dir), 0o700); err != nil {
		t.Fatal(err)
	}
	name := strings.TrimSpace(w.tool(t, "dnssec-keygen", "-q", "-a", "ECDSAP256SHA256", "-f", "KSK", "-K", dir, "kestrel-id.test"))
	text, err := os.ReadFile(w.path(filepath.Join(dir, name+".key")))
	if err != nil {
		t.Fatal(err)
	}
	_, record, _ := strings.Cut(string(text), "IN DNSKEY ")
	fields := strings.Fields(record)
	return fmt.Sprintf("%s %s %s %q", fields[0], fields[1], fields[2], strings.Join(fields[3:], ""))
}

// sign signs the zone of the provider as the file "signing" says.
func (w *foreignWorld) sign(t *testing.T) {
	t.Helper()
	how, err := os.ReadFile(w.path("signing"))
	if err != nil {
		t.Fatal(err)
	}
	args := append(strings.Fields(string(how)), "-q", "-P", "-z", "-S", "-K", "keys", "-o", "kestrel-id.test", "id.zone")
	w.tool(t, "dnssec-signzone", args...)
}

func (w *foreignWorld) tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = w.Dir
	var trouble bytes.Buffer
	cmd.Stderr = &trouble
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, trouble.Bytes())
	}
	return string(out)
}

// configure copies testdata/foreign into the world, changed by the case and filled in.
func (w *foreignWorld) configure(t *testing.T, edits []edit) {
	t.Helper()
	const from = "testdata/foreign"
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(from, path)
		w.write(t, name, w.fill(t, change(t, name, string(data), edits)))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func change(t *testing.T, name, text string, edits []edit) string {
	t.Helper()
	for _, e := range edits {
		if e.file != name {
			continue
		}
		if n := strings.Count(text, e.old); n != 1 {
			t.Fatalf("%s holds %q %d times", name, e.old, n)
		}
		text = strings.Replace(text, e.old, e.new, 1)
	}
	return text
}

func (w *foreignWorld) fill(t *testing.T, text string) []byte {
	t.Helper()
	filled, err := template.New("").Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := filled.Execute(&b, w); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Basic is what the integration of the settings sends.
func (w *foreignWorld) Basic() string {
	return base64.StdEncoding.EncodeToString([]byte("greylag+pk-71:not-a-secret-outside-this-test"))
}

// serve starts the servers and returns when every one of them answers.
func (w *foreignWorld) serve(t *testing.T) {
	t.Helper()
	if err := os.MkdirAll(w.path("tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	servers := []*foreignServer{
		w.start(t, "holder", "named", "-g", "-n", "1", "-c", w.path("named.conf")),
		w.startResolver(t),
		w.start(t, "nginx", "nginx", "-p", w.Dir, "-c", "nginx.conf", "-e", "stderr"),
	}
	for i := range 3 {
		name := fmt.Sprintf("time%d", i+1)
		servers = append(servers, w.start(t, name, "chronyd", "-x", "-d", "-U", "-u", me.Username, fmt.Sprintf("bindaddress 127.71.0.%d", 21+i),
			"pidfile "+w.path(name+".pid"), "include "+w.path("chrony.conf")))
	}
	if w.through != "" {
		w.startProxy(t)
	}
	for i, s := range servers {
		switch {
		case i == 0:
			s.wait(t, func() bool { return strings.Contains(s.said(), " running\n") })
		case i == 1:
			s.wait(t, func() bool { return connects("127.0.0.1:" + w.DNS) })
		case i == 2:
			s.wait(t, func() bool { return connects("127.71.0.1:" + w.HTTPS) })
		default:
			s.wait(t, func() bool { return tells(fmt.Sprintf("127.71.0.%d:%s", 18+i, w.NTP)) })
		}
	}
}

func connects(address string) bool {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return false
	}
	c.Close()
	return true
}

// tells reports whether a time server answers a client's question.
func tells(address string) bool {
	c, err := net.Dial("udp", address)
	if err != nil {
		return false
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Second))
	question := make([]byte, 48)
	question[0] = 4<<3 | 3 // version 4, client: RFC 5905 section 7.3
	c.Write(question)
	n, err := c.Read(question)
	return err == nil && n == 48
}

// A foreignServer is a process of this test. The system ends it if the test dies.
type foreignServer struct {
	name, log string
	gone      chan struct{}
}

func (w *foreignWorld) start(t *testing.T, name, program string, args ...string) *foreignServer {
	t.Helper()
	s := &foreignServer{name: name, log: w.path(name + ".log"), gone: make(chan struct{})}
	log, err := os.Create(s.log)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = w.Dir, log, log
	cmd.Env = append(os.Environ(), w.wrong(t, name)...)
	if program == "tinyproxy" || program == "privoxy" { // they ask the system for addresses
		cmd.Env = append(cmd.Env, "LD_PRELOAD=libnss_wrapper.so", "NSS_WRAPPER_HOSTS="+w.path("addresses"))
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		cmd.Wait()
		close(s.gone)
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-s.gone
	})
	return s
}

// wrong returns the variables that make the clock of a server wrong. The program faketime tells them; it would stay
// between us and the server if it started the server itself.
func (w *foreignWorld) wrong(t *testing.T, name string) []string {
	t.Helper()
	by, ok := w.clocks[name]
	if !ok {
		return nil
	}
	return slices.DeleteFunc(strings.Split(w.tool(t, "faketime", "-f", by, "env"), "\n"), func(v string) bool {
		return !strings.HasPrefix(v, "LD_PRELOAD=") && !strings.HasPrefix(v, "FAKETIME=")
	})
}

func (s *foreignServer) said() string {
	text, _ := os.ReadFile(s.log)
	return string(text)
}

// wait asks again and again whether a server is ready.
func (s *foreignServer) wait(t *testing.T, ready func() bool) {
	t.Helper()
	tick, late := time.NewTicker(5*time.Millisecond), time.After(20*time.Second)
	defer tick.Stop()
	for !ready() {
		select {
		case <-tick.C:
		case <-s.gone:
			t.Fatalf("%s has ended:\n%s", s.name, s.said())
		case <-late:
			t.Fatalf("%s is not ready:\n%s", s.name, s.said())
		}
	}
}

// diagnose runs the program as another process, as a person at this computer would.
func (w *foreignWorld) diagnose(t *testing.T, args ...string) *report.Report {
	t.Helper()
	path, err := exec.LookPath("logindoctor") // put there by testscript.Main
	if err != nil {
		t.Fatal(err)
	}
	args = slices.Concat([]string{"run", "-o", "json", "--product", w.path("product.yaml"), "--config", w.path("settings.yaml"),
		"--resolver", "127.0.0.1:" + w.DNS, "--connect-to", ":443::" + w.HTTPS, "--connect-to", ":80::" + w.HTTP,
		"--ca-file", w.path("roots.pem"), "--proxy", w.way(), "--time-server", "127.71.0.21:" + w.NTP,
		"--time-server", "127.71.0.22:" + w.NTP, "--time-server", "127.71.0.23:" + w.NTP}, args, []string{"north"})
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), path, args...)
	cmd.Env = bareEnvironment()
	var out, trouble bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &trouble
	cmd.Run() // the exit code is the verdict, which the report tells as well
	var r report.Report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatalf("%v\n%s%s", err, out.Bytes(), trouble.Bytes())
	}
	return &r
}

// judgeForeign compares a report with what a case wants: this cause, no other one, and nothing else said to be wrong.
func judgeForeign(t *testing.T, c foreignCase, r *report.Report) {
	t.Helper()
	var causes, broken []string
	for _, f := range r.Findings {
		if f.Role != report.Consequence {
			causes = append(causes, fmt.Sprintf("%s on %s by %s: %s", f.Code, cmp.Or(strings.Join(f.Hosts, " "), "this computer"), f.Owner, f.Text))
		}
	}
	for _, p := range r.Pathways {
		if p.State == report.Broken || p.State == report.Unknown {
			broken = append(broken, p.ID)
		}
	}
	if got := strings.Join(broken, " "); got != c.breaks {
		t.Errorf("broken are %q, want %q", got, c.breaks)
	}
	if c.primary == "" {
		if r.Verdict.State != report.OK || len(causes) > 0 {
			t.Errorf("the verdict is %s: %q", r.Verdict.State, causes)
		}
		return
	}
	want := c.primary
	if code := findCode(c.primary); code != nil {
		want = code.ID
	}
	if len(causes) != 1 {
		t.Fatalf("%d causes, want %s on %s alone: %q", len(causes), want, c.on, causes)
	}
	f := r.Findings[0]
	if f.Code != want || strings.Join(f.Hosts, " ") != c.on || c.owner != "" && f.Owner != c.owner {
		t.Errorf("the cause is %q, want %s on %s by %s", causes[0], want, c.on, c.owner)
	}
}
