package world

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// limitSegments sets TCP_MAXSEG before connecting, which also makes the other side send small segments (tcp(7)).
func limitSegments(mss int) func(network, address string, c syscall.RawConn) error {
	return func(_, _ string, c syscall.RawConn) error {
		var set error
		err := c.Control(func(fd uintptr) {
			set = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_MAXSEG, mss)
		})
		if err != nil {
			return err
		}
		return set
	}
}
