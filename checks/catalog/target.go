package catalog

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"logindoctor/checks"
)

// onPrem is the region of a host outside the product's regions.
const onPrem = "onprem"

// An Input is what a person or a settings file says about one run.
type Input struct {
	Target      string // id of a region, a host of a region, or another host with or without a port
	Region      string // alternative to Target
	Company     string
	User        string
	Portal      string   // host of the customers' portal
	Pathways    []string // none means those whose inputs are known
	HaveAPIKey  bool
	Login       bool     // sign in with the test account of the settings
	Ask         bool     // a person may be asked for one-time codes
	APIVersion  string   // version of the models that the integration asks for
	TimeServers []string // instead of the product's
	Site        string
	Limits      checks.Limits // zero fields mean the defaults
	Expect      checks.Expect
}

// An InputError says what cannot be done with an input, and what to write instead.
type InputError struct {
	Statement string
	Try       string
}

func (e *InputError) Error() string { return e.Statement + "\nTry:  " + e.Try }

// Target chooses region, hosts and pathways. Its errors are of type *InputError.
func Target(p *checks.Product, in Input) (*checks.Target, error) {
	b := &builder{product: p, in: in, known: map[string]*checks.Subject{}}
	region, err := b.place()
	if err != nil {
		return nil, err
	}
	b.region = region
	if b.portal, err = b.portalHost(); err != nil {
		return nil, err
	}
	t := &checks.Target{Product: p, Region: region.ID, Company: in.Company, User: in.User, Site: in.Site, Login: in.Login, Ask: in.Ask, Version: in.APIVersion,
		Limits: limits(in.Limits), Expect: in.Expect, Others: b.others(), Controls: b.controls()}
	if t.Time, err = b.time(); err != nil {
		return nil, err
	}
	t.Pathways, t.Untested, err = b.pathways()
	return t, err
}

// DefaultLimits are the limits of a target for which nothing else was said.
func DefaultLimits() checks.Limits {
	seconds := func(n int) checks.Duration { return checks.Duration(time.Duration(n) * time.Second) }
	return checks.Limits{ClockNote: seconds(10), ClockRisk: seconds(30), ClockBad: seconds(90), ClockTokens: seconds(300), SlowFirst: seconds(5)}
}

func limits(l checks.Limits) checks.Limits {
	d := DefaultLimits()
	return checks.Limits{ClockNote: cmp.Or(l.ClockNote, d.ClockNote), ClockRisk: cmp.Or(l.ClockRisk, d.ClockRisk),
		ClockBad: cmp.Or(l.ClockBad, d.ClockBad), ClockTokens: cmp.Or(l.ClockTokens, d.ClockTokens), SlowFirst: cmp.Or(l.SlowFirst, d.SlowFirst)}
}

type builder struct {
	product *checks.Product
	in      Input
	region  checks.Region
	portal  *checks.Subject
	known   map[string]*checks.Subject // by role and address, so that pathways share a host
}

// place finds the region that the input means; a host outside the regions is a region of its own.
func (b *builder) place() (checks.Region, error) {
	ids := regionIDs(b.product)
	if b.in.Region != "" && b.in.Region != onPrem && !slices.Contains(ids, b.in.Region) {
		return checks.Region{}, noRegion(b.in.Region, ids)
	}
	if b.in.Target == "" {
		return b.byID(b.in.Region, ids)
	}
	region, err := b.byTarget(ids)
	if err == nil && b.in.Region != "" && b.in.Region != region.ID {
		return region, &InputError{fmt.Sprintf("The target does not belong to region %s; it belongs to %s.", b.in.Region, region.ID),
			"leave the region out, or the target"}
	}
	return region, err
}

func (b *builder) byID(id string, ids []string) (checks.Region, error) {
	for _, r := range b.product.Regions {
		if r.ID == id || id == "" && len(ids) == 1 {
			return r, nil
		}
	}
	return checks.Region{}, &InputError{"No target was given.", "logindoctor run TARGET    " + targets(ids)}
}

func (b *builder) byTarget(ids []string) (checks.Region, error) {
	name := strings.ToLower(b.in.Target)
	if slices.Contains(ids, name) {
		return b.byID(name, ids)
	}
	s, err := subject(asTarget, b.in.Target, checks.RoleWeb)
	if err != nil {
		return checks.Region{}, err
	}
	for _, r := range b.product.Regions {
		for _, host := range []string{r.Web, r.API} {
			if host != "" && s.Address() == address(host) {
				return r, nil
			}
		}
	}
	if !strings.ContainsAny(name, ".:") {
		return checks.Region{}, noRegion(name, ids)
	}
	return checks.Region{ID: onPrem, Web: s.Address(), API: s.Address()}, nil
}

