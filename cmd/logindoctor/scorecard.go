package main

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/fixtures"
	"logindoctor/report"
)

// A scoreRun is what one diagnosis of a scenario said, and what the scenario misses in it.
type scoreRun struct {
	Got     string   `json:"got"`
	Verdict string   `json:"verdict"`
	Causes  []string `json:"causes,omitempty"` // codes of all first causes
	Seconds float64  `json:"seconds"`
	Missed  []string `json:"missed,omitempty"`
	Owner   string   `json:"owner,omitempty"`
}

func newScoreRun(r *report.Report, missed []string) scoreRun {
	run := scoreRun{Got: primaryOf(r), Verdict: r.Verdict.State, Missed: missed}
	for _, f := range r.Findings {
		if f.Role == report.RootCause {
			run.Causes = append(run.Causes, f.Code)
			run.Owner = cmp.Or(run.Owner, f.Owner)
		}
	}
	return run
}

// primary is the code in first place, "none" if there is none.
func (r scoreRun) primary() string {
	if len(r.Causes) == 0 {
		return "none"
	}
	return r.Causes[0]
}

// same reports whether two runs came to the same conclusion.
func (r scoreRun) same(o scoreRun) bool {
	return r.Got == o.Got && r.Verdict == o.Verdict && slices.Equal(r.Causes, o.Causes) && (len(r.Missed) == 0) == (len(o.Missed) == 0)
}

// A scoreRow is the judgement on one scenario, in each of its runs.
type scoreRow struct {
	Scenario string     `json:"scenario"`
	Expected string     `json:"expected"`
	Runs     []scoreRun `json:"runs"`
	scenario *fixtures.Scenario
}

func newScoreRow(s *fixtures.Scenario, runs int) scoreRow {
	row := scoreRow{Scenario: s.Name, Expected: "none", Runs: make([]scoreRun, runs), scenario: s}
	if !s.Want.Healthy {
		row.Expected = mentions(s.Want.Primary)
	}
	return row
}

// missed returns what the first wrong run misses.
func (r scoreRow) missed() []string {
	for _, run := range r.Runs {
		if len(run.Missed) > 0 {
			return run.Missed
		}
	}
	return nil
}

func (r scoreRow) flickers() bool {
	return slices.ContainsFunc(r.Runs, func(run scoreRun) bool { return !run.same(r.Runs[0]) })
}

// twoCauses reports whether the scenario wants a second cause beside the first one.
func (r scoreRow) twoCauses() bool { return len(r.scenario.Want.Also) > 0 }

// expected is the code in first place as the scenario wants it, "none" for a healthy world.
func (r scoreRow) expected() string {
	for _, m := range r.scenario.Want.Primary {
		if c := findCode(m.Code); c != nil {
			return c.ID
		}
	}
	return "none"
}

// A scorecard is the judgement on all scenarios.
type scorecard struct {
	Scenarios       int         `json:"scenarios"`
	Runs            int         `json:"runs"`
	Top1            int         `json:"top1"`         // the expected cause, or none, in first place each time
	FalseAlarms     int         `json:"false_alarms"` // runs of healthy worlds that were not called healthy
	Missed          []string    `json:"missed"`
	Flickering      []string    `json:"flickering"` // not the same conclusion each time
	TwoCauses       int         `json:"two_causes"` // scenarios with two causes
	BothRight       int         `json:"both_right"` // of which both were found, each time
	Undetermined    float64     `json:"undetermined"`
	UnknownVerdicts int         `json:"unknown_verdicts"`
	Seconds         float64     `json:"seconds"`      // from the first to the last
	SecondsAll      float64     `json:"seconds_all"`  // of all runs, one after the other
	Slowest         []slowRow   `json:"slowest"`      // the ten that take longest
	SlowestShare    float64     `json:"slowest_part"` // of seconds_all
	Domains         []domainRow `json:"domains"`
	NotShown        []string    `json:"not_shown"`     // entries of the catalogue without a scenario
	OneMechanism    []string    `json:"one_mechanism"` // faults that are made in a single way
	LookAlikes      []lookAlike `json:"look_alikes"`
	Rows            []scoreRow  `json:"rows"`
}

type slowRow struct {
	Scenario string  `json:"scenario"`
	Seconds  float64 `json:"seconds"` // on average
}

// A domainRow counts the entries of one domain of the fault catalogue.
type domainRow struct {
	Domain        string `json:"domain"`
	Entries       int    `json:"entries"`
	Right         int    `json:"right"`
	Wrong         int    `json:"wrong"`
	NotObservable int    `json:"not_observable"`
	ByTest        int    `json:"by_test"` // shown by a test of the check instead of the lab
	Open          int    `json:"open"`    // not built
	NotRun        int    `json:"not_run"` // left out by --match or --sample
}

