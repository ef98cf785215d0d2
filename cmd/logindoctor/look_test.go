package main

import "testing"

// Off beats forced on, and forced on beats what the terminal is (ux.md 2.6).
func TestColour(t *testing.T) {
	for _, c := range []struct {
		flag           string
		env            map[string]string
		terminal, file bool // file: the output goes to one
		want           bool
	}{
		{flag: "auto", terminal: true, want: true},
		{flag: "auto"},
		{flag: "auto", terminal: true, file: true},
		{flag: "auto", terminal: true, env: map[string]string{"TERM": "dumb"}},
		{flag: "auto", terminal: true, env: map[string]string{"NO_COLOR": "1"}},
		{flag: "auto", terminal: true, env: map[string]string{"NO_COLOR": ""}, want: true},
		{flag: "auto", env: map[string]string{"CLICOLOR_FORCE": "1"}, want: true},
		{flag: "auto", env: map[string]string{"FORCE_COLOR": "1"}, want: true},
		{flag: "auto", env: map[string]string{"FORCE_COLOR": "1", "NO_COLOR": "1"}},
		{flag: "always", env: map[string]string{"NO_COLOR": "1"}, want: true},
		{flag: "never", terminal: true, env: map[string]string{"FORCE_COLOR": "1"}},
	} {
		term := &terminal{outTTY: c.terminal, getenv: func(name string) string { return c.env[name] }}
		if got := (look{color: c.flag}).options(term, c.file).Color; got != c.want {
			t.Errorf("%+v: colour is %v", c, got)
		}
	}
}

// The width is the terminal's within limits, and 80 columns where there is none.
func TestWidth(t *testing.T) {
	for _, c := range []struct{ flag, terminal, want int }{{0, 0, 0}, {0, 100, 100}, {0, 40, 60}, {0, 300, 120}, {150, 100, 150}} {
		term := &terminal{outTTY: c.terminal > 0, width: c.terminal, getenv: func(string) string { return "" }}
		if got := (look{width: c.flag}).options(term, false).Width; got != c.want {
			t.Errorf("%+v: %d columns", c, got)
		}
	}
}
