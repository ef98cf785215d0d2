package dialerr_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"

	"logindoctor/checks/internal/dialerr"
)

func TestOf(t *testing.T) {
	op := func(e syscall.Errno) error {
		return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", e)}
	}
	for _, test := range []struct {
		err  error
		want dialerr.Kind
	}{
		{nil, dialerr.None},
		{op(syscall.ECONNREFUSED), dialerr.Refused},
		{op(10061), dialerr.Refused},
		{op(syscall.EACCES), dialerr.NotAllowed},
		{op(syscall.EPERM), dialerr.NotAllowed},
		{op(10013), dialerr.NotAllowed},
		{op(syscall.ENETUNREACH), dialerr.Unreachable},
		{op(syscall.EHOSTUNREACH), dialerr.Unreachable},
		{op(10065), dialerr.Unreachable},
		{op(syscall.ECONNRESET), dialerr.Reset},
		{op(10054), dialerr.Reset},
		{op(syscall.ETIMEDOUT), dialerr.Silent},
		{fmt.Errorf("step: %w", context.DeadlineExceeded), dialerr.Silent},
		{io.EOF, dialerr.Closed},
		{&net.DNSError{IsNotFound: true}, dialerr.NoName},
		{errors.New("else"), dialerr.Other},
	} {
		if got := dialerr.Of(test.err); got != test.want {
			t.Errorf("%v: %v, want %v", test.err, got, test.want)
		}
	}
}
