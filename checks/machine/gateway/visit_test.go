package gateway

import (
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/internal/plain"
)

func TestCame(t *testing.T) {
	empty := checks.Control{Status: 204}
	text := checks.Control{Status: 200, Body: "Connect Test"}
	for _, test := range []struct {
		name    string
		control checks.Control
		page    *plain.Page
		want    came
	}{
		{"nothing", empty, nil, nothing},
		{"empty as known", empty, &plain.Page{Status: 204}, known},
		{"text as known", text, &plain.Page{Status: 200, Body: []byte("Microsoft Connect Test\n")}, known},
		{"a page instead of nothing", empty, &plain.Page{Status: 200, Body: []byte("<html>")}, foreign},
		{"another text", text, &plain.Page{Status: 200, Body: []byte("Welcome")}, foreign},
		{"sent elsewhere", empty, &plain.Page{Status: 302}, foreign},
		{"the status made for it", empty, &plain.Page{Status: 511}, foreign},
		{"a filter", empty, &plain.Page{Status: 403}, refusal},
		{"a proxy without a login", empty, &plain.Page{Status: 407}, refusal},
	} {
		if got := (Visit{Control: test.control, Page: test.page}).came(); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestReplaced(t *testing.T) {
	bad, good := Visit{Page: &plain.Page{Status: 302}}, Visit{Page: &plain.Page{Status: 200}, Control: checks.Control{Status: 200}}
	refused, none := Visit{Page: &plain.Page{Status: 403}}, Visit{}
	for _, test := range []struct {
		name   string
		visits []Visit
		want   bool
	}{
		{"all", []Visit{bad, bad, bad}, true},
		{"two of three, one silent", []Visit{bad, bad, none}, true},
		{"one changed page of three", []Visit{bad, none, none}, false},
		{"one is as known", []Visit{bad, bad, good}, false},
		{"one is refused", []Visit{bad, bad, refused}, false},
		{"the only one", []Visit{bad}, true},
	} {
		if got := replaced(test.visits); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}
