//go:build unix

package plugin

import (
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"logindoctor/checks/world"
)

// TestNothingOutlivesTheProgram has a grandchild hold a pipe open for writing: that reading ends proves that it is gone.
func TestNothingOutlivesTheProgram(t *testing.T) {
	for name, test := range map[string]struct {
		end   string
		limit time.Duration
	}{"hang": {"while :; do :; done", 500 * time.Millisecond}, "left behind": {"echo fine", time.Minute}} {
		t.Run(name, func(t *testing.T) {
			fifo := filepath.Join(t.TempDir(), "fifo")
			if err := syscall.Mkfifo(fifo, 0o600); err != nil {
				t.Fatal(err)
			}
			path := program(t, `exec 3>`+fifo+`; (trap "" HUP TERM PIPE; while :; do /bin/sleep 1; done) & exec 3>&-; `+test.end)
			read := make(chan error, 1)
			go func() {
				f, err := os.Open(fifo)
				if err == nil {
					_, err = io.ReadAll(f)
				}
				read <- err
			}()
			_, err := apply(t, declare(t, Declaration{Speaks: Nagios, Command: []string{path}, Timeout: test.limit}), world.Options{})
			if (err != nil) != (name == "hang") {
				t.Errorf("got %v", err)
			}
			// Frees a reader that still waits because the program was killed before it opened the pipe.
			if f, err := os.OpenFile(fifo, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
				f.Close()
			}
			if err := <-read; err != nil {
				t.Error(err)
			}
		})
	}
}
