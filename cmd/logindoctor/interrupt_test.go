package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"logindoctor/fixtures"
	"logindoctor/report"
)

// slowWorld keeps a run busy: the API takes longer to answer than anybody waits.
const slowWorld = "A page that takes its time.\n-- world --\nhttp api /* delay 4s\n-- want --\nprimary none\n"

// stoppedRun starts a run, stops it with a signal once it waits, and returns its report and exit code.
func stoppedRun(t *testing.T, sig os.Signal, flags ...string) (report.Report, int) {
	t.Helper()
	w := start(t, slowWorld, fixtures.Options{})
	path, err := exec.LookPath("logindoctor")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "r.json")
	cmd := exec.Command(path, slices.Concat([]string{"run", "--pathway", "api", "-o", "json=" + file, "--progress", "plain"}, flags, w.Args())...)
	cmd.Env = bareEnvironment()
	trouble, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var seen bytes.Buffer
	chunk := make([]byte, 4096)
	for !bytes.Contains(seen.Bytes(), []byte("tls.chain@"+w.Host("api"))) {
		n, err := trouble.Read(chunk)
		if err != nil {
			t.Fatalf("%v after %s", err, seen.Bytes())
		}
		seen.Write(chunk[:n])
	}
	if err := cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			if _, err := trouble.Read(chunk); err != nil {
				return
			}
		}
	}()
	_ = cmd.Wait()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r report.Report
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r, cmd.ProcessState.ExitCode()
}

func TestInterruptKeepsWhatIsKnown(t *testing.T) {
	past := filepath.Join(t.TempDir(), "history.db")
	r, code := stoppedRun(t, os.Interrupt, "--history", past)
	if code != int(exitInterrupt) || r.Run.Complete || r.Verdict.State != report.Unknown || r.Verdict.PrimaryFinding != "LD9102" {
		t.Errorf("exit code %d, complete %v, verdict %s %s", code, r.Run.Complete, r.Verdict.State, r.Verdict.PrimaryFinding)
	}
	if out, _ := offline(t, 0, "history", "--history", past); !strings.Contains(out, "\tUNKNOWN\tLD9102\t") {
		t.Errorf("what is known was not kept: %s", out)
	}
}

func TestTimeoutIsUnknown(t *testing.T) {
	w := start(t, slowWorld, fixtures.Options{})
	r := diagnosed(t, w, "--pathway", "api", "--timeout", "1s")
	if r.Run.Complete || r.Verdict.State != report.Unknown {
		t.Errorf("complete %v, verdict %s", r.Run.Complete, r.Verdict.State)
	}
}
