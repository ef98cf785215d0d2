package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/suite"
	"logindoctor/fixtures"
	"logindoctor/report"
)

// A lint looks for holes in the catalogue: codes without a page, pages without a way out, faults that nobody shows.
type lint struct {
	codes     []*checks.Code
	book      report.Book
	entries   []entry
	scenarios []*fixtures.Scenario
	found     []string
}

func (a *app) newLint() (*lint, error) {
	book, err := a.explainers(suite.All)
	if err != nil {
		return nil, err
	}
	entries, err := faults()
	if err != nil {
		return nil, err
	}
	scenarios, err := allScenarios()
	if err != nil {
		return nil, err
	}
	return &lint{codes: suite.Codes(suite.All), book: book, entries: entries, scenarios: scenarios}, nil
}

// allScenarios reads every scenario, by name.
func allScenarios() ([]*fixtures.Scenario, error) {
	texts, err := scenarios()
	if err != nil {
		return nil, err
	}
	var all []*fixtures.Scenario
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		s, err := fixtures.Parse(name, texts[name])
		if err != nil {
			return nil, err
		}
		all = append(all, s)
		for _, dialect := range s.Dialects()[min(1, len(s.Dialects())):] {
			spoken, err := s.In(dialect)
			if err != nil {
				return nil, err
			}
			all = append(all, spoken)
		}
	}
	return all, nil
}

// checkCodes prints what is missing in the catalogue, and exits 1 if anything is.
func (a *app) checkCodes() error {
	l, err := a.newLint()
	if err != nil {
		return err
	}
	l.run()
	if a.flags.json {
		err = json.NewEncoder(a.out).Encode(l.found)
	} else {
		for _, mistake := range l.found {
			fmt.Fprintln(a.out, mistake)
		}
		_, err = fmt.Fprintf(a.out, "%d codes, %d entries of the fault catalogue, %d scenarios: %s.\n", len(l.codes),
			len(l.catalogue()), len(l.scenarios), report.Count(len(l.found), "mistake"))
	}
	if err == nil && len(l.found) > 0 {
		err = exitError{exitDifferent}
	}
	return err
}

func (l *lint) run() {
	l.found = []string{}
	for _, c := range l.codes {
		l.code(c)
	}
	for _, e := range l.entries {
		l.entry(e)
	}
	for _, s := range l.scenarios {
		l.scenario(s)
	}
}

func (l *lint) add(format string, args ...any) {
	l.found = append(l.found, fmt.Sprintf(format, args...))
}

func (l *lint) code(c *checks.Code) {
	s := l.book[c.ID]
	if c.Owner == "" || s == nil {
		l.add("%s: an owner or the page of the manual is missing", c.ID)
		return
	}
	for heading, text := range map[string]string{"Meaning": s.Meaning, "What people see": s.Sees, "Why it happens": s.Why,
		"How logindoctor knows": s.How, "Undo": s.Undo, "When this can be wrong": s.Wrong, "Sources": s.Sources} {
		if text == "" {
			l.add("%s: nothing under %q", c.ID, heading)
		}
	}
	if !strings.Contains(s.Proof, "logindoctor ") {
		l.add("%s: no command under %q", c.ID, "Prove the fix")
	}
	if len(s.Fixes) == 0 {
		l.add("%s: nobody fixes it", c.ID)
	}
	l.systems(c, s)
	for _, alias := range c.Aliases {
		if !slices.ContainsFunc(l.entries, func(e entry) bool { return e.id == alias }) {
			l.add("%s: %s is not in the fault catalogue", c.ID, alias)
		}
	}
	if !l.shown(c) {
		l.add("%s: no scenario shows it", c.ID)
	}
}

// systems demands that what is done on a computer is told for every kind of computer.
func (l *lint) systems(c *checks.Code, s *checks.ManualSection) {
	var steps []string
	for _, f := range s.Fixes {
		if f.Owner == checks.OwnerDeviceIT {
			steps = append(steps, f.Text)
		}
	}
	for _, system := range []string{"Windows", "macOS", "Linux"} {
		if len(steps) > 0 && !strings.Contains(strings.Join(steps, " "), system) {
			l.add("%s: device-it is not told what to do on %s", c.ID, system)
		}
	}
}

// shown reports whether a scenario wants the code, or there is an excuse.
func (l *lint) shown(c *checks.Code) bool {
	if slices.ContainsFunc(l.scenarios, func(s *fixtures.Scenario) bool {
		return slices.ContainsFunc(slices.Concat(s.Want.Primary, s.Want.Also, s.Want.Consequences), func(m fixtures.Mention) bool {
			return findCode(m.Code) == c
		})
	}) {
		return true
	}
	return slices.ContainsFunc(l.entries, func(e entry) bool {
		return (e.test != "" || e.open) && (e.id == c.ID || slices.Contains(c.Aliases, e.id))
	})
}

func (l *lint) entry(e entry) {
	code := findCode(e.id)
	switch {
	case e.open:
		l.add("%s: nobody has built it yet", e.id)
	case e.unseen != "":
		if code != nil || !l.asks(e.question) {
			l.add("%s: it cannot be observed, and it has a code or no page asks %q", e.id, e.question)
		}
	case code == nil && e.fault():
		l.add("%s: no code has this name", e.id)
	case len(l.showing(e)) == 0 && e.test == "" && !e.code():
		l.add("%s: no scenario", e.id)
	}
}

// catalogue is the entries without the codes that need an excuse.
func (l *lint) catalogue() []entry {
	return slices.DeleteFunc(slices.Clone(l.entries), entry.code)
}

func (l *lint) showing(e entry) (names []string) {
	for _, s := range l.scenarios {
		if e.shownBy(s) {
			names = append(names, s.Name)
		}
	}
	return names
}

// asks reports whether any page asks a question with these words.
func (l *lint) asks(words string) bool {
	for _, s := range l.book {
		if slices.ContainsFunc(s.Asks, func(a checks.Ask) bool { return strings.Contains(a.Text, words) }) ||
			slices.ContainsFunc(s.Fixes, func(f checks.Fix) bool { return strings.HasPrefix(f.Text, "Ask: ") && strings.Contains(f.Text, words) }) {
			return true
		}
	}
	return false
}

var codeWord = regexp.MustCompile(`\b(?:LD|X-)[0-9]{4}\b`)

// scenario demands that a world says what its boxes do and never what is wrong: no code, no name of a fault, no title of
// what must be found. The name of the scenario never reaches the world at all.
func (l *lint) scenario(s *fixtures.Scenario) {
	var lines []string
	for _, line := range s.World {
		lines = append(lines, line.String())
	}
	for name, data := range s.Files {
		stored := func(words []string) bool { return words[0] == "seen-from" && words[1] == name } // a report, which has codes
		if !slices.ContainsFunc(s.Run, stored) {
			lines = append(lines, string(data))
		}
	}
	world := strings.Join(lines, "\n")
	if word := codeWord.FindString(world); word != "" {
		l.add("%s: the world says %s", s.Name, word)
	}
	for _, c := range l.codes {
		for _, alias := range c.Aliases {
			if strings.Contains(world, alias) {
				l.add("%s: the world says %s", s.Name, alias)
			}
		}
	}
	for _, m := range slices.Concat(s.Want.Primary, s.Want.Also, s.Want.Consequences) {
		if c := findCode(m.Code); c == nil {
			l.add("%s: wants %s, which is no code", s.Name, m.Code)
		} else if page := l.book[c.ID]; page != nil && strings.Contains(strings.ToLower(world), strings.ToLower(page.Title)) {
			l.add("%s: the world says what is to be found, %q", s.Name, page.Title)
		}
	}
}
