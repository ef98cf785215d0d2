package checks

import (
	"context"
	"strings"
	"testing"
)

func nothing(context.Context, *Pass) (any, error) { return nil, nil }

func declared(id string, codes ...*Code) *Check {
	return &Check{ID: id, Scope: PerHost, Run: nothing, Codes: codes}
}

func TestValidateFindsMistakes(t *testing.T) {
	good := func(id string) *Code { return &Code{ID: id, Impact: Blocking, Owner: OwnerVendor} }
	explained := func(id string, by ...string) *Code {
		c := good(id)
		c.ExplainedBy = by
		return c
	}
	named := func(id, alias string) *Code {
		c := good(id)
		c.Aliases = []string{alias}
		return c
	}
	stranger := declared("dns.stranger")
	late := &Check{ID: "tls.late", Scope: Once, Run: nothing, Uses: []*Check{stranger}}
	early := declared("web.early")
	early.Uses = []*Check{late}
	needy := declared("tcp.needy")
	needy.Requires = []*Check{stranger}
	lone := good("LD2008")
	borrower := declared("dns.borrower")
	borrower.Lent = []*Code{lone}
	cases := map[string]struct {
		all  []*Check
		want string
	}{
		"no stage":              {[]*Check{declared("nowhere.a")}, "stage.question"},
		"twice":                 {[]*Check{declared("dns.a"), declared("dns.a")}, "declared twice"},
		"nothing to run":        {[]*Check{{ID: "dns.a", Scope: Once}}, "run function"},
		"stranger":              {[]*Check{needy}, "not in the set"},
		"bad code":              {[]*Check{declared("dns.a", good("LD12"))}, "not LDnnnn"},
		"code without an owner": {[]*Check{declared("dns.a", &Code{ID: "LD2001", Impact: Risk})}, "owner"},
		"code of two checks":    {[]*Check{declared("dns.a", good("LD2001")), declared("dns.b", good("LD2001"))}, "another check"},
		"lent by nobody":        {[]*Check{borrower}, "to lend"},
		"alias of two codes":    {[]*Check{declared("dns.a", named("LD2001", "x"), named("LD2002", "x"))}, "alias x"},
		"unknown explanation":   {[]*Check{declared("dns.a", explained("LD2001", "LD2009"))}, "nobody declares"},
		"explanations in a circle": {[]*Check{declared("dns.a", explained("LD2001", "LD2002"), explained("LD2002", "LD2003"),
			explained("LD2003", "LD2001"))}, "lead back"},
		"explanations in a circle through a check": {[]*Check{declared("dns.a", explained("LD2001", "dns.b")),
			declared("dns.b", good("LD2002"), explained("LD2003", "LD2001"))}, "lead back"},
		"early needs late": {[]*Check{stranger, late, early}, "every host is known"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if err := Validate(c.all); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	if err := Validate([]*Check{stranger, late, borrower, declared("dns.lender", lone), declared("web.b", good("LD4001"), explained("LD4002", "LD4001")),
		declared("login.c", explained("LD5001", "web.b"))}); err != nil {
		t.Errorf("a good set: %v", err)
	}
}
