package main

import (
	"context"
	"io"
	"os/exec"
	"testing"

	"logindoctor/fixtures"
)

// TestComputersOfTheirOwn diagnoses every scenario that the tests of its check cannot run: those about what a computer
// has in /etc, in its registry of policies and on ports that need rights.
func TestComputersOfTheirOwn(t *testing.T) {
	if err := fixtures.Own(exec.Command("true")); err != nil {
		t.Skip(err)
	}
	names, err := scenarioNames()
	if err != nil {
		t.Fatal(err)
	}
	a := &app{terminal: &terminal{out: io.Discard, err: io.Discard, getenv: func(string) string { return "" },
		executable: func() (string, error) { return exec.LookPath("logindoctor") }}} // put there by testscript.Main
	a.flags.progress = "none"
	turns := make(chan struct{}, 3)
	moved := 0
	t.Run("all", func(t *testing.T) {
		for _, name := range names {
			s, _, err := scenario(name)
			if err != nil {
				t.Fatal(err)
			}
			if s.Alone() {
				continue
			}
			moved++
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				turns <- struct{}{}
				defer func() { <-turns }()
				for _, m := range a.tryOne(t.Context(), s, scoreFlags{}).Missed {
					t.Error(m)
				}
			})
		}
	})
	if moved == 0 {
		t.Error("no scenario needs a computer of its own")
	}
}

func TestComputerOfItsOwnIsNotThisOne(t *testing.T) {
	s, err := fixtures.Parse("x", []byte("A computer of its own.\n-- world --\nmachine native\n-- want --\nprimary none\n"))
	if err != nil {
		t.Fatal(err)
	}
	if w, err := fixtures.Start(context.Background(), s, fixtures.Options{Dir: t.TempDir()}); err == nil {
		w.Close()
		t.Error("the world was started where it would have changed this computer")
	}
	a := &app{terminal: &terminal{out: io.Discard, err: io.Discard, getenv: func(string) string { return "1" }}}
	if a.mustMove(s) {
		t.Error("a process on a computer of its own moves again")
	}
}
