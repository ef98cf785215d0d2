package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"logindoctor/checks"
	"logindoctor/fixtures"
)

// wholeLint reads the catalogue once.
var wholeLint = sync.OnceValues((&app{}).newLint)

func newTestLint(t *testing.T) *lint {
	t.Helper()
	whole, err := wholeLint()
	if err != nil {
		t.Fatal(err)
	}
	return &lint{codes: whole.codes, book: maps.Clone(whole.book), entries: slices.Clone(whole.entries), scenarios: slices.Clone(whole.scenarios)}
}

// TestCatalogueHasNoHoles allows only what faults.txt calls open.
func TestCatalogueHasNoHoles(t *testing.T) {
	l := newTestLint(t)
	l.run()
	for _, mistake := range l.found {
		if !strings.HasSuffix(mistake, "nobody has built it yet") {
			t.Error(mistake)
		}
	}
}

func TestFaultsAreThoseOfTheCatalogue(t *testing.T) {
	l := newTestLint(t)
	kinds, seen := map[string]int{}, map[string]bool{}
	for _, e := range l.catalogue() {
		kind := "fault"
		if !e.fault() {
			kind = e.domain()
		}
		kinds[kind]++
		if seen[e.id] {
			t.Errorf("%s stands there twice", e.id)
		}
		seen[e.id] = true
	}
	if kinds["fault"] != 142 || kinds["combo"] != 15 || kinds["odd"] != 11 {
		t.Errorf("got %v, want 142 faults, 15 combinations and 11 odd worlds", kinds)
	}
}

// TestStandInsExist looks for the tests that show what the lab cannot.
func TestStandInsExist(t *testing.T) {
	for _, e := range newTestLint(t).entries {
		if e.test == "" {
			continue
		}
		dir, name, _ := strings.Cut(e.test, " ")
		files, err := filepath.Glob(filepath.Join(root, dir, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(files, func(file string) bool {
			text, err := os.ReadFile(file)
			return err == nil && strings.Contains(string(text), "func "+name+"(t *testing.T)")
		}) {
			t.Errorf("%s: there is no %s in %s", e.id, name, dir)
		}
	}
}

func TestLintFindsHoles(t *testing.T) {
	world := func(line string) *fixtures.Scenario {
		s, err := fixtures.Parse("hole", []byte("A story.\n-- world --\n"+line+"\n-- want --\nprimary dns-nxdomain on web\n"))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	code := func(l *lint, change func(*checks.ManualSection)) {
		s := *l.book["LD1101"]
		change(&s)
		l.book["LD1101"] = &s
	}
	cases := map[string]struct {
		dig   func(*lint)
		found string
	}{
		"page":       {func(l *lint) { delete(l.book, "LD1101") }, "LD1101: an owner or the page"},
		"sources":    {func(l *lint) { code(l, func(s *checks.ManualSection) { s.Sources = "" }) }, `LD1101: nothing under "Sources"`},
		"undo":       {func(l *lint) { code(l, func(s *checks.ManualSection) { s.Undo = "" }) }, `LD1101: nothing under "Undo"`},
		"proof":      {func(l *lint) { code(l, func(s *checks.ManualSection) { s.Proof = "Look." }) }, "LD1101: no command"},
		"steps":      {func(l *lint) { code(l, func(s *checks.ManualSection) { s.Fixes = nil }) }, "LD1101: nobody fixes it"},
		"system":     {func(l *lint) { code(l, func(s *checks.ManualSection) { s.Fixes = s.Fixes[:1] }) }, "not told what to do on Linux"},
		"alias":      {func(l *lint) { l.entries = append(l.entries, entry{id: "dns-new"}) }, "dns-new: no code has this name"},
		"stranger":   {func(l *lint) { l.entries = l.entries[1:] }, "host-clock-skew-large is not in the fault catalogue"},
		"scenarios":  {func(l *lint) { l.scenarios = nil }, "combo-01-clock-and-expired: no scenario"},
		"shown":      {func(l *lint) { l.scenarios = nil }, "LD1101: no scenario shows it"},
		"question":   {func(l *lint) { l.entries = append(l.entries, entry{id: "x-y", unseen: "why", question: "who?"}) }, `no page asks "who?"`},
		"code named": {func(l *lint) { l.scenarios = append(l.scenarios, world(`http web any 503 header "X-Why: LD4301"`)) }, "hole: the world says LD4301"},
		"fault named": {func(l *lint) {
			l.scenarios = append(l.scenarios, world(`http web any 503 header "X-Why: dns-nxdomain"`))
		},
			"hole: the world says dns-nxdomain"},
		"title named": {func(l *lint) {
			l.scenarios = append(l.scenarios, world(`http web any 503 header "X-Why: name does not exist"`))
		},
			`hole: the world says what is to be found, "Name does not exist"`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			l := newTestLint(t)
			c.dig(l)
			l.run()
			if !slices.ContainsFunc(l.found, func(m string) bool { return strings.Contains(m, c.found) }) {
				t.Errorf("%q is not among %q", c.found, l.found)
			}
		})
	}
}

func TestMarksOfFaultsAreRead(t *testing.T) {
	good := map[string]entry{
		"": {}, "open": {open: true},
		"not observable: far away; asks: did it come": {unseen: "far away", question: "did it come"},
		"tested by checks/x TestY: no registry here":  {test: "checks/x TestY"},
	}
	for mark, want := range good {
		var e entry
		if err := e.read(mark); err != nil || e != want {
			t.Errorf("%q: got %+v, %v", mark, e, err)
		}
	}
	for _, mark := range []string{"closed", "not observable: far away", "tested by checks/x TestY"} {
		if err := new(entry).read(mark); err == nil {
			t.Errorf("%q is accepted", mark)
		}
	}
}
