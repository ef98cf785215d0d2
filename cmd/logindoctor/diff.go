package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"logindoctor/report"
	"logindoctor/report/history"
	"logindoctor/report/html"
	"logindoctor/report/redact"
	"logindoctor/report/text"
)

func (a *app) diffCommand() *cobra.Command {
	var code bool
	cmd := &cobra.Command{
		Use:     "diff OLD NEW",
		Aliases: []string{"compare"},
		Short:   "What changed between two reports; works offline",
		Long: `What changed between two reports; works offline.

OLD and NEW are report files (JSON or HTML) or stored runs: an id, latest, or last-ok, the newest run before NEW in which
everything worked, at the same place against the same target. What was not tested both times is listed as not comparable;
it is never called the same, and a finding that could not be looked for again is never called resolved.

Formats are text, json and html, the page of NEW with what changed.

Exits 0 if it could compare. With --exit-code: 0 same, 1 different, 3 not comparable.`,
		Example: "  logindoctor diff last-ok latest\n  logindoctor diff K6ZD K7Q2 -o json\n  logindoctor diff before.json after.html --exit-code",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.diff(cmd.Context(), args[0], args[1], code)
		},
	}
	cmd.Flags().BoolVar(&code, "exit-code", false, "exit 1 if something changed, 3 if not everything could be compared")
	cmd.Flags().StringVar(&a.flags.site, "site", "", "latest and last-ok of the place with this `NAME`")
	return cmd
}

func (a *app) diff(ctx context.Context, older, newer string, code bool) error {
	out, err := a.prepareOutput()
	if err != nil {
		return err
	}
	for _, o := range out.outputs {
		if err := oneOf("format of a comparison", o.format, []string{"text", "json", "html", "none"}); err != nil {
			return err
		}
	}
	is, err := a.readReport(ctx, newer)
	if err != nil {
		return err
	}
	was, err := a.readOlder(ctx, older, is)
	if err != nil {
		return err
	}
	if !report.SameTarget(was, is) {
		return fmt.Errorf("the reports are about different targets, %s and %s, so nothing can be compared", history.Target(was), history.Target(is))
	}
	gate := redact.New(out.redact) // one for both: the same name gets the same token
	was, is = gate.Redact(was), gate.Redact(is)
	d := report.Diff(was, is)
	for _, o := range out.outputs {
		if err := a.writeDiff(gate, is, d, since(older, was), o, out.look); err != nil {
			return err
		}
	}
	if code {
		return differenceCode(d)
	}
	return nil
}

// readOlder reads OLD. last-ok is the newest good run before NEW about the same thing.
func (a *app) readOlder(ctx context.Context, name string, newer *report.Report) (*report.Report, error) {
	if name != lastOK {
		return a.readReport(ctx, name)
	}
	s, _, err := a.openHistory(ctx)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	run, err := find(ctx, s, name, history.Filter{Site: newer.Context.Site, Target: history.Target(newer), Before: newer.Run.StartedAt.Time})
	if errors.Is(err, history.ErrNoRun) {
		return nil, fmt.Errorf("no stored run before the newer report was ok at %s", newer.Context.Site)
	}
	if err != nil {
		return nil, err
	}
	return s.Report(ctx, run)
}

// since names the older report in the first line.
func since(name string, r *report.Report) string {
	what := "the run"
	if name == lastOK {
		what = "the last ok run"
	}
	return fmt.Sprintf("%s (%s)", what, r.Local().Format("2 Jan 2006 15:04"))
}

func (a *app) writeDiff(gate *redact.Gate, newer *report.Report, d *report.Difference, since string, o output, l look) error {
	render := func(w io.Writer) error {
		opts := l.options(a.terminal, o.path != "")
		switch o.format {
		case "html":
			return html.RenderDiff(w, newer, d, since, opts)
		case "json":
			e := json.NewEncoder(w)
			e.SetIndent("", "  ")
			return e.Encode(d)
		case "none":
			return nil
		}
		return text.RenderDiff(w, d, since, opts)
	}
	var b bytes.Buffer
	if err := render(&b); err != nil {
		return err
	}
	if err := gate.Look("the comparison", b.Bytes()); err != nil {
		return err
	}
	if o.path != "" {
		return writeFile(o.path, func(w io.Writer) error { _, err := b.WriteTo(w); return err })
	}
	_, err := b.WriteTo(a.out)
	return err
}

// differenceCode is the exit code of a comparison.
func differenceCode(d *report.Difference) error {
	switch d.State {
	case report.Changed:
		return exitError{exitDifferent}
	case report.NotComparable:
		return exitError{exitNotDone}
	}
	return nil
}
