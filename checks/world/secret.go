package world

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"logindoctor/checks"
)

const secretLimit = 64 << 10

// Secret resolves the reference that the settings give for a credential. The value is kept to the last byte, a trailing
// newline too, and no error holds it.
func (w *World) Secret(ctx context.Context, name string) (checks.Secret, error) {
	reference, ok := w.o.Secrets[name]
	if !ok {
		return checks.Secret{}, fmt.Errorf("%s: %w", name, checks.ErrNoSecret)
	}
	scheme, rest, _ := strings.Cut(reference, ":")
	value, err := w.reveal(ctx, scheme, rest)
	if err != nil {
		return checks.Secret{}, fmt.Errorf("credential %s: %w", name, err)
	}
	return checks.NewSecret(value), nil
}

func (w *World) reveal(ctx context.Context, scheme, rest string) (string, error) {
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
		return "", fmt.Errorf("this build cannot read the keyring; use env:NAME, file:PATH or exec:PROGRAM")
	}
	// The reference is not repeated: it may be the password itself.
	return "", fmt.Errorf("the settings hold no reference; write env:NAME, file:PATH or exec:PROGRAM ARGS")
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
