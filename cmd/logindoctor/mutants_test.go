package main

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/checktest"
	"logindoctor/checks/runner"
	"logindoctor/checks/suite"
	"logindoctor/checks/world"
	"logindoctor/fixtures"
	"logindoctor/report"
)

// mutantsFlag takes "all" for every rule, which brings testdata/mutants.txt up to date and takes minutes, or a number.
var (
	mutantsFlag = flag.String("mutants", "12", "how many rules are taken away in turn, or `all`")
	mutantsOnly = flag.String("mutants-match", "*,*/*", "with -mutants all: only scenarios that match one of these `patterns`")
)

// A mutant is the product without one of its rules. It lives as long as no scenario notices.
type mutant struct {
	rule   string
	apply  func() (undo func())
	replay bool                 // only report.Diagnose reads the rule
	meets  func(*recorded) bool // whether the rule said something in a run, or could have
}

// A recorded is one scenario with its world, and the run in it.
type recorded struct {
	*fixtures.Scenario
	world *fixtures.World
	run   *checks.Run
}

func mutants() []mutant {
	var all []mutant
	required := map[*checks.Check]bool{}
	for _, c := range suite.All {
		for _, r := range c.Requires {
			all = append(all, withoutRequires(c, r))
			required[r] = true
		}
		for _, id := range explaining(c) {
			all = append(all, withoutExplanation(c, id))
		}
		for _, code := range c.Codes {
			if code.Hits != 0 {
				all = append(all, withoutHits(c, code))
			}
		}
	}
	for _, c := range suite.All {
		if !required[c] {
			all = append(all, withoutCheck(c))
		}
	}
	return all
}

// explaining lists the codes that explain any finding of a check.
func explaining(c *checks.Check) []string {
	ids := map[string]bool{}
	for _, code := range c.Codes {
		for _, id := range code.ExplainedBy {
			ids[id] = true
		}
	}
	return slices.Sorted(maps.Keys(ids))
}

func withoutExplanation(c *checks.Check, id string) mutant {
	return mutant{rule: c.ID + " explained by " + id, replay: true,
		apply: func() func() {
			kept := map[*checks.Code][]string{}
			for _, code := range c.Codes {
				kept[code] = code.ExplainedBy
				code.ExplainedBy = slices.DeleteFunc(slices.Clone(code.ExplainedBy), func(e string) bool { return e == id })
			}
			return func() {
				for code, list := range kept {
					code.ExplainedBy = list
				}
			}
		},
		meets: func(r *recorded) bool {
			return r.found(func(f *checks.Finding) bool { return f.Code.ID == id }) &&
				r.found(func(f *checks.Finding) bool {
					return slices.Contains(c.Codes, f.Code) && slices.Contains(f.Code.ExplainedBy, id)
				})
		}}
}

func withoutHits(c *checks.Check, code *checks.Code) mutant {
	return mutant{rule: fmt.Sprintf("%s: %s does not hit everyone", c.ID, code.ID), replay: true,
		apply: func() func() {
			kept := code.Hits
			code.Hits = 0
			return func() { code.Hits = kept }
		},
		meets: func(r *recorded) bool { return r.found(func(f *checks.Finding) bool { return f.Code == code }) }}
}

// withoutRequires makes a prerequisite something that is only waited for.
func withoutRequires(c, prerequisite *checks.Check) mutant {
	return mutant{rule: c.ID + " requires " + prerequisite.ID,
		apply: func() func() {
			requires, uses := c.Requires, c.Uses
			c.Requires = slices.DeleteFunc(slices.Clone(requires), func(r *checks.Check) bool { return r == prerequisite })
			c.Uses = append(slices.Clone(uses), prerequisite)
			return func() { c.Requires, c.Uses = requires, uses }
		},
		meets: func(r *recorded) bool {
			return slices.ContainsFunc(r.run.Nodes, func(n *checks.Node) bool {
				return n.Check == c && n.State == checks.Blocked && slices.ContainsFunc(n.BlockedBy, func(by string) bool {
					return by == prerequisite.ID || strings.HasPrefix(by, prerequisite.ID+"@")
				})
			})
		}}
}

func withoutCheck(c *checks.Check) mutant {
	return mutant{rule: c.ID,
		apply: func() func() {
			kept := c.Run
			c.Run = func(context.Context, *checks.Pass) (any, error) { return nil, checks.Skip("It was taken away.") }
			return func() { c.Run = kept }
		},
		meets: func(r *recorded) bool {
			own := func(code *checks.Code) bool { return slices.Contains(c.Codes, code) }
			return r.found(func(f *checks.Finding) bool { return own(f.Code) }) ||
				slices.ContainsFunc(r.Want.Never, func(word string) bool { return own(findCode(word)) })
		}}
}

func (r *recorded) byHand() bool { return strings.HasPrefix(r.Name, "by hand: ") }

// wishes is how much the scenario demands besides what must not appear; a node that must be blocked counts most.
func (r *recorded) wishes() int {
	return min(4, len(r.Want.Primary)+len(r.Want.Also)+len(r.Want.Consequences)+len(r.Want.Pathways)) + 4*len(r.Want.States)
}

func (r *recorded) found(ok func(*checks.Finding) bool) bool {
	return slices.ContainsFunc(r.run.Nodes, func(n *checks.Node) bool { return slices.ContainsFunc(n.Findings, ok) })
}

func (r *recorded) judged(t *testing.T) []string {
	t.Helper()
	book, err := (&app{}).explainers(suite.All)
	if err != nil {
		t.Fatal(err)
	}
	return judge(r.Want, r.world, report.Diagnose(r.run, book, report.Report{}))
}

