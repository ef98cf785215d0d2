package main

import (
	"context"
	"encoding/json"
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

// A scoreRow is the judgement on one scenario.
type scoreRow struct {
	Scenario string   `json:"scenario"`
	Expected string   `json:"expected"`
	Got      string   `json:"got"`
	Verdict  string   `json:"verdict"`
	Seconds  float64  `json:"seconds"`
	Missed   []string `json:"missed,omitempty"`
	healthy  bool
}

// A score is the judgement on all of them.
type score struct {
	Scenarios   int        `json:"scenarios"`
	Top1        int        `json:"top1"`         // the expected cause, or none, in first place
	FalseAlarms int        `json:"false_alarms"` // healthy worlds that were not called healthy
	Missed      []string   `json:"missed"`
	Rows        []scoreRow `json:"rows"`
}

type scoreFlags struct {
	hidden       bool
	seed         uint64
	sample, jobs int
	match        string
}

func (a *app) labScore() *cobra.Command {
	var f scoreFlags
	cmd := &cobra.Command{Use: "score", Short: "Run all scenarios and score the diagnosis", Args: cobra.NoArgs,
		Long: `Run all scenarios and score the diagnosis. Each one is diagnosed in another process that gets flags and a settings
file only. Exits 0 if nothing is missed, 1 if something is.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.score(cmd.Context(), f) }}
	cmd.Flags().BoolVar(&f.hidden, "hidden", false, "random names, ports, issuers and titles")
	cmd.Flags().Uint64Var(&f.seed, "seed", 1, "of --hidden and --sample")
	cmd.Flags().IntVar(&f.sample, "sample", 0, "only so many scenarios, drawn by --seed")
	cmd.Flags().IntVar(&f.jobs, "jobs", 4, "scenarios at once")
	cmd.Flags().StringVar(&f.match, "match", "", "only scenarios whose name matches this `PATTERN`, such as tls.*/*")
	return cmd
}

func (a *app) score(ctx context.Context, f scoreFlags) error {
	names, err := f.pick()
	if err != nil {
		return err
	}
	rows := make([]scoreRow, len(names))
	turns := make(chan struct{}, max(1, f.jobs))
	var work sync.WaitGroup
	for i, name := range names {
		turns <- struct{}{}
		work.Go(func() {
			defer func() { <-turns }()
			rows[i] = a.scoreOne(ctx, name, f)
			if a.errTTY && a.flags.progress != "none" {
				fmt.Fprintf(a.err, "%3d of %d  %-40s %s\n", i+1, len(names), name, mark(rows[i]))
			}
		})
	}
	work.Wait()
	if ctx.Err() != nil {
		return exitError{interrupted(ctx)}
	}
	return a.printScore(total(rows))
}

func mark(r scoreRow) string {
	if len(r.Missed) > 0 {
		return "MISSED"
	}
	return "ok"
}

func (f scoreFlags) pick() ([]string, error) {
	names, err := scenarioNames()
	if err != nil {
		return nil, err
	}
	if f.match != "" {
		names = slices.DeleteFunc(names, func(n string) bool {
			ok, err := path.Match(f.match, n)
			return err != nil || !ok
		})
	}
	if len(names) == 0 {
		return nil, misuse(fmt.Sprintf("No scenario matches %q.", f.match), "logindoctor lab list")
	}
	if f.sample > 0 && f.sample < len(names) {
		r := rand.New(rand.NewPCG(f.seed, f.seed))
		r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		names = names[:f.sample]
		slices.Sort(names)
	}
	return names, nil
}

// scoreOne starts a world, diagnoses it and compares. Whatever goes wrong on the way is a miss.
func (a *app) scoreOne(ctx context.Context, name string, f scoreFlags) scoreRow {
	began := time.Now()
	row := scoreRow{Scenario: name}
	s, _, err := scenario(name)
	if err != nil {
		row.Missed = []string{err.Error()}
		return row
	}
	row.healthy, row.Expected = s.Want.Healthy, "none"
	if !s.Want.Healthy {
		row.Expected = mentions(s.Want.Primary)
	}
	row.Got, row.Verdict, row.Missed = a.tryOne(ctx, s, f)
	row.Seconds = report.Seconds(time.Since(began))
	return row
}

func (a *app) tryOne(ctx context.Context, s *fixtures.Scenario, f scoreFlags) (got, verdict string, missed []string) {
	dir, remove, err := scratch()
	if err != nil {
		return "", "", []string{err.Error()}
	}
	defer remove()
	w, err := fixtures.Start(ctx, s, fixtures.Options{Dir: dir, Hidden: f.hidden, Seed: f.seed})
	if err != nil {
		return "", "", []string{err.Error()}
	}
	defer w.Close()
	r, err := a.quietly().apart(ctx, w)
	if err != nil {
		return "", "", []string{err.Error()}
	}
	return primaryOf(r), r.Verdict.State, judge(s.Want, w, r)
}

// quietly returns the same app without progress of its own: many worlds are diagnosed at once.
func (a *app) quietly() *app {
	quiet := *a
	quiet.flags.progress = "none"
	return &quiet
}

func total(rows []scoreRow) score {
	s := score{Scenarios: len(rows), Missed: []string{}, Rows: rows}
	for _, r := range rows {
		if len(r.Missed) > 0 {
			s.Missed = append(s.Missed, r.Scenario)
		} else {
			s.Top1++
		}
		if r.healthy && (r.Verdict != report.OK || r.Got != "none") {
			s.FalseAlarms++
		}
	}
	return s
}

func (a *app) printScore(s score) error {
	if a.flags.json {
		if err := json.NewEncoder(a.out).Encode(s); err != nil {
			return err
		}
	} else {
		for _, r := range s.Rows {
			fmt.Fprintf(a.out, "%-7s %-44s %6.1f s  %s\n", mark(r), r.Scenario, r.Seconds, r.Got)
			for _, m := range r.Missed {
				fmt.Fprintf(a.out, "        %s\n", report.Clean(m))
			}
		}
		fmt.Fprintf(a.out, "%d scenarios, %d right, %d missed, %d false alarms.\n", s.Scenarios, s.Top1, len(s.Missed), s.FalseAlarms)
	}
	if len(s.Missed) > 0 {
		return exitError{exitDifferent}
	}
	return nil
}
