// Package code tells whether a one-time code that is made on this computer would still be accepted.
package code

import (
	"context"
	"embed"
	"errors"

	"logindoctor/checks"
	"logindoctor/checks/internal/totp"
	"logindoctor/checks/machine/clock"
)

//go:embed README.md scenarios
var files embed.FS

// Late is a code that belongs to another time step than the server's.
var Late = &checks.Code{ID: "LD6201", Impact: checks.Degrading, Owner: checks.OwnerDeviceIT,
	ExplainedBy: []string{"LD1101", "LD1102", "LD1104"}}

// Check compares time steps; it sends nothing.
var Check = &checks.Check{ID: "login.code", Files: files, Scope: checks.Once, Uses: []*checks.Check{clock.Check},
	Codes: []*checks.Code{Late}, Run: run}

// A Result is how far the codes of this computer are off.
type Result struct {
	Steps int  // time steps ahead of the true time, negative if behind
	Known bool // the true time is known
}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	measured, ok := checks.ResultOf[clock.Result](p, clock.Check)
	if !ok || !measured.Known {
		return Result{}, nil
	}
	// Whole steps of the offset: where in a step this moment falls says nothing about the next code.
	r := Result{Steps: int(measured.Offset / totp.Step), Known: true}
	p.Observe(checks.Count("code_steps", r.Steps))
	if err := seed(ctx, p); err != nil {
		return nil, err
	}
	if r.Steps == 0 {
		return r, nil
	}
	direction := "ahead"
	if r.Steps < 0 {
		direction = "behind"
	}
	p.Report(Late, checks.Likely, checks.Count("steps", max(r.Steps, -r.Steps)), checks.Public("direction", direction),
		checks.Span("offset", measured.Offset.Abs()), checks.Span("step", totp.Step))
	return r, nil
}

// seed notes whether the test account's seed can be read and whether its code of now is the true one.
func seed(ctx context.Context, p *checks.Pass) error {
	s, err := p.World.Secret(ctx, "staff.totp")
	if errors.Is(err, checks.ErrNoSecret) {
		return nil
	}
	if err != nil {
		return err
	}
	key, err := totp.Seed(s)
	if err != nil {
		p.Observe(checks.Public("seed", "not base32"))
		return nil
	}
	now := p.World.Now()
	measured, _ := checks.ResultOf[clock.Result](p, clock.Check)
	same := key.Code(now).Reveal() == key.Code(measured.Verified(now)).Reveal()
	p.Observe(checks.Public("code_is_current", map[bool]string{true: "yes", false: "no"}[same]))
	return nil
}
