package checks

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
)

var (
	checkID = regexp.MustCompile(`^[a-z]+\.[a-z0-9-]+$`) // digits and dashes are for plug-ins
	codeID  = regexp.MustCompile(`^(LD[0-9]{4}|X-[a-z0-9-]{1,32}-[0-9]{1,3})$`)
)

// Validate finds every mistake in the declarations of a set of checks: it is run once over suite and plug-ins.
func Validate(all []*Check) error {
	v := validator{byCode: map[string]*Code{}, byAlias: map[string]string{}, checks: all}
	for _, c := range all {
		v.check(c)
	}
	for _, c := range all {
		v.lent(c)
	}
	for _, code := range v.codes {
		v.explainedBy(code)
	}
	v.explanationCycles()
	return errors.Join(v.errs...)
}

type validator struct {
	checks  []*Check
	codes   []*Code
	byCode  map[string]*Code
	byAlias map[string]string
	ids     []string
	errs    []error
}

func (v *validator) add(format string, args ...any) {
	v.errs = append(v.errs, fmt.Errorf(format, args...))
}

func (v *validator) check(c *Check) {
	if !checkID.MatchString(c.ID) || !slices.Contains(Stages, c.Stage()) {
		v.add("%s: an id is stage.question with a stage of %v", c.ID, Stages)
	}
	if slices.Contains(v.ids, c.ID) {
		v.add("%s: declared twice", c.ID)
	}
	v.ids = append(v.ids, c.ID)
	if c.Run == nil || c.Scope == 0 {
		v.add("%s: needs a scope and a run function", c.ID)
	}
	for _, r := range slices.Concat(c.Requires, c.Uses) {
		if !slices.Contains(v.checks, r) {
			v.add("%s: depends on %s, which is not in the set", c.ID, r.ID)
		}
		if Late(r) && !Late(c) {
			v.add("%s: depends on %s, which only runs when every host is known", c.ID, r.ID)
		}
	}
	for _, code := range c.Codes {
		v.code(c, code)
	}
}

func (v *validator) code(c *Check, code *Code) {
	if !codeID.MatchString(code.ID) {
		v.add("%s: code %q is not LDnnnn", c.ID, code.ID)
	}
	if code.Impact == 0 || code.Owner == "" {
		v.add("%s: %s needs an impact and an owner", c.ID, code.ID)
	}
	if v.byCode[code.ID] != nil {
		v.add("%s: %s belongs to another check already", c.ID, code.ID)
	}
	v.byCode[code.ID] = code
	v.codes = append(v.codes, code)
	for _, a := range code.Aliases {
		if other := v.byAlias[a]; other != "" {
			v.add("%s: alias %s belongs to %s already", code.ID, a, other)
		}
		v.byAlias[a] = code.ID
	}
}

func (v *validator) lent(c *Check) {
	for _, code := range c.Lent {
		if v.byCode[code.ID] != code || slices.Contains(c.Codes, code) {
			v.add("%s: %s is not another check's to lend", c.ID, code.ID)
		}
	}
}

func (v *validator) explainedBy(code *Code) {
	for _, id := range code.ExplainedBy {
		if len(v.named(id)) == 0 {
			v.add("%s: explained by %s, which nobody declares", code.ID, id)
		}
	}
}

// named returns the code with an id, or all codes of the check with it.
func (v *validator) named(id string) []*Code {
	if code := v.byCode[id]; code != nil {
		return []*Code{code}
	}
	for _, c := range v.checks {
		if c.ID == id {
			return c.Codes
		}
	}
	return nil
}

func (v *validator) explanationCycles() {
	state := map[string]int{} // 1 on the path, 2 done
	var visit func(id string) bool
	visit = func(id string) bool {
		if state[id] != 0 || v.byCode[id] == nil {
			return state[id] == 1
		}
		state[id] = 1
		for _, by := range v.byCode[id].ExplainedBy {
			for _, next := range v.named(by) {
				if visit(next.ID) {
					v.add("%s: its explanations lead back to it through %s", id, next.ID)
				}
			}
		}
		state[id] = 2
		return false
	}
	for _, code := range v.codes {
		visit(code.ID)
	}
}

// Late reports whether a check draws a conclusion over all hosts and so runs after every node that can hand over hosts.
func Late(c *Check) bool {
	if c.Scope != Once {
		return false
	}
	return slices.ContainsFunc(slices.Concat(c.Requires, c.Uses), func(r *Check) bool { return r.Scope != Once || Late(r) })
}