func noRegion(name string, ids []string) error {
	return &InputError{fmt.Sprintf("There is no region %q.", shorten(name)),
		"logindoctor run " + cmp.Or(Nearest(name, ids), "TARGET") + "    " + targets(ids)}
}

func targets(ids []string) string {
	return "(regions: " + strings.Join(ids, ", ") + "; or the full name of a server)"
}

// What a person may name, and how.
const (
	asTarget = "logindoctor run "
	asPortal = "--portal "
	asTime   = "--time-server "
)

var named = map[string]string{asTarget: "target", asPortal: "portal", asTime: "time server"}

// subject reads a host that a person typed. What is more than a host is refused and never repeated: it may hold secrets.
func subject(as, text string, role checks.Role) (*checks.Subject, error) {
	if extra := surplus(text); extra != "" {
		return nil, &InputError{fmt.Sprintf("The %s must be a host name alone; it holds %s.", named[as], extra), as + offer(text)}
	}
	host, port, err := splitHost(text)
	if err != nil {
		return nil, &InputError{fmt.Sprintf("The %s %q %v.", named[as], shorten(text), err), as + offer(text)}
	}
	return &checks.Subject{Host: host, Port: port, Role: role, Path: "/"}, nil
}

// offer is the host in what was typed, or an example if there is none.
func offer(text string) string {
	bare := Bare(text)
	if _, _, err := splitHost(bare); err != nil {
		return "psa.example.com    or:  psa.example.com:8443"
	}
	return bare
}

func surplus(text string) string {
	switch {
	case strings.TrimSpace(text) != text:
		return "blanks at its ends"
	case scheme.MatchString(text):
		return "a scheme"
	case strings.ContainsRune(text, '@'):
		return "a user name"
	case strings.ContainsAny(text, `/\?#`):
		return "a path"
	}
	return ""
}

func (b *builder) portalHost() (*checks.Subject, error) {
	if b.in.Portal == "" {
		return nil, nil
	}
	return subject(asPortal, b.in.Portal, checks.RolePortal)
}

func (b *builder) time() ([]string, error) {
	for _, server := range b.in.TimeServers {
		if _, err := subject(asTime, server, checks.RoleControl); err != nil {
			return nil, err
		}
	}
	if len(b.in.TimeServers) > 0 {
		return slices.Clone(b.in.TimeServers), nil
	}
	var all []string
	for _, t := range b.product.Time {
		all = append(all, t.Host)
	}
	return all, nil
}

// controls are the unrelated hosts that also answer https; the others are asked by address only, in plain http.
func (b *builder) controls() []*checks.Subject {
	var all []*checks.Subject
	for _, c := range b.product.Controls {
		if u, err := url.Parse(c.URL); err == nil && c.Secure {
			all = append(all, b.subject(u.Hostname(), checks.RoleControl, u.Path))
		}
	}
	return all
}

func (b *builder) others() []*checks.Subject {
	var all []*checks.Subject
	if b.region.ID == onPrem {
		return nil
	}
	for _, r := range b.product.Regions {
		if r.ID != b.region.ID && !r.Test {
			all = append(all, b.subject(r.Web, checks.RoleRegion, "/"))
		}
	}
	return all
}

func (b *builder) pathways() (chosen []*checks.Pathway, untested map[string]string, err error) {
	untested = map[string]string{}
	for _, spec := range b.product.Pathways {
		if missing := b.missing(spec.Inputs); len(b.in.Pathways) > 0 || spec.Named {
			continue
		} else if len(missing) > 0 {
			untested[spec.ID] = strings.Join(missing, ", ")
		} else {
			chosen = append(chosen, b.pathway(spec))
		}
	}
	seen := map[string]bool{}
	for _, id := range b.in.Pathways {
		spec, err := b.spec(id)
		if err != nil {
			return nil, nil, err
		}
		if !seen[id] {
			chosen = append(chosen, b.pathway(spec))
		}
		seen[id] = true
	}
	if len(chosen) == 0 {
		return nil, nil, &InputError{"No pathway can be tested with what is known.", "add " + strings.Join(keysOf(flip(untested)), "; or ")}
	}
	return chosen, untested, nil
}

// flip returns the values of a map as keys.
func flip(m map[string]string) map[string]string {
	turned := map[string]string{}
	for k, v := range m {
		turned[v] = k
	}
	return turned
}

