package main

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"logindoctor/fixtures"
)

var mutantsOwn = flag.String("mutants-own", "", "of a process that has a computer of its own: the `file` for what is wrong there in the scenario "+
	"-mutants-match without the rule -mutants-rules")

// ownComputer plays a scenario on a computer of its own, by another process of this test, and returns what is wrong there
// without a rule; an empty rule takes nothing away.
func ownComputer(t *testing.T, s staged, rule string) (wrong []string) {
	t.Helper()
	defer enter(s)()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "wrong.json")
	cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestMutants$", "-mutants-own", file, "-mutants-match", s.Name, "-mutants-rules", rule)
	cmd.Env = bareEnvironment()
	if err := fixtures.Own(cmd); err != nil {
		t.Fatal(err)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s on a computer of its own: %v\n%s", s.Name, err, out)
		return nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &wrong); err != nil {
		t.Fatal(err)
	}
	return wrong
}

// playOwn is what the other process does.
func playOwn(t *testing.T) {
	s, err := stage(*mutantsMatch)
	if err != nil {
		t.Fatal(err)
	}
	var m mutant
	for _, one := range mutants() {
		if one.rule == *mutantsRules {
			m = one
		}
	}
	if m.undo != nil {
		defer m.undo()()
	}
	r := record(t, s, m.less)
	if r == nil {
		return
	}
	text, err := json.Marshal(r.judged(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(*mutantsOwn, text, 0o600); err != nil {
		t.Fatal(err)
	}
}
