package world

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"logindoctor/checks"
)

const secretLimit = 64 << 10

// Secret resolves the reference that the settings give for a credential: "env:NAME", "file:PATH", "keyring:NAME",
// "exec:PROGRAM ARGS" or "prompt". The value is kept to the last byte, a trailing
// newline too, and no error holds it.
func (w *World) Secret(ctx context.Context, name string) (checks.Secret, error) {
	reference, ok := w.o.Secrets[name]
	if !ok {
		return checks.Secret{}, fmt.Errorf("%s: %w", name, checks.ErrNoSecret)
	}
	scheme, rest, _ := strings.Cut(reference, ":")
	value, err := w.reveal(ctx, name, scheme, rest)
	if err != nil {
		return checks.Secret{}, fmt.Errorf("credential %s: %w", name, err)
	}
	s := checks.NewSecret(value)
	if !strings.HasSuffix(name, ".user") { // a name is a person's, not a secret
		w.answers.tell(s)
	}
	return s, nil
}

// Told returns every credential that was handed out, so that none of them turns up in a report.
func (w *World) Told() []checks.Secret {
	w.answers.mu.Lock()
	defer w.answers.mu.Unlock()
	return slices.Clone(w.answers.told)
}

func (w *World) reveal(ctx context.Context, name, scheme, rest string) (string, error) {
	switch scheme {
	case "env":
		value, ok := os.LookupEnv(rest)
		if !ok {
			return "", fmt.Errorf("environment variable %s is not set", rest)
		}
		return value, nil
	case "file":
		f, err := os.Open(rest)
		if err != nil {
			return "", err
		}
		defer f.Close()
		value, err := io.ReadAll(io.LimitReader(f, secretLimit))
		return string(value), err
	case "exec":
		return w.output(ctx, strings.Fields(rest))
	case "keyring":
		return fromKeyring(rest)
	case "prompt":
		return w.answers.of(ctx, name, w.Ask)
	}
	// The reference is not repeated: it may be the password itself.
	return "", fmt.Errorf("the settings hold no reference; write env:NAME, file:PATH, keyring:NAME, exec:PROGRAM ARGS or prompt")
}

// output runs a program without a shell and returns what it prints.
func (w *World) output(ctx context.Context, argv []string) (string, error) {
	if len(argv) == 0 {
		return "", fmt.Errorf("exec: names no program")
	}
	ctx, cancel := w.step(ctx)
	defer cancel()
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Stdout = &capped{&out, secretLimit}
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s: %w", argv[0], err)
	}
	return out.String(), nil
}

// capped keeps the first bytes and refuses more.
type capped struct {
	to   *bytes.Buffer
	left int
}

func (c *capped) Write(p []byte) (int, error) {
	if len(p) > c.left {
		return 0, fmt.Errorf("more than %d kB of output", secretLimit>>10)
	}
	c.left -= len(p)
	return c.to.Write(p)
}
