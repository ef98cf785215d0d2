package world

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

func TestMain(m *testing.M) {
	Child()
	os.Exit(m.Run())
}

// A site is a set of TLS servers with names of their own and one private authority, and a World in which they exist.
type site struct {
	t       *testing.T
	ca      *x509.Certificate
	key     *ecdsa.PrivateKey
	options Options
	world   *World // once somebody browses
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, key: newKey(t)}
	s.ca = &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "browse test"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	der := sign(t, s.ca, s.ca, s.key, s.key)
	file := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := os.WriteFile(file, block, 0o600); err != nil {
		t.Fatal(err)
	}
	s.options = Options{CAFiles: []string{file}, LoopbackOnly: true}
	return s
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sign(t *testing.T, leaf, parent *x509.Certificate, key, parentKey *ecdsa.PrivateKey) []byte {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, leaf, parent, &key.PublicKey, parentKey)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// serve starts a host whose certificate is good unless change says otherwise.
func (s *site) serve(host string, h http.Handler, change ...func(*x509.Certificate)) {
	s.t.Helper()
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), DNSNames: []string{host}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	for _, c := range change {
		c(leaf)
	}
	key := newKey(s.t)
	der := sign(s.t, leaf, s.ca, key, s.key)
	server := httptest.NewUnstartedServer(h)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	server.Config.ErrorLog = quiet()
	server.StartTLS()
	s.t.Cleanup(server.Close)
	s.connect(host+":443", server.Listener.Addr())
}

func (s *site) connect(from string, to net.Addr) {
	s.t.Helper()
	c, err := ParseConnectTo(from + ":" + to.String())
	if err != nil {
		s.t.Fatal(err)
	}
	s.options.ConnectTo = append(s.options.ConnectTo, c)
}

func (s *site) browse(script checks.Script) page.Log {
	s.t.Helper()
	return collect(s.t, s.start(s.t.Context(), script))
}

func (s *site) start(ctx context.Context, script checks.Script) <-chan checks.Event {
	s.t.Helper()
	if s.world == nil {
		var err error
		if s.world, err = New(s.options); err != nil {
			s.t.Fatal(err)
		}
		s.t.Cleanup(s.world.Close)
	}
	events, err := s.world.Browse(ctx, script)
	if errors.Is(err, checks.ErrNoBrowser) && os.Getenv("LOGINDOCTOR_CI") == "" {
		s.t.Skip(err)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return events
}

// collect reads a log to its end and shows it if the test fails.
func collect(t *testing.T, events <-chan checks.Event) page.Log {
	l := page.Collect(events)
	t.Cleanup(func() {
		for _, e := range l {
			if t.Failed() {
				e.Image = nil
				line, _ := json.Marshal(e)
				t.Logf("%s", line)
			}
		}
	})
	return l
}

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

func open(url string) checks.Step {
	return checks.Step{Name: "open " + url, Do: checks.DoOpen, URL: url, Optional: true, Within: 5 * time.Second}
}

func look(name string) checks.Step { return checks.Step{Name: name, Do: checks.DoLook} }

func html(body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, body)
	})
}

// find returns the first event of a kind that fits, or fails the test.
func find(t *testing.T, l page.Log, what, kind string, fits func(checks.Event) bool) checks.Event {
	t.Helper()
	for _, e := range l.Of(kind) {
		if fits(e) {
			return e
		}
	}
	t.Errorf("no %s event that says %s", kind, what)
	return checks.Event{Cookie: &checks.Cookie{}}
}

func expired(c *x509.Certificate) { c.NotAfter = time.Now().Add(-24 * time.Hour) }

func named(host string) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.DNSNames = []string{host} }
}

// lend puts a host of this site, whose authority nobody knows, into the world of another.
func (s *site) lend(to *site, host string) {
	s.t.Helper()
	s.serve(host, html("no"))
	to.options.ConnectTo = append(to.options.ConnectTo, s.options.ConnectTo...)
}

// plain starts a host on port 80.
func (s *site) plain(host string, h http.Handler) {
	s.t.Helper()
	server := httptest.NewServer(h)
	s.t.Cleanup(server.Close)
	s.connect(host+":80", server.Listener.Addr())
}

// needsBrowser skips the test where there is none of that name; "" is any.
func (s *site) needsBrowser(name string) {
	s.t.Helper()
	if _, err := FindBrowser(name); err != nil && os.Getenv("LOGINDOCTOR_CI") == "" {
		s.t.Skip(err)
	}
}

func headers(set map[string]string, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range set {
			w.Header().Set(name, value)
		}
		html(body).ServeHTTP(w, r)
	})
}

func addr(s string) net.Addr { return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(s)) }

func temporary() string { return os.TempDir() }
