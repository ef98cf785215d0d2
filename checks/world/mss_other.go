//go:build !linux

package world

import "syscall"

// limitSegments does nothing: only Linux lets a program choose the size before connecting.
func limitSegments(int) func(network, address string, c syscall.RawConn) error { return nil }
