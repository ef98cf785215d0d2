package world

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
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
	w, err := New(s.options)
	if err != nil {
		s.t.Fatal(err)
	}
	events, err := w.Browse(s.t.Context(), script)
	if err != nil {
		s.t.Fatal(err)
	}
	l := page.Collect(events)
	if s.t.Failed() || testing.Verbose() {
		for _, e := range l {
			e.Image = nil
			s.t.Logf("%+v", e)
		}
	}
	return l
}

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

func TestSmoke(t *testing.T) {
	s := newSite(t)
	s.serve("app.test", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "<title>Hello</title><h1>Sign in</h1><input name=user placeholder=User>")
	}))
	l := s.browse(checks.Script{Name: "x", Steps: []checks.Step{{Name: "open", Do: "open", URL: "https://app.test/"}, {Name: "look", Do: "look"}, {Name: "shot", Do: "shot"}}})
	if l.End().Outcome != "done" {
		t.Fatal(l.End())
	}
}
