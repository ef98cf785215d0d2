//go:build unix

package world

import (
	"os"
	"syscall"
)

// lock claims a file until it is closed or this process ends; it reports false if somebody else has it.
func lock(f *os.File) bool { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil }
