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
	"time"

	"github.com/zalando/go-keyring"

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
		"prompt":                       "nobody can be asked",
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

func TestSecretFromTheKeyring(t *testing.T) {
	keyring.MockInit()
	if err := keyring.Set("logindoctor", "psa", "s3cret"); err != nil {
		t.Fatal(err)
	}
	if got, err := secretOf(t, "keyring:psa"); err != nil || got.Reveal() != "s3cret" {
		t.Errorf("got %q, %v", got.Reveal(), err)
	}
	if _, err := secretOf(t, "keyring:other"); err == nil || !strings.Contains(err.Error(), `no entry "other" of the service logindoctor`) {
		t.Errorf("no entry: %v", err)
	}
	keyring.MockInitWithError(errors.New("no bus"))
	if _, err := secretOf(t, "keyring:psa"); err == nil || !strings.Contains(err.Error(), "no bus") || !strings.Contains(err.Error(), "use env:NAME") {
		t.Errorf("no keyring: %v", err)
	}
}

func TestAPersonIsAskedOnce(t *testing.T) {
	asked := 0
	w := newWorld(t, Options{Secrets: map[string]string{"staff.password": "prompt"}, Ask: func(_ context.Context, q string) (checks.Secret, error) {
		asked++
		return checks.NewSecret("typed"), nil
	}})
	for range 2 {
		if got, err := w.Secret(t.Context(), "staff.password"); err != nil || got.Reveal() != "typed" {
			t.Errorf("got %q, %v", got.Reveal(), err)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}

func TestAttemptsWithoutALedgerLastForTheRun(t *testing.T) {
	w, now := newWorld(t, Options{}), time.Now()
	for _, account := range []string{"a", "b", "a"} {
		if err := w.Attempted(t.Context(), checks.Attempt{Account: account, At: now, Outcome: checks.AttemptBegun}); err != nil {
			t.Fatal(err)
		}
	}
	if all, err := w.Attempts(t.Context(), "a", now); err != nil || len(all) != 2 {
		t.Errorf("%v, %v", all, err)
	}
	if all, err := w.Attempts(t.Context(), "a", now.Add(time.Second)); err != nil || len(all) != 0 {
		t.Errorf("later: %v, %v", all, err)
	}
}

func TestSecretNotNamed(t *testing.T) {
	_, err := newWorld(t, Options{}).Secret(t.Context(), "staff.password")
	if !errors.Is(err, checks.ErrNoSecret) {
		t.Errorf("got %v", err)
	}
}
