//go:build unix

package child

import (
	"os"
	"os/exec"
)

// hand gives the browser its ends of the pipes as the descriptors 3 and 4.
func hand(cmd *exec.Cmd, in, out *os.File) {
	cmd.ExtraFiles = []*os.File{in, out}
	cmd.Args = append(cmd.Args, "--remote-debugging-pipe")
}
