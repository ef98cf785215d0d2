package tlsq_test

import (
	"net"
	"testing"

	"logindoctor/checks/internal/tlsq"
)

// answer shakes hands with a server that sends fixed bytes and hangs up.
func answer(t *testing.T, bytes []byte) (*tlsq.Trace, error) {
	t.Helper()
	client, server := net.Pipe()
	go func() {
		server.Read(make([]byte, 4096))
		server.Write(bytes)
		server.Close()
	}()
	_, seen, err := tlsq.Handshake(t.Context(), client, tlsq.Hello{Name: "host.example"})
	return seen, err
}

func TestTrace(t *testing.T) {
	for _, test := range []struct {
		name    string
		sends   []byte
		alert   byte
		alerted bool
		plain   bool
	}{
		{"nothing", nil, 0, false, false},
		{"old versions only", []byte{21, 3, 1, 0, 2, 2, 70}, 70, true, false},
		{"no shared cipher", []byte{21, 3, 3, 0, 2, 2, 40}, 40, true, false},
		{"a warning, then the end", []byte{21, 3, 3, 0, 2, 1, 112, 21, 3, 3, 0, 2, 2, 80}, 80, true, false},
		{"half an alert", []byte{21, 3, 3, 0, 2, 2}, 0, false, false},
		{"a web server", []byte("HTTP/1.1 400 Bad Request\r\n\r\n"), 0, false, true},
		{"a shell", []byte("SSH-2.0-OpenSSH_9.2\r\n"), 0, false, true},
	} {
		seen, err := answer(t, test.sends)
		if err == nil {
			t.Fatalf("%s: the handshake succeeded", test.name)
		}
		alert, alerted := seen.Alert()
		if alert != test.alert || alerted != test.alerted || seen.Plaintext() != test.plain || seen.Hellos() {
			t.Errorf("%s: alert %d %v, plain %v", test.name, alert, alerted, seen.Plaintext())
		}
	}
}

func TestAlertName(t *testing.T) {
	if got := tlsq.AlertName(70); got != "protocol version not supported" {
		t.Errorf("%q", got)
	}
}
