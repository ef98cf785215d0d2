package report

import (
	"embed"
	"strings"

	"logindoctor/checks"
)

//go:embed README.md
var files embed.FS

// Manual explains the codes of this package: what logindoctor could not see, and its own faults.
func Manual() (*checks.Manual, error) { return checks.ReadManual(files) }

// The codes on coverage. They are conclusions from a whole run, so no check owns them.
var (
	NotStopped = &checks.Code{ID: "LD6000", Impact: checks.Info, Owner: checks.OwnerUndetermined}
	CutShort   = &checks.Code{ID: "LD9102", Impact: checks.Info, Owner: checks.OwnerOperator}
	NotRecent  = &checks.Code{ID: "LD9401", Impact: checks.Info, Owner: checks.OwnerOperator}
	CouldNot   = &checks.Code{ID: "LD9103", Impact: checks.Info, Owner: checks.OwnerOperator}
	OwnFault   = &checks.Code{ID: "LD9901", Impact: checks.Info, Owner: checks.OwnerOperator}
)

// Codes are all codes of this package.
var Codes = []*checks.Code{NotStopped, CutShort, CouldNot, NotRecent, OwnFault}

// cover adds a finding for every check that could not look, so that "unknown" always has a reason and a way on.
func (d *diagnosis) cover() {
	seen := map[*checks.Check]bool{}
	for _, n := range d.run.Nodes {
		if n.State != checks.Errored || !required(n) || len(n.Pathways) == 0 || seen[n.Check] {
			continue
		}
		if !d.run.Complete {
			d.coverage(CutShort, n, checks.Span("took", d.run.Took))
			return
		}
		seen[n.Check] = true
		reason, trace, panicked := strings.Cut(n.Reason, "\n")
		if panicked && strings.Contains(reason, "panicked") {
			d.coverage(OwnFault, n, checks.Public("check", n.Check.ID), checks.Text("reason", reason), checks.Text("trace", trace))
			continue
		}
		d.coverage(CouldNot, n, checks.Public("check", n.Check.ID), checks.Text("reason", n.Reason))
	}
}

func (d *diagnosis) coverage(c *checks.Code, n *checks.Node, ev ...checks.Evidence) {
	f := &checks.Finding{Code: c, Certainty: checks.Confirmed, Owner: c.Owner, Subject: n.Subject, Impact: c.Impact, Evidence: ev}
	d.items = append(d.items, &item{Finding: f, node: n, impact: f.Impact, pathways: n.Pathways, coverage: true})
}

// promoteCoverage makes the first reason for not knowing the cause, unless something is known to be broken.
func (d *diagnosis) promoteCoverage() {
	for _, it := range d.items {
		if it.role == RootCause && it.impact == checks.Blocking {
			return
		}
	}
	for _, it := range d.items {
		if it.coverage {
			for _, other := range d.items {
				if other.role == RootCause {
					other.role = Unrelated
				}
			}
			it.role = RootCause
			return
		}
	}
}
