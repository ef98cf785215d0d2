package main

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"logindoctor/fixtures"
)

// An entry is one line of the fault catalogue, or a code that needs an excuse.
type entry struct {
	id       string
	unseen   string // why no program can observe it
	question string // words of the question that the report asks instead
	test     string // "PACKAGE TEST" that shows it where the lab cannot
	only     string // why it cannot be made in a second way
	open     bool   // nobody has built it yet
}

//go:embed faults.txt
var faultsText string

// faults reads the fault catalogue: 142 faults, 15 combinations of them and 11 worlds that are healthy but odd.
func faults() ([]entry, error) {
	var all []entry
	for line := range strings.Lines(faultsText) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		id, mark, _ := strings.Cut(line, " ")
		e := entry{id: id}
		if err := e.read(mark); err != nil {
			return nil, fmt.Errorf("faults.txt: %s: %w", id, err)
		}
		all = append(all, e)
	}
	return all, nil
}

func (e *entry) read(mark string) error {
	reason, unseen := strings.CutPrefix(mark, "not observable: ")
	test, apart := strings.CutPrefix(mark, "tested by ")
	only, single := strings.CutPrefix(mark, "one way: ")
	ok := false
	switch {
	case mark == "":
		return nil
	case mark == "open":
		e.open = true
		return nil
	case single:
		e.only, ok = only, only != ""
	case unseen:
		e.unseen, e.question, ok = strings.Cut(reason, "; asks: ")
	case apart:
		e.test, _, ok = strings.Cut(test, ": ")
	}
	if !ok {
		return fmt.Errorf("%q is neither open, nor one way for a reason, nor not observable with a question, nor tested by a test for a reason", mark)
	}
	return nil
}

// code reports whether the entry is no fault, but a code that has no scenario.
func (e entry) code() bool { return strings.HasPrefix(e.id, "LD") }

// domain is where the cause lives: the first word of the id.
func (e entry) domain() string {
	domain, _, _ := strings.Cut(e.id, "-")
	return domain
}

// fault reports whether the entry is a single fault, which has a code of its own name.
func (e entry) fault() bool { return !e.code() && e.domain() != "combo" && e.domain() != "odd" }

// shownBy reports whether a scenario makes the entry: it wants the fault by name, or a code that has no other name, or it is
// called like the combination or the odd world.
func (e entry) shownBy(s *fixtures.Scenario) bool {
	if !e.fault() {
		return strings.HasPrefix(e.id+"-", s.Name+"-")
	}
	return slices.ContainsFunc(slices.Concat(s.Want.Primary, s.Want.Also, s.Want.Consequences), func(m fixtures.Mention) bool {
		c := findCode(m.Code)
		return m.Code == e.id || c != nil && slices.Equal(c.Aliases, []string{e.id})
	})
}