// record runs a scenario in this process.
func record(t *testing.T, s *fixtures.Scenario) *recorded {
	t.Helper()
	w, err := fixtures.Start(t.Context(), s, fixtures.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for _, v := range w.Env() {
		name, value, _ := strings.Cut(v, "=")
		t.Setenv(name, value)
	}
	o, err := checktest.Options(w)
	if err != nil {
		t.Fatal(err)
	}
	o.Checks = suite.All
	defer o.World.(*world.World).Close() // and its browser
	return &recorded{s, w, runner.Run(t.Context(), o)}
}

// most is how many scenarios are run again for one rule.
const most = 4

// killer returns the first scenario that notices the mutant, and how many had the chance.
func (m mutant) killer(t *testing.T, list []*recorded) (name string, met int) {
	t.Helper()
	var chances []*recorded
	for _, r := range list {
		if m.meets(r) {
			chances = append(chances, r)
		}
	}
	slices.SortStableFunc(chances, func(a, b *recorded) int { // who wants most is likely to notice, and who is quick costs little
		return cmp.Or(cmp.Compare(b.wishes(), a.wishes()), cmp.Compare(a.run.Took, b.run.Took))
	})
	if !m.replay {
		chances = slices.DeleteFunc(chances, func(r *recorded) bool { return r.byHand() })
		chances = chances[:min(most, len(chances))]
	}
	for _, r := range chances {
		if m.noticedIn(t, r) && (m.replay || m.noticedIn(t, r)) {
			return r.Name, len(chances)
		}
	}
	return "", len(chances)
}

// noticedIn reports whether a scenario misses something without the rule and nothing with it.
func (m mutant) noticedIn(t *testing.T, r *recorded) bool {
	t.Helper()
	if !m.replay {
		if len(record(t, r.Scenario).judged(t)) > 0 {
			return false
		}
	}
	defer m.apply()()
	if !m.replay {
		r = record(t, r.Scenario)
	}
	return len(r.judged(t)) > 0
}

const mutantsFile = "testdata/mutants.txt"

// TestMutants takes rules away and demands that a scenario notices: the one that is named in testdata/mutants.txt.
func TestMutants(t *testing.T) {
	if *mutantsFlag == "all" {
		allMutants(t)
		return
	}
	n, err := strconv.Atoi(*mutantsFlag)
	if err != nil {
		t.Fatal(err)
	}
	known := knownMutants(t)
	list := slices.DeleteFunc(mutants(), func(m mutant) bool { return known[m.rule] == "" })
	rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	for _, m := range list[:min(n, len(list))] {
		t.Run(m.rule, func(t *testing.T) {
			whole := recordKnown(t, known[m.rule])
			if wrong := whole.judged(t); len(wrong) > 0 {
				t.Logf("%s is not right with all rules, so that nothing can be learned here: %q", whole.Name, wrong)
				return
			}
			if name, _ := m.killer(t, []*recorded{whole}); name == "" {
				t.Errorf("without the rule %s says the same", whole.Name)
			}
		})
	}
}

// recordKnown runs a scenario, or takes the run that was made by hand.
func recordKnown(t *testing.T, name string) *recorded {
	t.Helper()
	for _, r := range byHand(t) {
		if r.Name == name {
			return r
		}
	}
	s, _, err := scenario(name)
	if err != nil {
		t.Fatal(err)
	}
	return record(t, s)
}

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

// allMutants adds to the file what notices a rule of which it names nothing yet, and lists the rules that survive. Take the
// lines out of the file to look at all of them again.
func allMutants(t *testing.T) {
	list := append(recordAll(t), byHand(t)...)
	known, noticed := knownMutants(t), 0
	var out bytes.Buffer
	fmt.Fprintf(&out, "# Rules, and the scenario that notices when one is missing. Written by go test -run TestMutants -mutants all.\n")
	for _, m := range mutants() {
		name, met := known[m.rule], 0
		if name == "" {
			name, met = m.killer(t, list)
		}
		if name == "" {
			t.Errorf("survives: %s, met in %d scenarios", m.rule, met)
			continue
		}
		noticed++
		fmt.Fprintf(&out, "%s\t%s\n", m.rule, name)
	}
	t.Logf("%d of %d mutants are noticed", noticed, len(mutants()))
	if err := os.WriteFile(mutantsFile, out.Bytes(), 0o644); err != nil {
		t.Error(err)
	}
}

// recordAll runs every scenario that can run in this process.
func recordAll(t *testing.T) []*recorded {
	scenarios, err := allScenarios()
	if err != nil {
		t.Fatal(err)
	}
	list := make([]*recorded, len(scenarios))
	t.Run("record", func(t *testing.T) {
		for i, s := range scenarios {
			asked := slices.ContainsFunc(strings.Split(*mutantsOnly, ","), func(pattern string) bool {
				ok, err := path.Match(pattern, s.Name)
				return ok && err == nil
			})
			if !asked || s.Real() || s.Native() {
				continue
			}
			t.Run(s.Name, func(t *testing.T) {
				if !slices.ContainsFunc(s.World, func(l fixtures.Line) bool { return l.Words[0] == "machine" }) {
					t.Parallel() // the environment belongs to the whole process
				}
				r := record(t, s)
				if wrong := r.judged(t); len(wrong) > 0 {
					t.Errorf("with all rules: %q", wrong)
				} else {
					list[i] = r
				}
			})
		}
	})
	return slices.DeleteFunc(list, func(r *recorded) bool { return r == nil })
}
