package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"logindoctor/report"
)

// printScore writes the scorecard; its error is the exit code.
func (a *app) printScore(s *scorecard) error {
	if a.flags.json {
		if err := json.NewEncoder(a.out).Encode(s); err != nil {
			return err
		}
	} else {
		s.print(a.out)
	}
	if len(s.Missed)+len(s.Flickering) > 0 {
		return exitError{exitDifferent}
	}
	return nil
}

func (s *scorecard) print(w io.Writer) {
	for _, r := range s.Rows {
		fmt.Fprintf(w, "%-7s %-44s %6.1f s  %s\n", mark(r.missed()), r.Scenario, r.Runs[0].Seconds, r.Runs[0].Got)
		for _, m := range r.missed() {
			fmt.Fprintf(w, "        %s\n", report.Clean(m))
		}
	}
	s.printFlickering(w)
	s.printLookAlikes(w)
	s.printDomains(w)
	fmt.Fprintf(w, "\n%.0f s, %.0f s of all runs one after the other. The slowest ten take %.0f %% of it:\n", s.Seconds, s.SecondsAll,
		100*s.SlowestShare)
	for _, r := range s.Slowest {
		fmt.Fprintf(w, "  %6.1f s  %s\n", r.Seconds, r.Scenario)
	}
	printNames(w, "No scenario shows", s.NotShown)
	printNames(w, "Made in one way only", s.OneMechanism)
	fmt.Fprintf(w, "\nBoth causes right in %d of %d scenarios with two. Owner undetermined in %.0f %% of the causes; %s unknown.\n",
		s.BothRight, s.TwoCauses, 100*s.Undetermined, report.Count(s.UnknownVerdicts, "verdict"))
	if s.Runs > s.Scenarios {
		fmt.Fprintf(w, "%d runs, %d of the scenarios flicker.\n", s.Runs, len(s.Flickering))
	}
	fmt.Fprintf(w, "%d scenarios, %d right, %d missed, %d false alarms.\n", s.Scenarios, s.Top1, len(s.Missed), s.FalseAlarms)
}

// printFlickering lists every run of the scenarios whose conclusion is not the same each time.
func (s *scorecard) printFlickering(w io.Writer) {
	for _, r := range s.Rows {
		if !r.flickers() {
			continue
		}
		fmt.Fprintf(w, "\nFlickers: %s\n", r.Scenario)
		for i, run := range r.Runs {
			fmt.Fprintf(w, "  run %d  %-7s %-9s %s  %s\n", i+1, mark(run.Missed), run.Verdict, run.Got,
				report.Clean(strings.Join(run.Missed, "; ")))
		}
	}
}

// printLookAlikes prints the matrix of confusion: who is easily taken for whom, and who was.
func (s *scorecard) printLookAlikes(w io.Writer) {
	fmt.Fprintln(w, "\nLook-alikes: the cause that is expected, what came first how often, and what must not appear.")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "  Expected\tGot\tNever")
	for _, row := range s.LookAlikes {
		wrong := len(row.Got) > 1 || row.Got[row.Expected] == 0
		if len(row.Never) == 0 && !wrong {
			continue
		}
		var got []string
		for _, code := range slices.Sorted(maps.Keys(row.Got)) {
			got = append(got, fmt.Sprintf("%s %d", code, row.Got[code]))
		}
		fmt.Fprintf(t, "  %s\t%s\t%s\n", row.Expected, strings.Join(got, ", "), strings.Join(row.Never, " "))
	}
	t.Flush()
}

func (s *scorecard) printDomains(w io.Writer) {
	fmt.Fprintln(w, "\nThe fault catalogue:")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "domain\tentries\tright\twrong\tnot observable\tby a test\tnot built\tnot run\t")
	all := domainRow{Domain: "all"}
	line := func(d domainRow) {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n", d.Domain, d.Entries, d.Right, d.Wrong, d.NotObservable, d.ByTest, d.Open, d.NotRun)
	}
	for _, d := range s.Domains {
		line(d)
		all.Entries, all.Right, all.Wrong = all.Entries+d.Entries, all.Right+d.Right, all.Wrong+d.Wrong
		all.NotObservable, all.ByTest, all.Open = all.NotObservable+d.NotObservable, all.ByTest+d.ByTest, all.Open+d.Open
		all.NotRun += d.NotRun
	}
	line(all)
	t.Flush()
}

func printNames(w io.Writer, what string, names []string) {
	if len(names) > 0 {
		fmt.Fprintf(w, "\n%s (%d):\n  %s\n", what, len(names), strings.Join(names, " "))
	}
}
