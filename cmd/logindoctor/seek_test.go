package main

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"regexp"
	"slices"
	"sync"
	"testing"
)

// seekKillers adds to the file what notices a rule of which it names nothing yet, and lists the rules that survive. Take
// lines out of the file to look at them again.
func seekKillers(t *testing.T) {
	s := seeker{known: knownMutants(t), used: map[string]bool{}}
	for _, name := range s.known {
		s.used[name] = true
	}
	var unknown []mutant
	for _, m := range mutants() {
		if s.known[m.rule] == "" && regexp.MustCompile(*mutantsRules).MatchString(m.rule) {
			unknown = append(unknown, m)
		}
	}
	s.runs = recordAll(t)
	var live []mutant
	for _, m := range unknown {
		if m.less != nil {
			live = append(live, m)
		} else {
			s.seek(t, m)
		}
	}
	together(live, func(m mutant) { s.seek(t, m) })
	writeMutants(t, s.known)
}

type seeker struct {
	runs  []*recorded
	mu    sync.Mutex
	known map[string]string
	used  map[string]bool // scenarios that are run anyway
}

func (s *seeker) seek(t *testing.T, m mutant) {
	name, met := s.killer(t, m)
	s.mu.Lock()
	defer s.mu.Unlock()
	if name == "" {
		t.Errorf("survives: %s, met in %d scenarios", m.rule, met)
		return
	}
	t.Logf("%s is missed by %s", m.rule, name)
	s.known[m.rule], s.used[name] = name, true
	writeMutants(t, s.known)
}

func writeMutants(t *testing.T, known map[string]string) {
	var out bytes.Buffer
	fmt.Fprintf(&out, "# Rules and contrasts, and the scenario that notices when one is missing. Written by go test -run TestMutants -mutants all.\n")
	for _, m := range mutants() {
		if name := known[m.rule]; name != "" {
			fmt.Fprintf(&out, "%s\t%s\n", m.rule, name)
		}
	}
	if err := os.WriteFile(mutantsFile, out.Bytes(), 0o644); err != nil {
		t.Error(err)
	}
}

// most is how many scenarios are run again for one rule, and often how often the one that is taken must notice.
const (
	most  = 60
	often = 3
)

// killer returns a scenario that notices the mutant each time, and how many had the chance.
func (s *seeker) killer(t *testing.T, m mutant) (name string, met int) {
	t.Helper()
	var chances []*recorded
	for _, r := range s.runs {
		if m.meets(r) {
			chances = append(chances, r)
		}
	}
	slices.SortStableFunc(chances, func(a, b *recorded) int { return cmp.Compare(s.cost(m, a), s.cost(m, b)) })
	met = len(chances)
	if !m.replay {
		chances = chances[:min(most, met)]
	}
	for _, r := range chances {
		if m.noticesOften(t, r) {
			return r.name(), met
		}
	}
	return "", met
}

// cost is what a run costs, roughly in seconds.
func (s *seeker) cost(m mutant, r *recorded) float64 {
	cost := r.run.Took.Seconds()
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.replay && s.used[r.name()] {
		cost = 0
	}
	if m.near != "" && !matches(m.near, r.Name) {
		cost += 20
	}
	if !r.quick() {
		cost += 100
	}
	return cost
}

func (m mutant) noticesOften(t *testing.T, r *recorded) bool {
	t.Helper()
	if m.replay {
		return m.notices(t, r)
	}
	times := often
	if m.less != nil && m.less.impact != nil {
		times = 1 // whether a finding counts is no matter of time
	}
	for range times {
		if !m.notices(t, r) || len(record(t, r.staged, nil).judged(t)) > 0 {
			return false
		}
	}
	return true
}

// recordAll plays every scenario that can be played in this process; real sign-ins in both ways.
func recordAll(t *testing.T) (runs []*recorded) {
	all, err := allScenarios()
	if err != nil {
		t.Fatal(err)
	}
	var list []staged
	for _, s := range all {
		if s.Native() || !matches(*mutantsMatch, s.Name) {
			continue
		}
		list = append(list, staged{s, false})
		if s.Real() {
			list = append(list, staged{s, true})
		}
	}
	list = slices.DeleteFunc(list, func(s staged) bool { return *mutantsQuick && !s.quick() })
	var mu sync.Mutex
	together(list, func(s staged) {
		r := record(t, s, nil)
		if r == nil {
			return
		}
		if wrong := r.judged(t); len(wrong) > 0 {
			t.Logf("%s with all rules: %q", s.name(), wrong)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		runs = append(runs, r)
	})
	return runs
}
