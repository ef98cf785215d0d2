package checks

import (
	"context"
	"fmt"
	"strings"
)

// A Driver is what a Pass needs from whoever runs the graph.
type Driver interface {
	// Outcome returns what a check established for a subject; the subject is ignored for a Once check. ok is false if
	// there is no such node or it did not run to a result.
	Outcome(c *Check, s *Subject) (o Outcome, ok bool)
	// Outcomes returns every node of a check that has ended, in a stable order.
	Outcomes(c *Check) []Outcome
	// Reach adds a host met on the way with all its checks, waits for one of them and returns its result.
	Reach(ctx context.Context, s *Subject, c *Check) (any, error)
}

// An Outcome is an ended node as other checks see it.
type Outcome struct {
	Node     string
	Subject  *Subject
	Pathway  *Pathway
	State    State
	Result   any
	Findings []*Finding
}

// Found reports whether the outcome holds a finding with one of the codes.
func (o Outcome) Found(codes ...*Code) bool {
	for _, f := range o.Findings {
		for _, c := range codes {
			if f.Code == c {
				return true
			}
		}
	}
	return false
}

// A Pass is one application of a check: what it looks at, the World, and where its conclusions go. It belongs to one
// call of Run and is not safe for concurrent use, except for World and Reach.
type Pass struct {
	World   World
	Target  *Target
	Check   *Check
	Subject *Subject // PerHost
	Pathway *Pathway // PerPathway
	Level   Level

	Findings []*Finding
	Observed []Evidence
	Pictures []Picture
	Traffic  []Traffic
	Depth    Depth
	Spent    bool // a sign-in attempt was made: the check is not applied a second time

	driver Driver
}

// NewPass is for drivers.
func NewPass(d Driver, w World, t *Target, c *Check) *Pass {
	return &Pass{World: w, Target: t, Check: c, driver: d}
}

// Report concludes. The evidence must hold every placeholder of the code's sentence.
func (p *Pass) Report(c *Code, sure Certainty, ev ...Evidence) *Finding {
	f := &Finding{Code: c, Certainty: sure, Owner: c.Owner, Impact: c.Impact, Subject: p.Subject, Evidence: ev}
	p.Findings = append(p.Findings, f)
	return f
}

// Observe keeps facts that are no finding.
func (p *Pass) Observe(ev ...Evidence) { p.Observed = append(p.Observed, ev...) }

// Keep keeps a picture of a page; what was typed must be masked in it.
func (p *Pass) Keep(name string, png []byte) { p.Pictures = append(p.Pictures, Picture{name, png}) }

// KeepTraffic keeps what a browser asked on a walk.
func (p *Pass) KeepTraffic(t Traffic) { p.Traffic = append(p.Traffic, t) }

// Reached records how far the pathway was exercised; only the deepest counts.
func (p *Pass) Reached(d Depth) { p.Depth = max(p.Depth, d) }

// Reach adds a host met on the way and returns the result of c for it, or a *BlockedError if the host failed before.
// Return that error unchanged from Run: the node is then blocked by the one that failed.
func (p *Pass) Reach(ctx context.Context, s *Subject, c *Check) (any, error) {
	return p.driver.Reach(ctx, s, c)
}

// Outcome returns what a check established for the pass's own subject, or for this computer.
func (p *Pass) Outcome(c *Check) (Outcome, bool) { return p.driver.Outcome(c, p.Subject) }

// OutcomeOn returns what a check established for another subject.
func (p *Pass) OutcomeOn(c *Check, s *Subject) (Outcome, bool) { return p.driver.Outcome(c, s) }

// Outcomes returns every ended node of a check.
func (p *Pass) Outcomes(c *Check) []Outcome { return p.driver.Outcomes(c) }

// ResultOf returns the typed result of a prerequisite for the pass's own subject, or for this computer. ok is false if
// the prerequisite did not run to a result, which only happens for Uses.
func ResultOf[T any](p *Pass, c *Check) (T, bool) { return ResultOn[T](p, c, p.Subject) }

// ResultOn is ResultOf for another subject, for example one of the pathway's.
func ResultOn[T any](p *Pass, c *Check, s *Subject) (T, bool) {
	o, _ := p.driver.Outcome(c, s)
	v, ok := o.Result.(T)
	return v, ok
}

// ReachFor is Reach with the result's type. What programs alone fail at has no result and blocks no browser's way: that
// is a *SkipError.
func ReachFor[T any](ctx context.Context, p *Pass, s *Subject, c *Check) (T, error) {
	v, err := p.Reach(ctx, s, c)
	t, ok := v.(T)
	if err == nil && v == nil {
		return t, Skip("Programs get no answer from %s; only a browser can look.", s.Name())
	}
	if err == nil && !ok {
		err = fmt.Errorf("%s has no result for %s", c.ID, s.Name())
	}
	return t, err
}

// A BlockedError says that something earlier on the way failed; By holds the ids of the nodes.
type BlockedError struct {
	By   []string
	Hits Clients
}

func (e *BlockedError) Error() string { return "blocked by " + strings.Join(e.By, ", ") }

// A SkipError says that a check does not apply here, in one sentence for the reader.
type SkipError struct {
	Reason string
	Open   bool // there is nothing to look at: what requires the check runs all the same
}

func (e *SkipError) Error() string { return e.Reason }

// Skip returns a SkipError.
func Skip(format string, args ...any) error { return &SkipError{Reason: fmt.Sprintf(format, args...)} }
