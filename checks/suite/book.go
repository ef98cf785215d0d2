package suite

//go:generate go run ./generate

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"logindoctor/checks"
)

// Manuals reads the manual of every check, by check id.
func Manuals(all []*checks.Check) (map[string]*checks.Manual, error) {
	manuals := map[string]*checks.Manual{}
	for _, c := range all {
		if c.Files == nil {
			continue // a plug-in brings none
		}
		m, err := checks.ReadManual(c.Files)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.ID, err)
		}
		manuals[c.ID] = m
	}
	return manuals, nil
}

// Codes returns every code of the checks, in the order of their numbers.
func Codes(all []*checks.Check) []*checks.Code {
	var list []*checks.Code
	for _, c := range all {
		list = append(list, c.Codes...)
	}
	slices.SortFunc(list, func(a, b *checks.Code) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// Scenarios returns the scenario files of every check by name, "tls.chain/clean".
func Scenarios(all []*checks.Check) (map[string][]byte, error) {
	texts := map[string][]byte{}
	for _, c := range all {
		if c.Files == nil {
			continue
		}
		names, err := fs.Glob(c.Files, "scenarios/*.txtar")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			text, err := fs.ReadFile(c.Files, name)
			if err != nil {
				return nil, err
			}
			short := strings.TrimSuffix(strings.TrimPrefix(name, "scenarios/"), ".txtar")
			texts[c.ID+"/"+short] = text
		}
	}
	return texts, nil
}
