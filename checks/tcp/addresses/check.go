// Package addresses tries every address of a host for itself, because programs that meet one of them meet no other.
package addresses

import (
	"context"
	"embed"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/whose"
	"logindoctor/checks/machine/clock"
	"logindoctor/checks/tcp/connect"
	"logindoctor/checks/tls/chain"
	"logindoctor/checks/tls/dates"
	"logindoctor/checks/tls/version"
	"logindoctor/checks/web/answer"
)

//go:embed README.md scenarios
var files embed.FS

// Check compares the address that the other checks use with the further ones of the same answer.
var Check = &checks.Check{ID: "tcp.addresses", Files: files, Scope: checks.PerHost, Roles: roles,
	Uses: []*checks.Check{clock.Check, connect.Check, version.Check, dates.Check, chain.Check, answer.Check},
	Run:  run, Timeout: 40 * time.Second, Codes: []*checks.Code{OneDead}}

var roles = []checks.Role{checks.RoleWeb, checks.RoleAPI, checks.RolePortal, checks.RoleHome, checks.RoleIDP, checks.RoleCDN}

// OneDead concludes that the host works at some of its addresses only.
var OneDead = &checks.Code{ID: "LD2205", Aliases: []string{"net-one-address-dead"}, Impact: checks.Degrading,
	Owner: checks.OwnerUndetermined}

// most is how many addresses are tried.
const most = 8

func run(ctx context.Context, p *checks.Pass) (any, error) {
	tcp, ok := checks.ResultOf[connect.Result](p, connect.Check)
	if !ok || tcp.Proxy != nil || len(tcp.Attempts) < 2 || !tcp.Addr.IsValid() {
		return nil, nil // there is nothing to compare
	}
	all := try(ctx, p, tcp)
	var bad []tried
	for _, t := range all {
		p.Observe(checks.Network("at", t.addr.Addr().String()+" "+t.says()))
		if t.why != "" {
			bad = append(bad, t)
		}
	}
	if len(bad) > 0 && len(bad) < len(all) {
		report(p, all, bad)
	}
	return nil, nil
}

func report(p *checks.Pass, all, bad []tried) {
	f := p.Report(OneDead, checks.Confirmed, checks.Public("host", p.Subject.Host), checks.Count("dead", len(bad)), checks.Count("of", len(all)),
		checks.Network("address", bad[0].addr.Addr().String()), checks.Public("did", bad[0].why), checks.Network("tried", list(all)))
	if bad[0].why != mute { // who refuses decided, who is silent may be filtered on the way
		f.By(whose.Host(p.Target, p.Subject))
	}
}
