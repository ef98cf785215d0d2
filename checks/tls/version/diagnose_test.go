package version

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"syscall"
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/internal/tlsq"
)

func TestClass(t *testing.T) {
	alert := func(code byte) []byte { return []byte{21, 3, 3, 0, 2, 2, code} }
	remote := errors.New("remote error")
	for _, test := range []struct {
		name  string
		first []byte
		asks  bool
		err   error
		want  *checks.Code
	}{
		{"reset", nil, false, syscall.ECONNRESET, Cut},
		{"closed", nil, false, io.EOF, Cut},
		{"silent", nil, false, context.DeadlineExceeded, NoReply},
		{"alert of its own faults", alert(80), false, remote, Cut},
		{"alert on the version", alert(70), false, remote, OldVersion},
		{"picks an old version", []byte{22}, false, errors.New("tls: server selected unsupported protocol version 302"), OldVersion},
		{"no shared suite", alert(40), false, remote, NoSharedCipher},
		{"suites too weak", alert(71), false, remote, NoSharedCipher},
		{"asks the client, then refuses", alert(40), true, remote, ClientCertificate},
		{"needs a certificate", alert(116), false, remote, ClientCertificate},
		{"unknown name", alert(112), false, remote, Alert},
		{"a web server", []byte("HTTP/1.1 400"), false, errors.New("first record"), Plaintext},
	} {
		f := failure{seen: &tlsq.Trace{First: test.first, AsksClient: test.asks}, err: test.err}
		if got := f.class(); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got.ID, test.want.ID)
		}
	}
}

func TestOlder(t *testing.T) {
	for _, test := range []struct {
		accepted []uint16
		want     *checks.Code
		sure     checks.Certainty
	}{
		{nil, NoSharedCipher, checks.Likely},
		{[]uint16{tls.VersionTLS10, tls.VersionTLS11}, OldVersion, checks.Confirmed},
		{[]uint16{tls.VersionTLS12}, NoSharedCipher, checks.Confirmed},
	} {
		if code, sure := older(NoSharedCipher, test.accepted); code != test.want || sure != test.sure {
			t.Errorf("%v: %s %v", test.accepted, code.ID, sure)
		}
	}
}

func TestPrintable(t *testing.T) {
	if got := printable([]byte("SSH-2.0-X\x1b[31m\r\nmore")); got != "SSH-2.0-X[31m" {
		t.Errorf("%q", got)
	}
}
