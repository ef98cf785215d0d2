// Package speed tells a slow network from a slow service.
package speed

import (
	"context"
	"embed"
	"slices"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/tcp/connect"
	"logindoctor/checks/tls/version"
)

//go:embed README.md scenarios
var files embed.FS

// Check compares how long all hosts took, before any of them had to think.
var Check = &checks.Check{ID: "tcp.speed", Files: files, Scope: checks.Once, Uses: []*checks.Check{connect.Check, version.Check},
	Run: run, Codes: []*checks.Code{SlowPath}}

// SlowPath concludes that every host is far away. LD2210 is the sign-in page of the network.
var SlowPath = &checks.Code{ID: "LD2207", Aliases: []string{"net-slow-not-down"}, Impact: checks.Degrading,
	Owner: checks.OwnerNetwork, ExplainedBy: []string{"LD2210"}}

// limit is the round trip from which sign-in pages miss their own time limits.
const limit = 800 * time.Millisecond

func run(_ context.Context, p *checks.Pass) (any, error) {
	var trips []time.Duration
	control := false
	for _, o := range p.Outcomes(connect.Check) {
		tcp, ok := o.Result.(connect.Result)
		if !ok || tcp.Conn == nil {
			continue
		}
		shaken, _ := checks.ResultOn[version.Result](p, version.Check, o.Subject)
		trips = append(trips, trip(tcp, shaken))
		control = control || o.Subject.Role == checks.RoleControl
	}
	if len(trips) < 2 || !control {
		return nil, checks.Skip("Too few hosts answered to compare them.")
	}
	slices.Sort(trips)
	middle := trips[len(trips)/2]
	p.Observe(checks.Span("round_trip", middle))
	if trips[0] >= limit {
		p.Report(SlowPath, checks.Confirmed, checks.Span("round_trip", middle), checks.Span("limit", limit), checks.Count("hosts", len(trips)))
	}
	return nil, nil
}

// trip estimates one round trip: a handshake takes one or two.
func trip(tcp connect.Result, shaken version.Result) time.Duration {
	return max(tcp.Took, shaken.Took/2)
}
