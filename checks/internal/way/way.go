// Package way knows the hosts on the way to a sign-in: who they are, who belongs there, and how to speak with them.
package way

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/internal/hops"
	"logindoctor/checks/internal/whose"
	"logindoctor/checks/tls/chain"
	"logindoctor/checks/web/answer"
	"logindoctor/checks/web/region"
)

// Start returns the first address of the pass's pathway with the company's codebase filled in.
func Start(p *checks.Pass) (*url.URL, error) {
	start := p.Pathway.Start
	if web := p.Pathway.Host(checks.RoleWeb); web != nil {
		if r, ok := checks.ResultOn[region.Result](p, region.Check, web); ok {
			start = r.Start(start)
		}
	}
	if strings.Contains(start, "{codebase}") {
		return nil, checks.Skip("%s begins below a codebase that nobody told", p.Pathway.ID)
	}
	u, err := url.Parse(start)
	if err != nil {
		return nil, fmt.Errorf("start of %s: %w", p.Pathway.ID, err)
	}
	return u, nil
}

// Subject returns the subject that a URL belongs to: the pathway's own, or a new one in the role that its host plays.
func Subject(p *checks.Pass, u *url.URL) *checks.Subject {
	s := &checks.Subject{Host: strings.TrimSuffix(strings.ToLower(u.Hostname()), "."), Port: 443, Path: u.Path}
	if port, err := strconv.Atoi(u.Port()); err == nil {
		s.Port = port
	}
	for _, known := range slices.Concat(p.Pathway.Subjects, p.Target.Subjects()) {
		if known.Address() == s.Address() {
			return known
		}
	}
	s.Role = role(p.Target.Product, s.Host)
	return s
}

func role(product *checks.Product, host string) checks.Role {
	for _, h := range product.Hosts {
		if h.Host == host {
			return h.Role
		}
	}
	for _, r := range product.Regions {
		switch host {
		case r.Web:
			return checks.RoleWeb
		case r.API:
			return checks.RoleAPI
		}
	}
	return checks.RoleIDP
}

// Client returns the client for the host of a URL. A host that was not known gets all its checks: they go on beside
// what the client is used for, and Settled waits for them.
func Client(ctx context.Context, p *checks.Pass, u *url.URL) (*hops.Client, error) {
	s := Subject(p, u)
	if met, ok := checks.ResultOn[answer.Result](p, answer.Check, s); ok {
		return met.Client, nil
	}
	met, err := checks.ReachFor[chain.Result](ctx, p, s, chain.Check)
	if err == nil && met.Client == nil {
		err = checks.Skip("Programs do not trust %s; only a browser can look.", s.Name())
	}
	return met.Client, err
}

// Settled waits until each host of a way has answered for itself, and returns the error of the first that did not.
func Settled(ctx context.Context, p *checks.Pass, hosts []*checks.Subject) error {
	for _, s := range hosts {
		if _, err := p.Reach(ctx, s, answer.Check); err != nil {
			return err
		}
	}
	return nil
}

// Known reports whether a host may appear on a way of the target: it is a subject, an identity provider of a known
// kind, or in one of the product's domains.
func Known(t *checks.Target, host string) bool {
	for _, s := range t.Subjects() {
		if s.Host == host {
			return true
		}
	}
	if slices.ContainsFunc(t.Product.Domains, func(d checks.Domain) bool { return whose.Within(host, d.Name) }) {
		return true
	}
	return Kind(t.Product, host, "") != nil || role(t.Product, host) != checks.RoleIDP
}

// Kind recognises an identity provider, nil if it is of no known kind.
func Kind(product *checks.Product, host, path string) *checks.IdentityKind {
	for i, k := range product.Identity {
		byHost := k.Host == "" || k.Host == host
		if wild, ok := strings.CutPrefix(k.Host, "*."); ok {
			byHost = whose.Within(host, wild)
		}
		byPath := k.Path == "" || strings.Contains(strings.ToLower(path), strings.ToLower(k.Path))
		if byHost && byPath && (k.Host != "" || k.Path != "") {
			return &product.Identity[i]
		}
	}
	return nil
}

// Resembles returns the domain of the product that a foreign host is made to look like, "" if it looks like none: one
// or two letters differ, or the whole domain stands in front of another one.
func Resembles(product *checks.Product, host string) string {
	for _, d := range product.Domains {
		if whose.Within(host, d.Name) {
			return ""
		}
	}
	for _, d := range product.Domains {
		labels := strings.Count(d.Name, ".") + 1
		if strings.Contains("."+host, "."+d.Name+".") || distance(tail(host, labels), d.Name) <= 2 && len(d.Name) > 8 {
			return d.Name
		}
	}
	return ""
}

// tail returns the last n labels of a host.
func tail(host string, n int) string {
	labels := strings.Split(host, ".")
	return strings.Join(labels[max(0, len(labels)-n):], ".")
}

// distance is the number of letters that must change to make one word of the other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := corner
			if a[i] != b[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, row[j]+1, corner+1)
		}
	}
	return row[len(b)]
}
