package proc

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

func dieWithParent(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
}

// alive reports whether a process of the group still runs. Dead ones that nobody has collected yet do not count, see
// proc(5): the state and the group are the first and third field behind the name in parentheses.
func (g group) alive() bool {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return false
	}
	for _, file := range files {
		stat, _ := os.ReadFile(file) // a process may end meanwhile
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		if len(fields) > 2 && fields[2] == strconv.Itoa(int(g)) && fields[0] != "Z" && fields[0] != "X" {
			return true
		}
	}
	return false
}
