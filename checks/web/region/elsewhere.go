package region

import (
	"cmp"
	"context"
	"strings"
	"sync"

	"logindoctor/checks"
	"logindoctor/checks/internal/hops"
	"logindoctor/checks/internal/whose"
	"logindoctor/checks/web/answer"
)

// elsewhere asks the other regions who knows the company, and this one for what may have been meant.
func elsewhere(ctx context.Context, p *checks.Pass, client *hops.Client, here reply) error {
	found, asked := others(ctx, p)
	ev := []checks.Evidence{checks.Org("company", p.Target.Company), checks.Public("host", p.Subject.Name()),
		checks.Public("asked", list(asked))}
	if len(found) > 0 {
		ev = append(ev, checks.Public("right", found[0].host), checks.Public("all", list(hosts(found))),
			checks.Public("site", found[0].Site))
		p.Report(WrongRegion, checks.Confirmed, ev...)
		return nil
	}
	if here.exchange.HTML() {
		notTheService(p, here)
		return ctx.Err()
	}
	ev = append(ev, checks.Org("hint", hint(ctx, p, client)))
	p.Report(UnknownCompany, checks.Likely, ev...)
	return ctx.Err()
}

type place struct {
	host string
	Result
}

func hosts(found []place) []string {
	var names []string
	for _, f := range found {
		names = append(names, f.host)
	}
	return names
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// others asks all regions at once and returns those that know the company, and all that could be asked.
func others(ctx context.Context, p *checks.Pass) (found []place, asked []string) {
	all := regions(p.Target)
	said := make([]reply, len(all))
	var wg sync.WaitGroup
	for i, s := range all {
		wg.Go(func() { said[i] = there(ctx, p, s) })
	}
	wg.Wait()
	for i, s := range all {
		if said[i].verdict == strange {
			continue
		}
		asked = append(asked, s.Name())
		if said[i].verdict == known {
			found = append(found, place{s.Name(), said[i].Result})
		}
	}
	return found, asked
}

// there asks one region; one that cannot be asked gives no answer of the product.
func there(ctx context.Context, p *checks.Pass, s *checks.Subject) reply {
	met, err := checks.ReachFor[answer.Result](ctx, p, s, answer.Check)
	if err != nil {
		return reply{verdict: strange}
	}
	r, err := ask(ctx, p, met.Client, p.Target.Company)
	if err != nil {
		return reply{verdict: strange}
	}
	return r
}

// regions are the installations to compare with; for a server of one's own these are all that the vendor runs.
func regions(t *checks.Target) []*checks.Subject {
	if t.Region != ownServer {
		return t.Others
	}
	var all []*checks.Subject
	for _, r := range t.Product.Regions {
		if !r.Test {
			all = append(all, &checks.Subject{Host: r.Web, Port: 443, Role: checks.RoleRegion, Path: "/"})
		}
	}
	return all
}

// hint asks for spellings that people mean when they enter something else: without blanks, without a domain, lower case.
func hint(ctx context.Context, p *checks.Pass, client *hops.Client) string {
	for _, spelling := range spellings(p.Target.Company) {
		if there, err := ask(ctx, p, client, spelling); err == nil && there.verdict == known {
			return spelling + " is known"
		}
	}
	if strings.ContainsAny(p.Target.Company, " @.") {
		return "a company id holds no blanks, dots or @"
	}
	return "no similar spelling is known"
}

func spellings(company string) []string {
	var all []string
	seen := map[string]bool{company: true, "": true}
	add := func(s string) {
		if !seen[s] {
			seen[s] = true
			all = append(all, s)
		}
	}
	bare := strings.Join(strings.Fields(company), "")
	if at := strings.LastIndexByte(bare, '@'); at >= 0 {
		bare = bare[at+1:]
	}
	bare, _, _ = strings.Cut(bare, ".")
	add(bare)
	add(strings.ToLower(bare))
	first, _, _ := strings.Cut(strings.TrimSpace(company), " ")
	add(strings.ToLower(first))
	return all
}

// ownServer is the region of a host outside the product's regions.
const ownServer = "onprem"

// twoHomes reports a company that both a server of one's own and the cloud know. A region of the vendor that the product
// file does not list says of itself that it is the cloud.
func twoHomes(ctx context.Context, p *checks.Pass, here Result) error {
	if p.Target.Region != ownServer || here.Cloud && whose.Vendors(p.Target, p.Subject.Host) {
		return nil
	}
	found, _ := others(ctx, p)
	if len(found) == 0 {
		return ctx.Err()
	}
	p.Report(TwoHomes, checks.Likely, checks.Org("company", here.Company), checks.Org("host", p.Subject.Name()),
		checks.Public("other", found[0].host))
	return nil
}

func notTheService(p *checks.Pass, r reply) {
	x := r.exchange
	p.Report(NotTheService, checks.Likely, checks.Public("host", p.Subject.Name()), checks.Count("status", x.Status),
		checks.Public("path", x.URL.Path), checks.Text("title", cmp.Or(answer.Title(x.Text()), "no words"))).By(whose.Host(p.Target, p.Subject))
}
