package main

import (
	"context"
	"flag"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/checktest"
	"logindoctor/checks/runner"
	"logindoctor/checks/suite"
	"logindoctor/checks/world"
	"logindoctor/fixtures"
	"logindoctor/report"
)

// A staged scenario is one, and how it is played.
type staged struct {
	*fixtures.Scenario
	browser bool // its sign-in at the provider of others is walked by a browser and not carried along the redirects
}

const inBrowser = "browser: "

// name is how the scenario stands in testdata/mutants.txt.
func (s staged) name() string {
	if s.browser {
		return inBrowser + s.Name
	}
	return s.Name
}

// stage finds a scenario by that name.
func stage(name string) (staged, error) {
	plain, browser := strings.CutPrefix(name, inBrowser)
	s, _, err := scenario(plain)
	return staged{s, browser}, err
}

// quick reports whether no browser runs.
func (s staged) quick() bool {
	if s.Real() {
		return !s.browser
	}
	return slices.ContainsFunc(s.Run, func(words []string) bool {
		line := strings.Join(words, " ")
		return strings.Contains(line, "--level quick") || line == "--pathway api" || strings.Contains(line, "--browser none")
	})
}

// A recorded is one scenario with its world, and the run in it.
type recorded struct {
	staged
	world *fixtures.World
	run   *checks.Run
}

func (r *recorded) found(ok func(*checks.Finding) bool) bool {
	return slices.ContainsFunc(r.run.Nodes, func(n *checks.Node) bool { return slices.ContainsFunc(n.Findings, ok) })
}

// said reports whether a check found something.
func (r *recorded) said(c *checks.Check) bool {
	return r.found(func(f *checks.Finding) bool { return slices.Contains(c.Codes, f.Code) })
}

// looked reports whether a check was asked, although it may have found nothing to look at.
func (r *recorded) looked(c *checks.Check) bool {
	return slices.ContainsFunc(r.run.Nodes, func(n *checks.Node) bool { return n.Check == c && n.State != checks.Blocked })
}

var explained = sync.OnceValues(func() (report.Book, error) { return (&app{}).explainers(suite.All) })

func (r *recorded) judged(t *testing.T) []string {
	t.Helper()
	book, err := explained()
	if err != nil {
		t.Fatal(err)
	}
	return judge(r.Want, r.world, report.Diagnose(r.run, book, report.Report{}))
}

// changesEnvironment reports whether a scenario changes the environment, which belongs to the whole process.
func changesEnvironment(s *fixtures.Scenario) bool {
	return slices.ContainsFunc(s.World, func(l fixtures.Line) bool {
		return l.Words[0] == "machine" && (l.Words[1] == "proxy-env" || l.Words[1] == "zone")
	})
}

// record runs a scenario in this process, without what is taken away. It returns nil if it cannot.
func record(t *testing.T, s staged, l *less) *recorded {
	t.Helper()
	defer enter(s)()
	w, err := fixtures.Start(t.Context(), s.Scenario, fixtures.Options{Dir: t.TempDir()})
	if err != nil {
		t.Errorf("%s: %v", s.Name, err)
		return nil
	}
	defer w.Close()
	for _, v := range w.Env() {
		name, value, _ := strings.Cut(v, "=")
		defer putEnv(name, value)()
	}
	o, err := checktest.Options(w)
	if err != nil {
		t.Errorf("%s: %v", s.Name, err)
		return nil
	}
	o.Checks = suite.All
	defer o.World.(*world.World).Close() // and its browser
	if o.Target.Seen, err = seenFrom(valuesOf(w.Args(), "--seen-from"), o.Target.Product, time.Now()); err != nil {
		t.Errorf("%s: %v", s.Name, err)
		return nil
	}
	if s.Real() && !s.browser {
		o.World = checktest.Carried(o.World, w, o.Target.User)
	}
	if l != nil {
		narrow(&o, l)
	}
	return &recorded{s, w, runner.Run(t.Context(), o)}
}

// recordRight runs a scenario, once more if it is not right at first, and returns nil if it is not right then.
func recordRight(t *testing.T, s staged) *recorded {
	t.Helper()
	var wrong []string
	for range 2 {
		if s.Native() {
			if wrong = ownComputer(t, s, ""); len(wrong) == 0 {
				return &recorded{staged: s}
			}
			continue
		}
		r := record(t, s, nil)
		if r == nil {
			return nil
		}
		if wrong = r.judged(t); len(wrong) == 0 {
			return r
		}
	}
	t.Errorf("%s with all rules: %q", s.name(), wrong)
	return nil
}

// together does everything at once; record lets as many runs go as the computer bears.
func together[T any](list []T, work func(T)) {
	var wg sync.WaitGroup
	for _, x := range list {
		wg.Go(func() { work(x) })
	}
	wg.Wait()
}

// Most of a run is waiting, but for browsers. The environment belongs to the whole process.
var (
	quickPlaces   = make(chan struct{}, 16)
	browserPlaces = make(chan struct{}, 4)
	environment   sync.RWMutex
)

// enter waits until a scenario may run.
func enter(s staged) (leave func()) {
	places := browserPlaces
	if s.quick() {
		places = quickPlaces
	}
	places <- struct{}{}
	if changesEnvironment(s.Scenario) {
		environment.Lock()
		return func() { environment.Unlock(); <-places }
	}
	environment.RLock()
	return func() { environment.RUnlock(); <-places }
}

