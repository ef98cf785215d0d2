package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"logindoctor/fixtures"
	"logindoctor/report"
	"logindoctor/report/json"
)

// apart diagnoses a world of the lab in another process, which gets nothing but arguments, settings and environment: what
// the lab knows cannot leak into the diagnosis.
func (a *app) apart(ctx context.Context, w *fixtures.World, extra ...string) (*report.Report, error) {
	self, err := a.executable()
	if err != nil {
		return nil, err
	}
	args := append([]string{"run", "-o", "json", "--no-input"}, extra...)
	cmd := exec.CommandContext(ctx, self, append(args, w.Args()...)...)
	cmd.Env = append(bareEnvironment(), w.Env()...)
	var out, trouble bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &trouble
	if a.errTTY && a.flags.progress == "auto" || slices.Contains(extra, "--trace") {
		cmd.Stderr = a.err
	}
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	err = cmd.Run()
	var verdict *exec.ExitError
	if err != nil && !errors.As(err, &verdict) {
		return nil, fmt.Errorf("diagnose: %w", err)
	}
	r, err := json.Read(&out)
	if err != nil {
		return nil, fmt.Errorf("diagnose: no report: %s", strings.TrimSpace(trouble.String()))
	}
	return r, nil
}

// bareEnvironment is this process's without proxies and settings, so that the world's are the only ones. What is seen in
// the lab is no part of this computer's history.
func bareEnvironment() []string {
	var kept []string
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(strings.ToUpper(v), "=")
		if strings.HasSuffix(name, "_PROXY") || strings.HasPrefix(name, "LOGINDOCTOR_") && name != "LOGINDOCTOR_CI" {
			continue
		}
		kept = append(kept, v)
	}
	return append(kept, "LOGINDOCTOR_HISTORY=none")
}
