// Package resolvers tells whether the DNS servers of this computer do their work.
package resolvers

import (
	"context"
	"crypto/rand"
	"embed"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/dnsq"
)

//go:embed README.md scenarios
var files embed.FS

// Check asks every resolver for names that exist and for two that do not.
var Check = &checks.Check{ID: "machine.resolvers", Files: files, Scope: checks.Once, Run: run, Timeout: 20 * time.Second,
	Codes: []*checks.Code{PrimarySilent, AllSilent, AllRefuse, NameInvented, Rewrites}}

// The codes. LD1001 is no network, LD2210 the sign-in page of the network.
var (
	PrimarySilent = &checks.Code{ID: "LD2111", Aliases: []string{"dns-primary-dead-secondary-ok"}, Impact: checks.Degrading,
		Owner: checks.OwnerNetwork, ExplainedBy: []string{"LD1001", "LD2210"}}
	AllSilent = &checks.Code{ID: "LD2112", Aliases: []string{"dns-timeout-all"}, Impact: checks.Blocking,
		Owner: checks.OwnerNetwork, ExplainedBy: []string{"LD1001", "LD2210"}}
	AllRefuse = &checks.Code{ID: "LD2113", Aliases: []string{"dns-refused"}, Impact: checks.Blocking,
		Owner: checks.OwnerNetwork, ExplainedBy: []string{"LD1001", "LD2210"}}
	NameInvented = &checks.Code{ID: "LD2114", Aliases: []string{"dns-nxdomain-rewrite"}, Impact: checks.Blocking,
		Owner: checks.OwnerNetwork, ExplainedBy: []string{"LD2210"}}
	Rewrites = &checks.Code{ID: "LD2115", Impact: checks.Info, Owner: checks.OwnerNetwork, ExplainedBy: []string{"LD2114", "LD2210"}}
)

// A Result is what each resolver did, in this computer's order.
type Result struct{ Resolvers []Resolver }

func run(ctx context.Context, p *checks.Pass) (any, error) {
	if s := first(p.Target); s != nil {
		if via, err := p.World.ProxyFor(ctx, s.URL("/")); err == nil && via != nil {
			return nil, checks.Skip("The proxy %s resolves the names.", via.Host)
		}
	}
	servers, err := p.World.Resolvers(ctx)
	if err != nil {
		return nil, err
	}
	names := realNames(p.Target)
	if len(servers) == 0 || len(names) == 0 {
		return nil, checks.Skip("There is no resolver that could be asked, or no name to ask for.")
	}
	r := Result{Resolvers: survey(ctx, p.World, servers, names)}
	for _, s := range r.Resolvers {
		p.Observe(checks.Network("resolver", s.Addr.String()), checks.Public("did", s.did().String()), checks.Span("took", s.took()))
	}
	judge(p, r.Resolvers)
	invented(ctx, p, r.Resolvers)
	return r, nil
}

func survey(ctx context.Context, w checks.World, servers []checks.Resolver, names []string) []Resolver {
	all := make([]Resolver, len(servers))
	lies := []string{strings.ToLower(rand.Text()[:16]) + ".com", strings.ToLower(rand.Text()[:16]) + ".net"}
	var wg sync.WaitGroup
	for i, s := range servers {
		all[i] = Resolver{s, make([]dnsq.Answer, len(names)), make([]dnsq.Answer, len(lies))}
		for j, n := range names {
			wg.Go(func() { all[i].Real[j] = dnsq.Ask(ctx, w, s.Addr, dnsq.Question{Name: n}) })
		}
		for j, n := range lies {
			wg.Go(func() { all[i].False[j] = dnsq.Ask(ctx, w, s.Addr, dnsq.Question{Name: n}) })
		}
	}
	wg.Wait()
	return all
}

// judge tells whether names can be resolved at all and whether every question waits first.
func judge(p *checks.Pass, all []Resolver) {
	works := slices.IndexFunc(all, func(r Resolver) bool { return r.did().Decisive() })
	if works < 0 {
		down(p, all)
		return
	}
	if works > 0 && all[0].did() == dnsq.Silent {
		p.Report(PrimarySilent, checks.Confirmed, checks.Network("resolver", dnsq.Name(all[0].Addr)),
			checks.Network("other", dnsq.Name(all[works].Addr)), checks.Span("took", all[works].took()),
			checks.Public("source", all[0].Source))
	}
}

func down(p *checks.Pass, all []Resolver) {
	var addrs []string
	for _, r := range all {
		addrs = append(addrs, dnsq.Name(r.Addr))
	}
	who := checks.Network("resolvers", strings.Join(addrs, ", "))
	did := func(k dnsq.Kind) bool { return slices.ContainsFunc(all, func(r Resolver) bool { return r.did() == k }) }
	switch {
	case did(dnsq.Refused):
		p.Report(AllRefuse, checks.Confirmed, who, checks.Public("source", all[0].Source))
	case did(dnsq.Failure), did(dnsq.Odd): // they answer: what is wrong shows per name
	default:
		f := p.Report(AllSilent, checks.Likely, who, checks.Span("patience", dnsq.Patience), checks.Public("source", all[0].Source))
		if !did(dnsq.Closed) {
			f.FromSilence()
		}
	}
}

// invented looks for hosts of the sign-in that only a rewriting resolver knows. If it also gives its address for real
// names, the network catches everything, which is machine.gateway's business.
func invented(ctx context.Context, p *checks.Pass, all []Resolver) {
	i := slices.IndexFunc(all, func(r Resolver) bool { return r.did().Decisive() })
	if i < 0 {
		return
	}
	r := all[i]
	lies := r.lies()
	if len(lies) == 0 || slices.ContainsFunc(r.Real[:1], func(a dnsq.Answer) bool { return within(a.Addrs, lies) }) {
		return
	}
	at := checks.Network("address", lies[0].String())
	server := checks.Network("resolver", dnsq.Name(r.Addr))
	p.Report(Rewrites, checks.Confirmed, server, at)
	for _, s := range p.Target.Subjects() {
		a := dnsq.Ask(ctx, p.World, r.Addr, dnsq.Question{Name: s.Host})
		if a.Kind == dnsq.Known && within(a.Addrs, lies) {
			p.Report(NameInvented, checks.Confirmed, checks.Public("host", s.Host), server, at).On(s)
		}
	}
}

// realNames are two names that exist: an unrelated one first, then the host that the user wants.
func realNames(t *checks.Target) []string {
	var names []string
	if t.Product != nil {
		for _, c := range t.Product.Controls {
			if u, err := url.Parse(c.URL); err == nil && len(names) == 0 {
				names = append(names, u.Hostname())
			}
		}
	}
	if s := first(t); s != nil {
		if _, err := netip.ParseAddr(s.Host); err != nil {
			names = append(names, s.Host)
		}
	}
	return names
}

func first(t *checks.Target) *checks.Subject {
	if all := t.Subjects(); len(all) > 0 {
		return all[0]
	}
	return nil
}