// A lookAlike is a row of the matrix of confusion: a cause, what is easily taken for it, and what came out.
type lookAlike struct {
	Expected string         `json:"expected"`
	Never    []string       `json:"never"` // the look-alikes, as the scenarios name them
	Got      map[string]int `json:"got"`   // code in first place: runs
}

func newScorecard(rows []scoreRow, entries []entry, whole bool, took time.Duration) *scorecard {
	s := &scorecard{Scenarios: len(rows), Missed: []string{}, Flickering: []string{}, Rows: rows, Seconds: report.Seconds(took)}
	named, undetermined := 0, 0
	for _, r := range rows {
		if len(r.missed()) > 0 {
			s.Missed = append(s.Missed, r.Scenario)
		} else {
			s.Top1++
		}
		if r.flickers() {
			s.Flickering = append(s.Flickering, r.Scenario)
		}
		if r.twoCauses() {
			s.TwoCauses++
			if len(r.missed()) == 0 {
				s.BothRight++
			}
		}
		for _, run := range r.Runs {
			s.Runs++
			s.SecondsAll += run.Seconds
			if r.scenario.Want.Healthy && (run.Verdict != report.OK || run.Got != "none") {
				s.FalseAlarms++
			}
			if run.Verdict == report.Unknown {
				s.UnknownVerdicts++
			}
			if len(run.Causes) > 0 {
				named++
			}
			if run.Owner == string(checks.OwnerUndetermined) {
				undetermined++
			}
		}
	}
	s.Undetermined = float64(undetermined) / float64(max(1, named))
	s.slowest()
	s.entries(entries, whole)
	s.lookAlikes()
	return s
}

func (s *scorecard) slowest() {
	for _, r := range s.Rows {
		all := 0.0
		for _, run := range r.Runs {
			all += run.Seconds
		}
		s.Slowest = append(s.Slowest, slowRow{r.Scenario, all / float64(len(r.Runs))})
	}
	slices.SortFunc(s.Slowest, func(a, b slowRow) int { return cmp.Compare(b.Seconds, a.Seconds) })
	sum, ten := 0.0, 0.0
	for i, r := range s.Slowest {
		sum += r.Seconds
		if i < 10 {
			ten += r.Seconds
		}
	}
	s.Slowest = s.Slowest[:min(10, len(s.Slowest))]
	s.SlowestShare = ten / max(sum, 0.001)
}

// entries counts the fault catalogue by domain, in its order.
func (s *scorecard) entries(entries []entry, whole bool) {
	for _, e := range entries {
		if e.code() {
			continue
		}
		at := slices.IndexFunc(s.Domains, func(d domainRow) bool { return d.Domain == e.domain() })
		if at < 0 {
			at = len(s.Domains)
			s.Domains = append(s.Domains, domainRow{Domain: e.domain()})
		}
		shown, ways := s.count(e, &s.Domains[at])
		if !whole {
			continue
		}
		if shown == 0 {
			s.NotShown = append(s.NotShown, e.id)
		} else if ways < 2 && e.fault() && e.only == "" {
			s.OneMechanism = append(s.OneMechanism, e.id)
		}
	}
}

// count files one entry and returns how many scenarios show it, and in how many ways: the same story at another kind of
// provider is no other way, nor is a fault beside another one.
func (s *scorecard) count(e entry, d *domainRow) (shown, ways int) {
	wrong, stories := false, map[string]bool{}
	for _, r := range s.Rows {
		if e.shownBy(r.scenario) {
			shown++
			wrong = wrong || len(r.missed()) > 0
			if story, _, _ := strings.Cut(r.Scenario, "@"); !strings.HasPrefix(story, "combo-") {
				stories[story] = true
			}
		}
	}
	d.Entries++
	switch {
	case wrong:
		d.Wrong++
	case shown > 0:
		d.Right++
	case e.unseen != "":
		d.NotObservable++
	case e.test != "":
		d.ByTest++
	case e.open:
		d.Open++
	default:
		d.NotRun++
	}
	return shown, len(stories)
}

func (s *scorecard) lookAlikes() {
	rows := map[string]*lookAlike{}
	for _, r := range s.Rows {
		id := r.expected()
		if rows[id] == nil {
			rows[id] = &lookAlike{Expected: id, Got: map[string]int{}}
		}
		for _, word := range r.scenario.Want.Never {
			if c := findCode(word); c != nil && !slices.Contains(rows[id].Never, c.ID) {
				rows[id].Never = append(rows[id].Never, c.ID)
			}
		}
		for _, run := range r.Runs {
			rows[id].Got[run.primary()]++
		}
	}
	for _, row := range rows {
		slices.Sort(row.Never)
		s.LookAlikes = append(s.LookAlikes, *row)
	}
	slices.SortFunc(s.LookAlikes, func(a, b lookAlike) int { return strings.Compare(a.Expected, b.Expected) })
}
