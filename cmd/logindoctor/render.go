package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"logindoctor/report"
	"logindoctor/report/history"
	"logindoctor/report/html"
	"logindoctor/report/json"
)

func (a *app) renderCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "render REPORT",
		Short: "Turn a stored report into another format; works offline",
		Long: `Turn a stored report into another format; works offline.

REPORT is a JSON or HTML report of logindoctor, - for standard input, or a stored run: its id, latest or last-ok. Nothing
is diagnosed, so the verdict does not become the exit code: 0 done, 3 not done, 64 misuse.`,
		Example: "  logindoctor render report.json -o html=report.html\n  logindoctor render report.html -o ticket\n" +
			"  logindoctor render - -o json < report.html",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := a.prepareOutput()
			if err != nil {
				return err
			}
			r, err := a.readReport(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return a.write(r, out)
		},
	}
}

// readReport reads and gates a report from a file of either kind or from the history.
func (a *app) readReport(ctx context.Context, name string) (*report.Report, error) {
	run, err := a.stored(ctx, name)
	if errors.Is(err, history.ErrNoRun) {
		err = misuse(fmt.Sprintf("There is neither a file nor a stored run %q.", name), "logindoctor history")
	}
	if run != nil || err != nil {
		return run, err
	}
	text, err := a.readInput(name)
	if err != nil {
		return nil, err
	}
	read := json.Read
	if start := bytes.TrimLeft(text, "\ufeff \t\r\n"); bytes.HasPrefix(start, []byte("<")) {
		read = html.Read
	}
	r, err := read(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return r, nil
}

// largestReport is more than any report has, and less than what would fill the memory.
const largestReport = 64 << 20

func (a *app) readInput(name string) ([]byte, error) {
	in := a.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, misuse(sentence(err.Error()), "logindoctor run -o json=report.json    writes a report")
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, largestReport+1))
	if err == nil && len(text) > largestReport {
		err = fmt.Errorf("%s is larger than %d MB", name, largestReport>>20)
	}
	return text, err
}
