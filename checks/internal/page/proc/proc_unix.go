//go:build unix

package proc

import (
	"os/exec"
	"syscall"
	"time"
)

// A group is the id of a process group; zero is none.
type group int

func lead(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func enclose(cmd *exec.Cmd) (group, error) { return group(cmd.Process.Pid), nil }

func (g group) kill() {
	if g != 0 {
		_ = syscall.Kill(-int(g), syscall.SIGKILL)
	}
}

// wait asks until the group is empty: those whose own parent is gone cannot be waited for otherwise.
func (g group) wait() {
	for range 400 {
		if g == 0 || !g.alive() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}
