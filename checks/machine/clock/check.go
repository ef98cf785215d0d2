// Package clock measures how wrong the clock of this computer is.
package clock

import (
	"context"
	"embed"
	"time"

	"logindoctor/checks"
)

//go:embed README.md scenarios
var files embed.FS

// Check compares the clock with several independent ones.
var Check = &checks.Check{ID: "machine.clock", Files: files, Scope: checks.Once, Run: run}

// A Result is the measured offset.
type Result struct {
	Offset  time.Duration // local minus true
	Known   bool          // enough sources agree
	Sources []Source
}

// A Source is what one clock said.
type Source struct {
	Host   string
	Kind   string // "NTP" or "Date"
	Offset time.Duration
	Err    error
}

// Verified returns the true time for a local one, or the local one if the truth is not known.
func (r Result) Verified(now time.Time) time.Time {
	if !r.Known {
		return now
	}
	return now.Add(-r.Offset)
}

func run(context.Context, *checks.Pass) (any, error) { return Result{}, nil }
