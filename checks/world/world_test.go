package world

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"logindoctor/checks"
)

var _ checks.World = (*World)(nil)

func authority(t *testing.T) (*x509.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Corp CA"}, IsCA: true,
		BasicConstraintsValid: true, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return cert, file
}

func TestRoots(t *testing.T) {
	cert, file := authority(t)
	trusts := func(w *World) bool {
		roots, err := w.Roots()
		if err != nil {
			t.Fatal(err)
		}
		_, err = cert.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
		return err == nil
	}
	if trusts(newWorld(t, Options{})) {
		t.Error("trusted without --ca-file")
	}
	w := newWorld(t, Options{CAFiles: []string{file}})
	if !trusts(w) {
		t.Error("not trusted with --ca-file")
	}
	if trusts(newWorld(t, Options{BrowserCAFiles: []string{file}})) {
		t.Error("programs trust what only browsers should")
	}
	roots, _ := newWorld(t, Options{}).Roots()
	roots.AddCert(cert)
	if trusts(newWorld(t, Options{})) {
		t.Error("a caller's addition reached the world")
	}
}

func TestNewNamesTheFlag(t *testing.T) {
	notPEM := hostsFile(t, "hello")
	tests := []struct {
		o    Options
		want []string
	}{
		{Options{CAFiles: []string{"/nonexistent.pem"}}, []string{"--ca-file", "/nonexistent.pem"}},
		{Options{CAFiles: []string{notPEM}}, []string{"--ca-file", notPEM, "openssl"}},
		{Options{HostsFile: "/nonexistent"}, []string{"machine.hosts_file", "/nonexistent"}},
		{Options{Proxy: "proxy.test:3128"}, []string{"--proxy", "http://HOST:PORT"}},
		{Options{Proxy: "http://user:hunter2@proxy.test:3128"}, []string{"--proxy", "in the settings"}},
		{Options{Proxy: "pac+http://user:hunter2@proxy.test/x"}, []string{"--proxy", "in the settings"}},
		{Options{Proxy: "http://user:hunter2@proxy.test:bad"}, []string{"--proxy"}},
	}
	for _, test := range tests {
		_, err := New(test.o)
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Fatalf("%+v: got %v", test.o, err)
		}
		for _, want := range test.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%v does not say %q", err, want)
			}
		}
	}
}

func TestChosen(t *testing.T) {
	_, file := authority(t)
	for _, o := range []Options{{ConnectTo: rules(t, "::127.0.0.1:")}, {CAFiles: []string{file}}, {Proxy: "direct"}, {LoopbackOnly: true},
		{HostsFile: hostsFile(t, "")}} {
		w, err := New(o)
		if err != nil || !w.Chosen() {
			t.Errorf("%+v is not chosen, %v", o, err)
		}
	}
	for _, o := range []Options{{}, {Proxy: "system"}, {Browser: "none"}, {StepTimeout: time.Second}} {
		w, err := New(o)
		if err != nil || w.Chosen() {
			t.Errorf("%+v is chosen, %v", o, err)
		}
	}
}
