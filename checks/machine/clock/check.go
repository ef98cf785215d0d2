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
var Check = &checks.Check{ID: "machine.clock", Files: files, Scope: checks.Once, Run: run, Timeout: 20 * time.Second,
	Codes: []*checks.Code{FarOff, Off, Note, AtRisk, Unsynchronised}}

// The codes. LD2210 is the sign-in page of the network.
var (
	FarOff = &checks.Code{ID: "LD1101", Aliases: []string{"host-clock-skew-large"}, Impact: checks.Blocking,
		Owner: checks.OwnerDeviceIT, ExplainedBy: []string{"LD2210"}}
	Off = &checks.Code{ID: "LD1102", Aliases: []string{"host-clock-skew-small"}, Impact: checks.Degrading,
		Owner: checks.OwnerDeviceIT, ExplainedBy: []string{"LD2210"}}
	Note           = &checks.Code{ID: "LD1103", Impact: checks.Info, Owner: checks.OwnerDeviceIT}
	AtRisk         = &checks.Code{ID: "LD1104", Impact: checks.Risk, Owner: checks.OwnerDeviceIT, ExplainedBy: []string{"LD2210"}}
	Unsynchronised = &checks.Code{ID: "LD1105", Aliases: []string{"host-ntp-unreachable"}, Impact: checks.Risk,
		Owner: checks.OwnerNetwork, ExplainedBy: []string{"LD2210", "LD1101", "LD1102"}}
)

// day is the offset from which certificates of any age are misjudged somewhere, whatever those of the controls say.
const day = 24 * time.Hour

// A Result is the measured offset.
type Result struct {
	Offset  time.Duration // local minus true
	Known   bool          // enough sources agree
	Sources []Source
}

// Verified returns the true time for a local one, or the local one if the truth is not known.
func (r Result) Verified(now time.Time) time.Time {
	if !r.Known {
		return now
	}
	return now.Add(-r.Offset)
}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	r := Result{Sources: measure(ctx, p.World, p.Target)}
	r.Offset, r.Known = agree(r.Sources)
	for _, s := range r.Sources {
		if s.Err != nil {
			p.Observe(checks.Public("clock_of", s.Host), checks.Public("by", s.Kind), checks.Text("error", s.Err.Error()))
			continue
		}
		p.Observe(checks.Public("clock_of", s.Host), checks.Public("by", s.Kind), checks.Span("offset", s.Offset))
	}
	if r.Known {
		judge(p, r)
	}
	synchronised(p, r)
	return r, nil
}

func judge(p *checks.Pass, r Result) {
	limits := p.Target.Limits
	off := r.Offset.Abs()
	say := func(c *checks.Code, limit time.Duration) {
		p.Report(c, checks.Confirmed, checks.Span("offset", off), checks.Public("direction", direction(r.Offset)),
			checks.Span("limit", limit), checks.Count("sources", r.agreeing()))
	}
	switch {
	case off >= day, r.missed(p.World.Now()):
		say(FarOff, min(off, day))
	case off >= time.Duration(limits.ClockBad) && limits.ClockBad > 0:
		say(Off, time.Duration(limits.ClockBad))
	case off >= time.Duration(limits.ClockRisk) && limits.ClockRisk > 0:
		say(AtRisk, time.Duration(limits.ClockRisk))
	case off >= time.Duration(limits.ClockNote) && limits.ClockNote > 0:
		say(Note, time.Duration(limits.ClockNote))
	}
}

// missed reports whether an unrelated certificate holds now, but not by the local clock.
func (r Result) missed(now time.Time) bool {
	for _, s := range r.Sources {
		if s.Leaf != nil && inside(s, r.Verified(now)) && !inside(s, now) {
			return true
		}
	}
	return false
}

func inside(s Source, at time.Time) bool {
	return !at.Before(s.Leaf.NotBefore) && !at.After(s.Leaf.NotAfter)
}

// agreeing counts the sources within spread of the offset.
func (r Result) agreeing() int {
	n := 0
	for _, s := range r.Sources {
		if s.Err == nil && (s.Offset-r.Offset).Abs() <= spread {
			n++
		}
	}
	return n
}

// synchronised reports that no time server answers although the network works otherwise.
func synchronised(p *checks.Pass, r Result) {
	asked, dates := 0, 0
	for _, s := range r.Sources {
		switch {
		case s.Kind == ntpKind && s.Err == nil:
			return
		case s.Kind == ntpKind:
			asked++
		case s.Err == nil:
			dates++
		}
	}
	if asked > 0 && dates > 0 {
		p.Report(Unsynchronised, checks.Likely, checks.Count("servers", asked), checks.Span("offset", r.Offset.Abs())).FromSilence()
	}
}

func direction(offset time.Duration) string {
	if offset < 0 {
		return "behind"
	}
	return "ahead"
}