// spec finds a pathway that was asked for by name. It may lack inputs, except those without which it has no address.
func (b *builder) spec(id string) (checks.PathwaySpec, error) {
	var ids []string
	for _, spec := range b.product.Pathways {
		if spec.ID == id {
			return spec, b.addressable(spec)
		}
		ids = append(ids, spec.ID)
	}
	all := strings.Join(ids, ", ")
	try := "--pathway with one or more of: " + all
	if near := Nearest(id, ids); near != "" {
		try = fmt.Sprintf("--pathway %s    (pathways: %s)", near, all)
	}
	return checks.PathwaySpec{}, &InputError{fmt.Sprintf("There is no pathway %q.", shorten(id)), try}
}

func (b *builder) addressable(spec checks.PathwaySpec) error {
	for _, input := range b.missing(spec.Inputs) {
		portal := input == "portal" && slices.Contains(spec.Roles, checks.RolePortal)
		if portal || strings.Contains(spec.Start, "{"+input+"}") {
			return &InputError{fmt.Sprintf("Pathway %s cannot be tested without the %s.", spec.ID, input), "add --" + input}
		}
	}
	return nil
}

func (b *builder) missing(needed []string) []string {
	have := map[string]bool{"company": b.in.Company != "", "user": b.in.User != "", "portal": b.in.Portal != "",
		"api_key": b.in.HaveAPIKey}
	return slices.DeleteFunc(slices.Clone(needed), func(input string) bool { return have[input] })
}

func (b *builder) pathway(spec checks.PathwaySpec) *checks.Pathway {
	p := &checks.Pathway{ID: spec.ID, Title: spec.Title, Door: spec.Door, Client: clients[spec.Client]}
	for _, role := range spec.Roles {
		if role == checks.RoleIDP && b.region.ID == onPrem && slices.Contains(spec.Roles, checks.RoleWeb) {
			continue // nobody knows beforehand which provider signs people in to a server of one's own
		}
		p.Subjects = append(p.Subjects, b.subjects(role)...)
	}
	p.Start = spec.Start
	for _, role := range []checks.Role{checks.RoleWeb, checks.RoleAPI, checks.RolePortal, checks.RoleHome} {
		if s := p.Host(role); s != nil {
			p.Start = strings.ReplaceAll(p.Start, "{"+string(role)+"}", s.Name())
		}
	}
	if b.in.Company != "" {
		p.Start = strings.ReplaceAll(p.Start, "{company}", url.PathEscape(b.in.Company))
	}
	return p
}

// subjects are the hosts of a role.
func (b *builder) subjects(role checks.Role) []*checks.Subject {
	switch {
	case role == checks.RoleWeb:
		return []*checks.Subject{b.subject(b.region.Web, role, "/")}
	case role == checks.RoleAPI && b.region.API != "":
		return []*checks.Subject{b.subject(b.region.API, role, b.lookupPath())}
	case role == checks.RoleAPI:
		return []*checks.Subject{b.subject(b.region.Web, role, b.lookupPath())}
	case role == checks.RolePortal && b.portal != nil:
		return []*checks.Subject{b.portal}
	}
	var all []*checks.Subject
	for _, h := range globals(b.product, role) {
		all = append(all, b.subject(h.Host, role, h.Path))
	}
	return all
}

// lookupPath is the call that identifies an API host, if a company is known to ask about.
func (b *builder) lookupPath() string {
	if b.product.Company == nil || b.in.Company == "" {
		return "/"
	}
	return strings.ReplaceAll(b.product.Company.Path, "{company}", b.in.Company)
}

func (b *builder) subject(text string, role checks.Role, path string) *checks.Subject {
	key := string(role) + " " + address(text)
	if b.known[key] == nil {
		host, port, _ := splitHost(text) // the product file was judged when it was loaded
		if path == "" {
			path = "/"
		}
		b.known[key] = &checks.Subject{Host: host, Port: port, Role: role, Path: path}
	}
	return b.known[key]
}

// address is host:port of a host that was judged before.
func address(text string) string {
	host, port, _ := splitHost(text)
	return (&checks.Subject{Host: host, Port: port}).Address()
}

func globals(p *checks.Product, role checks.Role) []checks.GlobalHost {
	var all []checks.GlobalHost
	for _, h := range p.Hosts {
		if h.Role == role {
			all = append(all, h)
		}
	}
	return all
}

func regionIDs(p *checks.Product) []string {
	ids := make([]string, 0, len(p.Regions))
	for _, r := range p.Regions {
		ids = append(ids, r.ID)
	}
	return ids
}
