// Package proc starts a process that cannot outlive the one that started it.
package proc

import (
	"os/exec"
	"runtime"
)

// A Process is a started process; it has been waited for when Done is closed.
type Process struct {
	cmd   *exec.Cmd
	done  chan struct{}
	err   error
	group group
}

// Start starts cmd as the head of a group that is killed as one.
func Start(cmd *exec.Cmd) (*Process, error) {
	lead(cmd)
	return start(cmd, true)
}

// Join starts cmd in the group of the calling process.
func Join(cmd *exec.Cmd) (*Process, error) { return start(cmd, false) }

// start keeps the thread that started the process until it has ended: on Linux the process dies with that thread, see
// prctl(2), PR_SET_PDEATHSIG.
func start(cmd *exec.Cmd, head bool) (*Process, error) {
	p := &Process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		dieWithParent(cmd)
		err := cmd.Start()
		if err == nil && head {
			p.group, err = enclose(cmd)
		}
		started <- err
		if cmd.Process != nil {
			p.err = cmd.Wait()
			close(p.done)
		}
	}()
	if err := <-started; err != nil {
		p.Kill()
		return nil, err
	}
	return p, nil
}

// Done is closed when the process has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err returns how the process ended; it may only be read after Done.
func (p *Process) Err() error { return p.err }

// Kill ends the process and, if it is the head of a group, everything in it.
func (p *Process) Kill() {
	if p.cmd.Process == nil {
		return
	}
	p.group.kill()
	_ = p.cmd.Process.Kill()
}

// Gone waits until nothing of the group is left, at most a few seconds. The process must have been killed.
func (p *Process) Gone() {
	<-p.done
	p.group.wait()
}
