package history

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"logindoctor/report"
)

// writes makes this test binary a process that writes runs into the store and prints the id of each that it was told is
// kept, until it is killed or something goes wrong.
const writes = "LOGINDOCTOR_TEST_WRITES"

// mayWrite bounds the bytes of a file of that process.
const mayWrite = "LOGINDOCTOR_TEST_MAY_WRITE"

func TestMain(m *testing.M) {
	path := os.Getenv(writes)
	if path == "" {
		os.Exit(m.Run())
	}
	if n, err := strconv.ParseUint(os.Getenv(mayWrite), 10, 64); err == nil {
		signal.Ignore(syscall.SIGXFSZ) // then a write fails as it does on a full disk
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
			panic(err)
		}
	}
	fmt.Println(writeRuns(path))
}

func writeRuns(path string) error {
	s, err := Create(context.Background(), path)
	if err != nil {
		return err
	}
	for {
		now := time.Now()
		run, err := s.Save(context.Background(), sample(report.Broken, now, fmt.Sprintf("%016X", now.UnixNano())[6:]), month)
		if err != nil {
			return err
		}
		fmt.Println(run.ID)
	}
}

// writer starts that process.
func writer(t *testing.T, path string, env ...string) (*exec.Cmd, io.Reader) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(append(os.Environ(), writes+"="+path), env...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, out
}

// rounds is how often the writer is killed; LOGINDOCTOR_KILLS sets it.
func rounds(t *testing.T) int {
	text := os.Getenv("LOGINDOCTOR_KILLS")
	if text == "" {
		return 10
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestKilledAtAnyMoment kills a process that writes one run after the other. Whatever it was told is kept is there, and
// whatever is there can be read.
func TestKilledAtAnyMoment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.db")
	promised := 0
	for range rounds(t) {
		cmd, out := writer(t, path)
		time.AfterFunc(time.Duration(rand.IntN(150))*time.Millisecond, func() { cmd.Process.Kill() })
		var ids []string
		for lines := bufio.NewScanner(out); lines.Scan(); {
			ids = append(ids, lines.Text())
		}
		if cmd.Wait(); cmd.ProcessState.Success() {
			t.Fatalf("the writer ended by itself: %s", ids)
		}
		if len(ids) > 0 && len(ids[len(ids)-1]) < 26 {
			ids = ids[:len(ids)-1] // cut in the middle of the line
		}
		promised += len(ids)
		read(t, path, ids)
	}
	if promised == 0 {
		t.Error("no run was kept in any round")
	}
	t.Logf("%d runs were kept in %d rounds", promised, rounds(t))
}

// read opens the store as the next process does and looks for the ids in it.
func read(t *testing.T, path string, ids []string) {
	t.Helper()
	s, err := Create(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		run, err := s.Find(t.Context(), id)
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		if _, err := s.Report(t.Context(), run); err != nil {
			t.Fatalf("%s: %v", id, err)
		}
	}
	if newest, err := s.Latest(t.Context(), Filter{}); err == nil {
		if _, err := s.Report(t.Context(), newest); err != nil {
			t.Fatalf("newest: %v", err)
		}
	} else if !errors.Is(err, ErrNoRun) {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	intact(t, path)
}

// TestFullDisk lets the files grow no further: one error says so, and what was kept stays readable and complete.
func TestFullDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.db")
	cmd, out := writer(t, path, mayWrite+"=200000")
	said, err := io.ReadAll(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	lines := strings.Split(string(bytes.TrimSpace(said)), "\n")
	ids, trouble := lines[:len(lines)-1], lines[len(lines)-1]
	if want := path + ": " + ErrFull.Error(); trouble != want {
		t.Errorf("said %q, want %q", trouble, want)
	}
	if len(ids) < 3 {
		t.Fatalf("only %d runs were kept:\n%s", len(ids), said)
	}
	read(t, path, ids)
}
