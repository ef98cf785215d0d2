package world

import (
	"net"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"logindoctor/checks"
)

func TestDialLimitsSegments(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	size := func(mss int) int {
		conn, err := newWorld(t, Options{}).Dial(t.Context(), "tcp", l.Addr().String(), checks.Dialing{MSS: mss})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		served, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer served.Close()
		return segment(t, served.(syscall.Conn))
	}
	if limited, usual := size(1200), size(0); limited > 1200 || usual <= 1200 {
		t.Errorf("the server sees segments of %d limited and %d usual bytes", limited, usual)
	}
}

func segment(t *testing.T, c syscall.Conn) (size int) {
	t.Helper()
	raw, err := c.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	raw.Control(func(fd uintptr) { size, err = unix.GetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_MAXSEG) })
	if err != nil {
		t.Fatal(err)
	}
	return size
}
