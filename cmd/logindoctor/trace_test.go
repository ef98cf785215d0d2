package main

import (
	"regexp"
	"strings"
	"testing"

	"logindoctor/fixtures"
)

func TestTrace(t *testing.T) {
	w := start(t, "A world in which everybody gets in.\n-- world --\n-- want --\nprimary none\n", fixtures.Options{})
	out, trace, code := logindoctor(t, w, append([]string{"run", "--trace", "--pathway", "portal", "-o", "brief"}, w.Args()...)...)
	if code != 0 || strings.Contains(string(out), "step ") {
		t.Errorf("exit code %d, standard output\n%s", code, out)
	}
	lines := strings.Split(strings.TrimSpace(string(trace)), "\n")
	form := regexp.MustCompile(`^\d\d:\d\d:\d\d\.\d\d\d portal {5}(browser|step|page|console|message|cookie|failure|window|end) `)
	for _, line := range lines {
		if !form.MatchString(line) {
			t.Errorf("line %q", line)
		}
	}
	for _, part := range []string{"browser ", "page GET 200 https://" + w.Host("portal") + "/", "step portal.password done ", "end done"} {
		if !strings.Contains(string(trace), part) {
			t.Errorf("no %q in\n%s", part, trace)
		}
	}
}
