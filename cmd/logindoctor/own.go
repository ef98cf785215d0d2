package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"logindoctor/fixtures"
	"logindoctor/report"
)

// ownVariable tells a process of the lab that it was started on a computer of its own.
const ownVariable = "LOGINDOCTOR_LAB_OWN"

// mustMove reports whether a scenario needs a computer of its own and this process is not on one.
func (a *app) mustMove(s *fixtures.Scenario) bool { return s.Native() && a.getenv(ownVariable) == "" }

// move starts this program again on a computer of its own and returns what it printed.
func (a *app) move(ctx context.Context, args ...string) ([]byte, error) {
	self, err := a.executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Env = append(bareEnvironment(), ownVariable+"=1")
	var out, trouble bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &trouble
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	if err := fixtures.Own(cmd); err != nil {
		return nil, err
	}
	err = cmd.Run()
	var verdict *exec.ExitError
	switch {
	case errors.Is(err, os.ErrPermission):
		return nil, fmt.Errorf("a computer of its own needs user namespaces, which this system does not allow: %w", err)
	case err != nil && !errors.As(err, &verdict):
		return nil, err
	case out.Len() == 0:
		return nil, fmt.Errorf("on a computer of its own: %s", strings.TrimSpace(trouble.String()))
	}
	return out.Bytes(), nil
}

// diagnoseOwn is diagnoseWorld on a computer of its own.
func (a *app) diagnoseOwn(ctx context.Context, s *fixtures.Scenario, o fixtures.Options, extra ...string) (*report.Report, error) {
	args := []string{"lab", "run", "-o", "json", "--progress", "none", "--hidden=" + strconv.FormatBool(o.Hidden), s.Source, "--"}
	out, err := a.move(ctx, append(args, extra...)...)
	if err != nil {
		return nil, err
	}
	var r report.Report
	return &r, json.Unmarshal(out, &r)
}

// scoreOwn is tryOne on a computer of its own.
func (a *app) scoreOwn(ctx context.Context, name string, f scoreFlags) scoreRun {
	out, err := a.move(ctx, "lab", "score", "--json", "--progress", "none", "--jobs", "1", "--match", name,
		"--hidden="+strconv.FormatBool(f.hidden), "--seed", strconv.FormatUint(f.seed, 10))
	var s scorecard
	if err == nil {
		err = json.Unmarshal(out, &s)
	}
	if err == nil && (len(s.Rows) != 1 || len(s.Rows[0].Runs) != 1) {
		err = fmt.Errorf("%d rows for %s", len(s.Rows), name)
	}
	if err != nil {
		return scoreRun{Missed: []string{err.Error()}}
	}
	return s.Rows[0].Runs[0]
}
