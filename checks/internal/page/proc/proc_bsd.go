//go:build unix && !linux

package proc

import "syscall"

// alive reports whether the group still has a member.
func (g group) alive() bool { return syscall.Kill(-int(g), 0) != syscall.ESRCH }
