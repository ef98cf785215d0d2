package world

import (
	"bytes"
	"context"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// storeRoots puts authorities into a store of their own, where Chromium looks on Linux (chromium,
// docs/linux/cert_management.md), and returns the HOME that leads to it; "" if certutil is not installed.
func storeRoots(ctx context.Context, profile string, roots []byte) (home string, err error) {
	certutil, err := exec.LookPath("certutil")
	if err != nil {
		return "", nil
	}
	home = filepath.Join(profile, "home")
	store := filepath.Join(home, ".pki", "nssdb")
	if err := os.MkdirAll(store, 0o700); err != nil {
		return "", err
	}
	if err := run(ctx, nil, certutil, "-N", "-d", "sql:"+store, "--empty-password"); err != nil {
		return "", err
	}
	for n := 1; ; n++ {
		block, rest := pem.Decode(roots)
		if block == nil {
			return home, nil
		}
		roots = rest
		if block.Type != "CERTIFICATE" {
			continue
		}
		name := "logindoctor " + strconv.Itoa(n)
		if err := run(ctx, block.Bytes, certutil, "-A", "-d", "sql:"+store, "-t", "C,,", "-n", name); err != nil {
			return "", err
		}
	}
}

func run(ctx context.Context, in []byte, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdin = bytes.NewReader(in)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w: %s", filepath.Base(name), args[0], err, bytes.TrimSpace(out))
	}
	return nil
}
