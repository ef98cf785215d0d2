// Package secure asks the resolver that browsers were told to use over HTTPS, past the computer's own.
package secure

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/dns/answers"
	"logindoctor/checks/internal/dnsq"
	"logindoctor/checks/internal/hops"
	"logindoctor/checks/internal/tlsq"
	"logindoctor/checks/web/answer"
)

//go:embed README.md scenarios
var files embed.FS

// The codes.
var (
	Differs = &checks.Code{ID: "LD2116", Aliases: []string{"dns-doh-diverges"}, Impact: checks.Blocking, Owner: checks.OwnerDeviceIT,
		Hits: checks.Browsers}
	Mute = &checks.Code{ID: "LD2117", Impact: checks.Blocking, Owner: checks.OwnerDeviceIT, Hits: checks.Browsers,
		ExplainedBy: []string{"LD1001", "LD2210"}}
)

// Check compares the resolver of browsers with that of the computer.
var Check = &checks.Check{ID: "dns.secure", Files: files, Scope: checks.PerHost, Contrast: true,
	Roles: []checks.Role{checks.RoleWeb, checks.RolePortal, checks.RoleHome, checks.RoleIDP, checks.RoleCDN},
	Uses:  []*checks.Check{answers.Check}, Codes: []*checks.Code{Differs, Mute}, Timeout: 30 * time.Second, Run: run}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	policies, err := p.World.BrowserPolicies(ctx)
	if err != nil {
		return nil, err
	}
	set, ok := read(policies)
	if !ok {
		return nil, checks.Skip("No policy tells browsers to ask a resolver over HTTPS.")
	}
	said := ask(ctx, p, set.template)
	p.Observe(checks.Public("resolver_of_browsers", set.template.Host), checks.Public("answer", said.Kind.String()))
	ev := []checks.Evidence{checks.Public("host", p.Subject.Host), checks.Org("resolver", set.template.Host),
		checks.Public("browser", set.browser), checks.Public("mode", set.mode), checks.Public("said", said.Kind.String()),
		checks.Network("addresses", join(said.Addrs)), checks.Text("error", fmt.Sprint(said.Err))}
	system, _ := checks.ResultOf[answers.Result](p, answers.Check)
	switch {
	case !said.Kind.Decisive():
		if set.mode == modeSecure { // otherwise browsers ask the computer's resolver next
			p.Report(Mute, checks.Likely, ev...)
		}
	case len(system.Addrs) == 0 || overlap(said.Addrs, system.Addrs):
	case said.Kind != dnsq.Known || !proves(ctx, p, said.Addrs[0]):
		p.Report(Differs, checks.Confirmed, append(ev, checks.Network("system", join(system.Addrs)))...)
	}
	return nil, nil
}

// modeSecure is the mode in which browsers ask nobody else, chromeenterprise.google/policies/#DnsOverHttpsMode.
const modeSecure = "secure"

type setting struct {
	browser, mode string
	template      *url.URL
}

// read returns the first browser that asks over HTTPS.
func read(policies []checks.BrowserPolicy) (setting, bool) {
	modes := map[string]string{}
	for _, p := range policies {
		if p.Name == "DnsOverHttpsMode" {
			modes[p.Browser] = p.Text()
		}
	}
	for _, p := range policies {
		if p.Name != "DnsOverHttpsTemplates" || modes[p.Browser] != modeSecure && modes[p.Browser] != "automatic" {
			continue
		}
		for template := range strings.FieldsSeq(p.Text()) {
			u, err := url.Parse(strings.TrimSuffix(template, "{?dns}"))
			if err == nil && u.Scheme == "https" && u.Host != "" {
				return setting{p.Browser, modes[p.Browser], u}, true
			}
		}
	}
	return setting{}, false
}

// ask asks the resolver for the subject's addresses.
func ask(ctx context.Context, p *checks.Pass, template *url.URL) dnsq.Answer {
	s := &checks.Subject{Host: strings.ToLower(template.Hostname()), Port: 443, Role: checks.RoleStatus, Path: "/"}
	if port, err := strconv.Atoi(template.Port()); err == nil {
		s.Port = port
	}
	met, err := checks.ReachFor[answer.Result](ctx, p, s, answer.Check)
	if err != nil {
		return dnsq.Answer{Kind: dnsq.Silent, Err: err}
	}
	return dnsq.AskOver(ctx, func(ctx context.Context, question string) ([]byte, error) {
		u := *template
		u.RawQuery = "dns=" + question
		x, err := met.Client.Do(ctx, hops.Request{URL: &u, Header: map[string][]string{"Accept": {"application/dns-message"}}})
		if err != nil {
			return nil, err
		}
		if x.Status != 200 {
			return nil, errors.New("status " + strconv.Itoa(x.Status))
		}
		return x.Body, nil
	}, p.Subject.Host)
}

func overlap(a, b []netip.Addr) bool {
	return slices.ContainsFunc(a, func(ip netip.Addr) bool { return slices.Contains(b, ip) })
}

// proves reports whether the host stands at an address: other addresses that work are no fault.
func proves(ctx context.Context, p *checks.Pass, ip netip.Addr) bool {
	roots, err := p.World.Roots()
	if err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	at := netip.AddrPortFrom(ip, uint16(p.Subject.Port))
	raw, err := p.World.Dial(ctx, "tcp", at.String(), checks.Dialing{})
	if err != nil {
		return false
	}
	defer raw.Close()
	c, _, err := tlsq.Handshake(ctx, raw, tlsq.Hello{Name: p.Subject.Host})
	return err == nil && tlsq.Verify(roots, c.ConnectionState().PeerCertificates, p.Subject.Host, p.World.Now()) == nil
}

func join(ips []netip.Addr) string {
	var all []string
	for _, ip := range ips {
		all = append(all, ip.String())
	}
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, ", ")
}
