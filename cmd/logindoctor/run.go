package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"
	"github.com/spf13/cobra"

	"logindoctor/checks"
	"logindoctor/checks/runner"
	"logindoctor/report"
	"logindoctor/report/machine"
	"logindoctor/report/redact"
)

func (a *app) runCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "run [TARGET]",
		Short: "Diagnose sign-in from this computer, now",
		Long: `Diagnose sign-in from this computer, now.

TARGET is a region (na), a region's host (na.myconnectwise.net) or the host of an own server. It reads and never
changes anything. Secrets are taken from the settings only, by reference. With --login it signs in with the test accounts
that the settings name: one attempt each, none after a refusal, and none if the account is known to be locked.`,
		Example: `  logindoctor run na.myconnectwise.net
  logindoctor run na --company acme --user maria --pathway web-sso
  logindoctor run na --login --pathway web-sso,portal
  logindoctor run na --level quick -o json=report.json`,
		Args: cobra.MaximumNArgs(1),
		RunE: a.runCommand,
	}
	a.flags.run.register(cmd.Flags(), &a.flags)
	a.flags.monitor(cmd.Flags())
	cmd.Flags().BoolVar(&a.flags.alone, "alone", false, "do not start while another run of the same target is at work")
	return cmd
}

func (a *app) runCommand(cmd *cobra.Command, args []string) error {
	out, err := a.prepareOutput()
	if err != nil {
		return err
	}
	s, err := a.prepare(cmd.Context(), args)
	if err != nil {
		return err
	}
	if a.flags.alone {
		release, err := a.alone(s.target)
		if err != nil {
			return err
		}
		defer release()
	}
	r, err := a.diagnose(cmd.Context(), s)
	if err != nil {
		return err
	}
	out.run = a.keep(cmd.Context(), r)
	return a.deliver(cmd.Context(), r, out)
}

// A destination is where the report goes and how the verdict becomes an exit code.
type destination struct {
	redact  redact.Profile
	outputs []output
	look    look
	profile exitProfile
	run     string // short id in the history, empty if the run was not kept

	warn, crit float64 // seconds from which a pathway is slow, and too slow, for a monitor
}

// prepareOutput reads the flags on output before anything runs.
func (a *app) prepareOutput() (destination, error) {
	f := &a.flags
	d := destination{look: f.look}
	if f.noColor {
		d.look.color = "never"
	}
	if err := oneOf("setting for --color", d.look.color, []string{"auto", "always", "never"}); err != nil {
		return d, err
	}
	if err := oneOf("setting for --progress", f.progress, []string{"auto", "plain", "none"}); err != nil {
		return d, err
	}
	if w := d.look.width; w != 0 && (w < 60 || w > 200) {
		return d, misuse(fmt.Sprintf("--width %d is not between 60 and 200.", w), "--width 80")
	}
	specs := f.outputs
	if f.json {
		specs = append(slices.Clone(specs), "json")
	}
	var err error
	if d.outputs, err = parseOutputs(specs); err != nil {
		return d, err
	}
	for i := range d.outputs {
		if o := &d.outputs[i]; o.format == pdfFormat {
			if o.render, err = a.printer(); err != nil {
				return d, err
			}
		}
	}
	if d.redact, err = f.redaction(redact.Internal); err != nil {
		return d, err
	}
	if d.warn, d.crit, err = f.slowLimits(); err != nil {
		return d, err
	}
	if d.profile, err = parseExitCodes(f.exitCodes); err != nil {
		return d, err
	}
	d.profile, err = d.profile.failOn(f.failOn)
	return d, err
}

// redaction is the profile that --redact names.
func (f *flags) redaction(usual redact.Profile) (redact.Profile, error) {
	if f.redact == "" {
		return usual, nil
	}
	var names []string
	for _, p := range redact.Profiles {
		names = append(names, p.String())
	}
	if err := oneOf("profile for --redact", f.redact, names); err != nil {
		return usual, err
	}
	p, _ := redact.Named(f.redact)
	return p, nil
}

// diagnose runs the checks and says what they mean.
func (a *app) diagnose(ctx context.Context, s *setup) (*report.Report, error) {
	book, err := a.explainers(s.checks)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.budget)
	defer cancel()
	bar := a.showProgress(s)
	o := runner.Options{World: s.world, Checks: s.checks, Target: s.target, Level: s.level, Only: s.only, Skip: s.skip, Watch: bar.watch}
	defer s.world.Close()
	if a.flags.run.trace {
		s.world.Trace(tracer(a.err, time.Now))
	}
	if o.Walks() {
		s.world.WarmUp() // it starts while the network is checked
	}
	run := runner.Run(ctx, o)
	bar.end()
	head := report.Report{Tool: tool(), Context: a.context(ctx, s)}
	head.Run.ID = newID(run.Started)
	head.Run.Level = levelNames[s.level-1]
	r := report.Diagnose(run, book, head)
	r.Artifacts, r.Facts = artifacts(run), report.FactsOf(run)
	a.known = s.world.Told()
	return redact.Apply(r, redact.Internal, a.known...), nil
}

// newID makes the id of a run that began at a time.
func newID(t time.Time) string { return ulid.MustNew(ulid.Timestamp(t), rand.Reader).String() }

var levelNames = []string{"quick", "standard", "deep"}

// artifacts are the pictures that checks kept, and what browsers asked.
func artifacts(run *checks.Run) []report.Artifact {
	var list []report.Artifact
	var walks []checks.Traffic
	for _, n := range run.Nodes {
		for _, p := range n.Pictures {
			// A step of a case is called "password/send", and the name of an artifact becomes one of a file.
			list = append(list, report.Picture(n.ID+"-"+strings.ReplaceAll(p.Name, "/", "-")+".png", p.PNG))
		}
		walks = append(walks, n.Traffic...)
	}
	if har, ok := report.Traffic(tool(), walks); ok {
		list = append(list, har)
	}
	return list
}

func (a *app) showProgress(s *setup) *progress {
	if a.flags.progress == "none" || a.flags.look.quiet > 0 || a.flags.run.trace {
		return nil
	}
	narrow := a.width > 0 && a.width < 80 // a row that wraps cannot be erased
	plain := s.asks || a.flags.progress == "plain" || a.getenv("LOGINDOCTOR_ACCESSIBLE") == "1" || narrow
	if !a.errTTY && !plain && a.flags.look.verbose == 0 {
		return nil
	}
	return startProgress(a.err, plain || !a.errTTY, s.target, s.budget, time.Now)
}

// deliver writes the report everywhere it goes and turns its verdict into the exit code.
func (a *app) deliver(ctx context.Context, r *report.Report, d destination) error {
	if err := a.write(r, d); err != nil {
		return err
	}
	if code := interrupted(ctx); code != exitOK {
		return exitError{code}
	}
	if code := d.profile.codes[machine.Verdict(r, report.Options{Warn: d.warn, Crit: d.crit})]; code != exitOK {
		return exitError{code}
	}
	return nil
}
