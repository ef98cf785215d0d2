// Package gateway tells whether the network lets this computer out at all, or shows it a sign-in page of its own.
package gateway

import (
	"context"
	"embed"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/tlsq"
)

//go:embed README.md scenarios
var files embed.FS

// Check fetches pages whose text is known beforehand over plain HTTP, where a gateway would put in its own.
var Check = &checks.Check{ID: "machine.gateway", Files: files, Scope: checks.Once, Run: run, Timeout: 20 * time.Second,
	Codes: []*checks.Code{CaptivePortal, NoNetwork}}

// The codes.
var (
	CaptivePortal = &checks.Code{ID: "LD2210", Aliases: []string{"net-captive-portal"}, Impact: checks.Blocking, Owner: checks.OwnerUser}
	NoNetwork     = &checks.Code{ID: "LD1001", Aliases: []string{"host-no-network"}, Impact: checks.Blocking, Owner: checks.OwnerUser}
)

// A Result is what came instead of, or as, the known pages.
type Result struct{ Visits []Visit }

const patience = 5 * time.Second

func run(ctx context.Context, p *checks.Pass) (any, error) {
	if p.Target.Product == nil || len(p.Target.Product.Controls) == 0 {
		return nil, checks.Skip("The product file names no unrelated page to compare with.")
	}
	visits := visit(ctx, p.World, p.Target.Product.Controls)
	for _, v := range visits {
		p.Observe(checks.Public("landmark", v.URL), checks.Public("came", v.came().String()))
	}
	switch {
	case replaced(visits) && !reachable(ctx, p):
		report(p, visits)
	case cutOff(visits) && stranded(ctx, p.World, visits):
		p.Report(NoNetwork, checks.Confirmed, checks.Count("tried", len(visits)), checks.Text("error", visits[0].Err.Error()))
	}
	return Result{visits}, nil
}

// reachable reports whether a host of the sign-in proves itself although the known pages were replaced: then a filter
// changes plain pages, but nobody has to sign in to the network.
func reachable(ctx context.Context, p *checks.Pass) bool {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	all := p.Target.Subjects()
	if len(all) == 0 {
		return false
	}
	via, _ := p.World.ProxyFor(ctx, all[0].URL("/"))
	conn, err := p.World.Dial(ctx, "tcp", all[0].Address(), checks.Dialing{Proxy: via})
	if err != nil {
		return false
	}
	defer conn.Close()
	c, _, err := tlsq.Handshake(ctx, conn, tlsq.Hello{Name: all[0].Host, ALPN: tlsq.Web})
	if err != nil {
		return false
	}
	sent := c.ConnectionState().PeerCertificates
	roots, err := p.World.Roots()
	// The clock is another question: the certificate is judged at a time at which it claims to hold.
	return err == nil && tlsq.Verify(roots, sent, all[0].Host, sent[0].NotBefore.Add(time.Second)) == nil
}

func report(p *checks.Pass, visits []Visit) {
	for _, v := range visits {
		if v.came() != foreign {
			continue
		}
		leads := v.Page.Header.Get("Location")
		if leads == "" {
			leads = v.URL
		}
		p.Report(CaptivePortal, checks.Confirmed, checks.Public("landmark", v.URL), checks.Count("status", v.Page.Status),
			checks.Count("expected", v.Status), checks.Text("leads_to", leads), checks.Count("changed", len(visits)))
		return
	}
}