func putEnv(name, value string) (restore func()) {
	old, was := os.LookupEnv(name)
	os.Setenv(name, value)
	return func() {
		if was {
			os.Setenv(name, old)
		} else {
			os.Unsetenv(name)
		}
	}
}

func valuesOf(args []string, flag string) (values []string) {
	for i, a := range args {
		if a == flag {
			values = append(values, args[i+1])
		}
	}
	return values
}

// narrow takes something away from a run.
func narrow(o *runner.Options, l *less) {
	w := &lesser{World: o.World, less: l, done: map[second]bool{}}
	if l.world != nil {
		l.world(w)
	}
	if l.target != nil {
		l.target(o.Target)
	}
	o.World = w
}

// takeAway lets every check ask its world what its run goes without, until the test ends.
func takeAway(t *testing.T) {
	for _, c := range suite.All {
		whole := c.Run
		c.Run = func(ctx context.Context, p *checks.Pass) (any, error) {
			if w, ok := p.World.(*lesser); ok {
				return w.less.run(ctx, p, w, whole)
			}
			return whole(ctx, p)
		}
		t.Cleanup(func() { c.Run = whole })
	}
}

// notices reports whether the scenario of a run that is right is wrong without the rule.
func (m mutant) notices(t *testing.T, r *recorded) bool {
	t.Helper()
	if r.Native() {
		return len(ownComputer(t, r.staged, m.rule)) > 0
	}
	if m.undo != nil {
		defer m.undo()()
	}
	if !m.replay {
		r = record(t, r.staged, m.less)
	}
	return r != nil && len(r.judged(t)) > 0
}

var (
	mutantsFlag = flag.String("mutants", "", "`known`: all rules with the scenarios that notice, in minutes, not only those without a browser; "+
		"all: scenarios are looked for where none is known")
	mutantsQuick = flag.Bool("mutants-quick", false, "only scenarios without a browser")
	mutantsMatch = flag.String("mutants-match", "*,*/*", "only scenarios that match one of these `patterns`")
	mutantsRules = flag.String("mutants-rules", "", "only rules that match this `expression`")
)

func matches(patterns, name string) bool {
	return slices.ContainsFunc(strings.Split(patterns, ","), func(pattern string) bool {
		ok, err := path.Match(pattern, name)
		return ok && err == nil
	})
}

const mutantsFile = "testdata/mutants.txt"

// knownMutants reads which scenario notices that a rule is missing.
func knownMutants(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(mutantsFile)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]string{}
	for line := range strings.Lines(string(text)) {
		rule, name, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if ok && line[0] != '#' {
			known[rule] = name
		}
	}
	return known
}

// TestEveryRuleIsMissed demands that for every rule and contrast a scenario is named that notices when it is missing.
func TestEveryRuleIsMissed(t *testing.T) {
	known := knownMutants(t)
	for _, m := range mutants() {
		if known[m.rule] == "" {
			t.Errorf("nothing notices when this is taken away: %s", m.rule)
		}
		delete(known, m.rule)
	}
	for rule := range known {
		t.Errorf("there is no such rule: %s", rule)
	}
	if t.Failed() {
		t.Log("write a scenario that needs the rule, or do without it; then: go test ./cmd/logindoctor -run TestMutants " +
			"-mutants all -mutants-match 'the.check/*'    which also takes rules that are gone out of " + mutantsFile)
	}
}

// A trial is a mutant and the scenario that notices it.
type trial struct {
	mutant
	in staged
}

// TestMutants takes rules away and demands that a scenario notices: the one that is named in testdata/mutants.txt.
func TestMutants(t *testing.T) {
	takeAway(t)
	if *mutantsOwn != "" {
		playOwn(t)
		return
	}
	if *mutantsFlag == "all" {
		seekKillers(t)
		return
	}
	trials := knownTrials(t)
	whole := recordFor(t, trials)
	try := func(x trial) {
		if r := whole[x.in.name()]; r != nil && !x.notices(t, r) && !x.notices(t, r) { // a busy computer may hide it once
			t.Errorf("%s says the same without this: %s", r.name(), x.rule)
		}
	}
	var live []trial
	for _, x := range trials {
		if x.less != nil {
			live = append(live, x)
		} else {
			try(x) // changes declarations, so that nothing else may run
		}
	}
	together(live, try)
}

// knownTrials are the mutants that the flags leave, each with its scenario.
func knownTrials(t *testing.T) (trials []trial) {
	known := knownMutants(t)
	for _, m := range mutants() {
		name := known[m.rule]
		if name == "" || !regexp.MustCompile(*mutantsRules).MatchString(m.rule) || !matches(*mutantsMatch, name) {
			continue
		}
		s, err := stage(name)
		if err != nil {
			t.Fatal(err)
		}
		costly := m.less != nil && m.less.impact != nil
		if *mutantsFlag == "" && (costly || !s.quick()) || *mutantsQuick && !s.quick() {
			continue
		}
		trials = append(trials, trial{m, s})
	}
	return trials
}

// recordFor runs each scenario once and returns the runs by name.
func recordFor(t *testing.T, trials []trial) map[string]*recorded {
	var list []staged
	whole := map[string]*recorded{}
	for _, x := range trials {
		if _, ok := whole[x.in.name()]; !ok {
			whole[x.in.name()] = nil
			list = append(list, x.in)
		}
	}
	var mu sync.Mutex
	together(list, func(s staged) {
		r := recordRight(t, s)
		mu.Lock()
		defer mu.Unlock()
		whole[s.name()] = r
	})
	t.Logf("%d mutants in %d scenarios", len(trials), len(list))
	return whole
}
