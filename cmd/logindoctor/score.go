package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"logindoctor/fixtures"
	"logindoctor/report"
)

type scoreFlags struct {
	hidden, shuffle, real         bool
	seed                          uint64
	sample, jobs, repeat, healthy int
	match                         string
}

func (a *app) labScore() *cobra.Command {
	var f scoreFlags
	cmd := &cobra.Command{Use: "score", Short: "Run all scenarios and score the diagnosis", Args: cobra.NoArgs,
		Long: `Run all scenarios and score the diagnosis. Each one is diagnosed in another process that gets flags and a settings
file only. Exits 0 if nothing is missed, 1 if something is.

With --healthy no scenario is run: the worlds are healthy, every piece of data is late by up to 300 ms and one connection
of a hundred is lost. A verdict "broken" is a miss. A tenth as many are looked at through a browser as well.`,
		Example: "  logindoctor lab score --match 'tls.*/*'\n  logindoctor lab score --repeat 5 --shuffle --sample 40\n" +
			"  logindoctor lab score --hidden --seed 7 --json\n  logindoctor lab score --healthy 200",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.healthy > 0 {
				return a.scoreHealthy(cmd.Context(), f)
			}
			return a.score(cmd.Context(), f)
		}}
	cmd.Flags().BoolVar(&f.hidden, "hidden", false, "random names, ports, issuers and titles")
	cmd.Flags().Uint64Var(&f.seed, "seed", 1, "of --hidden, --shuffle and --sample")
	cmd.Flags().IntVar(&f.sample, "sample", 0, "only so many scenarios, drawn by --seed")
	cmd.Flags().IntVar(&f.jobs, "jobs", 4, "scenarios at once")
	cmd.Flags().IntVar(&f.repeat, "repeat", 1, "run each scenario so often; a verdict that is not the same each time is listed")
	cmd.Flags().BoolVar(&f.shuffle, "shuffle", false, "in an order drawn by --seed, another one each time")
	cmd.Flags().IntVar(&f.healthy, "healthy", 0, "only so many healthy worlds behind a bad line, drawn anew each time")
	cmd.Flags().BoolVar(&f.real, "real", false, "only scenarios with identity providers that others wrote")
	cmd.Flags().StringVar(&f.match, "match", "", "only scenarios whose name matches this `PATTERN`, such as tls.*/*")
	return cmd
}

func (a *app) score(ctx context.Context, f scoreFlags) error {
	list, err := f.pick()
	if err != nil {
		return err
	}
	began := time.Now()
	rows := make([]scoreRow, len(list))
	for i, s := range list {
		rows[i] = newScoreRow(s, max(1, f.repeat))
	}
	var turns []turn
	for round := range max(1, f.repeat) {
		order := make([]turn, len(list))
		for i, s := range list {
			order[i] = turn{s, &rows[i].Runs[round]}
		}
		if f.shuffle {
			r := rand.New(rand.NewPCG(f.seed, uint64(round)))
			r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		}
		turns = append(turns, order...)
	}
	if err := a.take(ctx, turns, f); err != nil {
		return err
	}
	entries, err := faults()
	if err != nil {
		return err
	}
	return a.printScore(newScorecard(rows, entries, f.whole(), time.Since(began)))
}

// whole reports whether no scenario is left out.
func (f scoreFlags) whole() bool { return f.match == "" && f.sample == 0 && !f.real }

// pick returns the scenarios that the flags leave.
func (f scoreFlags) pick() ([]*fixtures.Scenario, error) {
	list, err := allScenarios()
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(s *fixtures.Scenario) bool { return s.Real() != f.real })
	if f.match != "" {
		list = slices.DeleteFunc(list, func(s *fixtures.Scenario) bool {
			ok, err := path.Match(f.match, s.Name)
			return err != nil || !ok
		})
	}
	if len(list) == 0 {
		return nil, misuse(fmt.Sprintf("No scenario matches %q.", f.match), "logindoctor lab list")
	}
	if f.sample > 0 && f.sample < len(list) {
		chosen := rand.New(rand.NewPCG(f.seed, f.seed)).Perm(len(list))[:f.sample]
		slices.Sort(chosen)
		for i, at := range chosen {
			list[i] = list[at]
		}
		list = list[:f.sample]
	}
	return list, nil
}

// A turn is one scenario that is to be run, and where the outcome goes.
type turn struct {
	scenario *fixtures.Scenario
	to       *scoreRun
}

// take runs the scenarios, a few at once.
func (a *app) take(ctx context.Context, turns []turn, f scoreFlags) error {
	places := make(chan struct{}, max(1, f.jobs))
	var work sync.WaitGroup
	for i, t := range turns {
		places <- struct{}{}
		work.Go(func() {
			defer func() { <-places }()
			if ctx.Err() != nil {
				return
			}
			*t.to = a.tryOne(ctx, t.scenario, f)
			if a.errTTY && a.flags.progress != "none" {
				fmt.Fprintf(a.err, "%3d of %d  %-40s %s\n", i+1, len(turns), t.scenario.Name, mark(t.to.Missed))
			}
		})
	}
	work.Wait()
	if ctx.Err() != nil {
		return exitError{interrupted(ctx)}
	}
	return nil
}

func mark(missed []string) string {
	if len(missed) > 0 {
		return "MISSED"
	}
	return "ok"
}

// tryOne starts a world, diagnoses it and compares. Whatever goes wrong on the way is a miss. The world does not get the
// scenario's name, so nothing can be read from it.
func (a *app) tryOne(ctx context.Context, s *fixtures.Scenario, f scoreFlags) (r scoreRun) {
	began := time.Now()
	defer func() { r.Seconds = report.Seconds(time.Since(began)) }()
	if a.mustMove(s) {
		return a.scoreOwn(ctx, s.Source, f)
	}
	dir, remove, err := scratch()
	if err != nil {
		return scoreRun{Missed: []string{err.Error()}}
	}
	defer remove()
	nameless := *s
	nameless.Name = ""
	w, err := fixtures.Start(ctx, &nameless, fixtures.Options{Dir: dir, Hidden: f.hidden, Seed: f.seed})
	if err != nil {
		return scoreRun{Missed: []string{err.Error()}}
	}
	defer w.Close()
	got, err := a.quietly().apart(ctx, w)
	if err != nil {
		return scoreRun{Missed: []string{err.Error()}}
	}
	return newScoreRun(got, judge(s.Want, w, got))
}

// quietly returns the same app without progress of its own: many worlds are diagnosed at once.
func (a *app) quietly() *app {
	quiet := *a
	quiet.flags.progress = "none"
	return &quiet
}
