package child

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// hand gives the browser its ends of the pipes as inherited handles, named on the command line as chromedriver does
// (chromium, content/browser/devtools/devtools_pipe_handler.cc: remote-debugging-io-pipes).
func hand(cmd *exec.Cmd, in, out *os.File) {
	handles := []syscall.Handle{syscall.Handle(in.Fd()), syscall.Handle(out.Fd())}
	for _, h := range handles {
		_ = syscall.SetHandleInformation(h, syscall.HANDLE_FLAG_INHERIT, syscall.HANDLE_FLAG_INHERIT)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{AdditionalInheritedHandles: handles}
	cmd.Args = append(cmd.Args, "--remote-debugging-pipe", fmt.Sprintf("--remote-debugging-io-pipes=%d,%d", handles[0], handles[1]))
}
