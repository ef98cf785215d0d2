// Package dialerr tells what a failed connection means, on every platform.
package dialerr

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
)

// A Kind is a way in which reaching an address fails.
type Kind int

// The kinds.
const (
	None        Kind = iota
	Refused          // something answered with a reset to the opening packet
	Silent           // nothing came
	Unreachable      // a router or this computer has no way there
	NotAllowed       // this computer does not let the program connect
	Reset            // cut with a reset after the connection stood
	Closed           // closed in order, without an answer
	NoName           // the name did not resolve
	Other
)

var words = [...]string{"connected", "refused", "no answer", "unreachable", "not allowed here", "reset", "closed", "name not found", "failed"}

func (k Kind) String() string { return words[k] }

// numbers holds the errno of Unix and of Winsock for each kind (learn.microsoft.com/windows/win32/winsock/windows-sockets-error-codes-2).
var numbers = map[Kind][]error{
	Refused:     {syscall.ECONNREFUSED, syscall.Errno(10061)},
	Unreachable: {syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.Errno(10051), syscall.Errno(10065)},
	NotAllowed:  {syscall.EACCES, syscall.EPERM, syscall.Errno(10013)},
	Reset:       {syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED, syscall.Errno(10053), syscall.Errno(10054)},
	Silent:      {context.DeadlineExceeded, os.ErrDeadlineExceeded, syscall.ETIMEDOUT, syscall.Errno(10060)},
	Closed:      {io.EOF, io.ErrUnexpectedEOF},
}

// Of classifies an error of a dial, a read or a write.
func Of(err error) Kind {
	if err == nil {
		return None
	}
	if dns := (*net.DNSError)(nil); errors.As(err, &dns) {
		return NoName
	}
	for _, k := range []Kind{Refused, Unreachable, NotAllowed, Reset, Silent, Closed} {
		for _, n := range numbers[k] {
			if errors.Is(err, n) {
				return k
			}
		}
	}
	if t := net.Error(nil); errors.As(err, &t) && t.Timeout() {
		return Silent
	}
	return Other
}
