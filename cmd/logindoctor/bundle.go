package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"logindoctor/checks/suite"
	"logindoctor/report"
	"logindoctor/report/bundle"
)

func (a *app) bundleCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bundle",
		Short: "Look after a file with everything of one diagnosis; works offline",
		Long: `A bundle is a zip file with everything that belongs to one diagnosis: report, page, facts, screenshots and the log of
the browser, and a manifest. run and render write it with -o bundle=FILE.zip.`,
		Example: "  logindoctor run na -o bundle=signin.zip\n  logindoctor bundle verify signin.zip\n  logindoctor bundle analyze signin.zip",
	}
	verify := &cobra.Command{
		Use: "verify FILE", Short: "Prove that no byte was changed since the bundle was made", Args: cobra.ExactArgs(1),
		Long: "Prove that no byte was changed since the bundle was made. It finds accidents; a seal proves no origin.",
		RunE: func(_ *cobra.Command, args []string) error { return a.verifyBundle(args[0]) },
	}
	analyze := &cobra.Command{
		Use: "analyze FILE", Short: "Diagnose again from the facts, by the rules of this version", Args: cobra.ExactArgs(1),
		Long: `Diagnose again from the facts of a bundle or of a JSON report, by the rules of this version and without any network. The
verdict is the same unless a rule has changed; then the difference is told. Exits like run.`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.analyze(cmd.Context(), args[0]) },
	}
	cmd.AddCommand(verify, analyze)
	return cmd
}

func (a *app) verifyBundle(name string) error {
	text, err := a.readInput(name)
	if err != nil {
		return err
	}
	m, _, err := bundle.Open(text)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	_, err = fmt.Fprintf(a.out, "%s is as it was made by logindoctor %s: %s, run %s.\n", name, report.Clean(m.Tool.Version),
		report.Count(len(m.Files), "file"), report.Clean(m.RunID))
	return err
}

// analyze diagnoses a stored report anew.
func (a *app) analyze(ctx context.Context, name string) error {
	out, err := a.prepareOutput()
	if err != nil {
		return err
	}
	old, err := a.readBundle(ctx, name)
	if err != nil {
		return err
	}
	book, err := a.explainers(suite.All)
	if err != nil {
		return err
	}
	again := old.Again(report.Rules{Checks: suite.All, Codes: allCodes(), Book: book}, tool())
	if again == nil {
		return fmt.Errorf("%s: it holds no facts, so there is nothing to judge again; the report itself:  logindoctor render", name)
	}
	if changed := otherwise(old, again); changed != "" {
		again.Limits = append(again.Limits, report.Limit{MessageID: "limit.judged_again", Text: changed})
		fmt.Fprintln(a.err, changed)
	}
	return a.deliver(ctx, again, out)
}

// readBundle reads a bundle, or any report that render reads.
func (a *app) readBundle(ctx context.Context, name string) (*report.Report, error) {
	text, err := a.readInput(name)
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(text, []byte("PK")) {
		return a.readReport(ctx, name)
	}
	_, r, err := bundle.Open(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return r, nil
}

// otherwise says how the rules of today judge the same facts; it is empty if they agree.
func otherwise(old, again *report.Report) string {
	say := func(r *report.Report) string {
		return strings.TrimSpace(report.Word(r.Verdict.State) + " " + r.Verdict.PrimaryFinding)
	}
	if say(old) == say(again) {
		return ""
	}
	return fmt.Sprintf("The rules have changed: logindoctor %s said %s, logindoctor %s says %s.", report.Clean(old.Tool.Version), say(old),
		again.Tool.Version, say(again))
}
