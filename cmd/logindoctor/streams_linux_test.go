package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A file that a container's runtime has mounted cannot be replaced; it is written in place, and nothing is left beside it.
func TestMountedFileIsWritten(t *testing.T) {
	path, err := exec.LookPath("logindoctor")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	past := filepath.Join(dir, "history.db")
	keptRun(t, brokenAPI, past, 2)
	for _, name := range []string{"host", "message"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("unshare", "-rm", "sh", "-c", `mount --bind host message && "$0" render latest --history history.db -o brief=message -o none`, path)
	cmd.Dir = dir
	cmd.Env = bareEnvironment()
	if out, err := cmd.CombinedOutput(); err != nil && strings.Contains(string(out), "unshare") {
		t.Skipf("this computer allows no namespaces, and nothing can be installed against that: %s", out)
	} else if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "host")); err != nil || !strings.HasPrefix(string(text), "BROKEN. ") {
		t.Errorf("written is %q, %v", text, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".logindoctor-*")); len(left) > 0 {
		t.Errorf("left are %v", left)
	}
}
