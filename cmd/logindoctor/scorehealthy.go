package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/suite"
	"logindoctor/fixtures"
	"logindoctor/report"
)

// badLine is a healthy world behind a bad line: each piece of data is late by up to 300 ms each way, and of a hundred
// connections one is lost.
const badLine = "Everything works, behind a bad line.\n-- world --\nlink * jitter 300ms lose 1\n-- run --\n%s\n-- want --\n"

// withBrowser is how many runs without a browser there are for one with it.
const withBrowser = 10

// A healthyScore counts what healthy worlds were called.
type healthyScore struct {
	Runs     int            `json:"runs"`
	Browser  int            `json:"browser"`  // of which looked through a browser as well
	Verdicts map[string]int `json:"verdicts"` // state: runs
	Causes   map[string]int `json:"causes"`   // code in first place: runs
	Broken   []scoreRun     `json:"broken"`   // the misses
}

func (a *app) scoreHealthy(ctx context.Context, f scoreFlags) error {
	without, err := healthy("--skip " + strings.Join(browserChecks(), ","))
	if err != nil {
		return err
	}
	with, err := healthy("")
	if err != nil {
		return err
	}
	s := healthyScore{Verdicts: map[string]int{}, Causes: map[string]int{}, Broken: []scoreRun{}}
	s.Browser = f.healthy / withBrowser
	s.Runs = f.healthy + s.Browser
	runs := make([]scoreRun, s.Runs)
	turns := make([]turn, s.Runs)
	for i := range turns {
		turns[i] = turn{without, &runs[i]}
		if i >= f.healthy {
			turns[i].scenario = with
		}
	}
	if err := a.take(ctx, turns, f); err != nil {
		return err
	}
	for _, run := range runs {
		s.Verdicts[run.Verdict]++
		s.Causes[run.primary()]++
		if run.Verdict == report.Broken || len(run.Missed) > 0 {
			s.Broken = append(s.Broken, run)
		}
	}
	return a.printHealthy(s)
}

func healthy(args string) (*fixtures.Scenario, error) {
	return fixtures.Parse("healthy", fmt.Appendf(nil, badLine, args))
}

// browserChecks are those that open a browser without anything being wrong.
func browserChecks() (ids []string) {
	for _, c := range suite.All {
		if c.Needs&checks.NeedsBrowser != 0 && !c.Contrast {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func (a *app) printHealthy(s healthyScore) error {
	if a.flags.json {
		if err := json.NewEncoder(a.out).Encode(s); err != nil {
			return err
		}
	} else {
		for _, run := range s.Broken {
			fmt.Fprintf(a.out, "MISSED  %s  %s\n", run.Got, report.Clean(strings.Join(run.Missed, "; ")))
		}
		fmt.Fprintf(a.out, "%d healthy worlds behind a bad line, %d of them through a browser as well: %s. First causes: %s.\n", s.Runs, s.Browser,
			tally(s.Verdicts), tally(s.Causes))
	}
	if len(s.Broken) > 0 {
		return exitError{exitDifferent}
	}
	return nil
}

func tally(counts map[string]int) string {
	var parts []string
	for _, word := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%s %d", word, counts[word]))
	}
	return strings.Join(parts, ", ")
}
