package world

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"logindoctor/checks"
)

func TestSecretReferences(t *testing.T) {
	t.Setenv("LD_TEST_SECRET", " s3cret\n")
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte("k3y \r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"env:LD_TEST_SECRET": " s3cret\n", "file:" + file: "k3y \r\n"}
	if runtime.GOOS != "windows" {
		want["exec:/bin/echo  a  $HOME"] = "a $HOME\n"
	}
	for reference, value := range want {
		got, err := secretOf(t, reference)
		if got.Reveal() != value || err != nil {
			t.Errorf("%s: got %q, %v", reference, got.Reveal(), err)
		}
	}
}

func secretOf(t *testing.T, reference string) (checks.Secret, error) {
	t.Helper()
	return newWorld(t, Options{Secrets: map[string]string{"api.public_key": reference}}).Secret(context.Background(), "api.public_key")
}

func TestSecretErrorsHoldNoSecret(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the programs are shell scripts")
	}
	program := filepath.Join(t.TempDir(), "program")
	script := "#!/bin/sh\necho hunter2\necho hunter2 >&2\nexit 3\n"
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	flood := filepath.Join(t.TempDir(), "flood")
	if err := os.WriteFile(flood, []byte("#!/bin/sh\nyes hunter2\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	tests := map[string]string{
		"hunter2":                      "the settings hold no reference",
		"hunter2:hunter2":              "the settings hold no reference",
		"env:LD_TEST_UNSET":            "LD_TEST_UNSET is not set",
		"file:/nonexistent/key":        "/nonexistent/key",
		"exec:":                        "names no program",
		"exec:/nonexistent/program":    "/nonexistent/program",
		"exec:" + program + " hunter2": "exit status 3",
		"exec:" + flood:                flood,
		"keyring:hunter2":              "cannot read the keyring",
	}
	for reference, want := range tests {
		got, err := secretOf(t, reference)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "api.public_key") {
			t.Errorf("%s: got %v", reference, err)
		}
		if text := fmt.Sprintf("%v %+v %s", err, got, got); strings.Contains(text, "hunter2") || !got.Empty() {
			t.Errorf("%s: the error shows the value: %s", reference, text)
		}
	}
}

func TestSecretNotNamed(t *testing.T) {
	_, err := newWorld(t, Options{}).Secret(t.Context(), "staff.password")
	if !errors.Is(err, checks.ErrNoSecret) {
		t.Errorf("got %v", err)
	}
}
