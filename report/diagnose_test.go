package report

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"logindoctor/checks"
)

var (
	web    = &checks.Subject{Host: "web", Port: 443, Role: checks.RoleWeb}
	idp    = &checks.Subject{Host: "idp", Port: 443, Role: checks.RoleIDP}
	api    = &checks.Subject{Host: "api", Port: 443, Role: checks.RoleAPI}
	status = &checks.Subject{Host: "status", Port: 443, Role: checks.RoleStatus}
	proxy  = &checks.Subject{Host: "proxy", Port: 3128, Role: checks.RoleProxy}

	sso = &checks.Pathway{ID: "sso", Client: checks.Browsers, Subjects: []*checks.Subject{web, idp}}
	key = &checks.Pathway{ID: "key", Client: checks.Programs, Subjects: []*checks.Subject{api}}

	gateway  = &checks.Code{ID: "LD1001", Impact: checks.Blocking, Owner: checks.OwnerUser}
	noName   = &checks.Code{ID: "LD2101", Impact: checks.Blocking, Owner: checks.OwnerVendor, ExplainedBy: []string{"LD1001"}}
	noIssuer = &checks.Code{ID: "LD3210", Impact: checks.Blocking, Owner: checks.OwnerVendor, Hits: checks.Programs}
	refused  = &checks.Code{ID: "LD5301", Impact: checks.Blocking, Owner: checks.OwnerIdentity, ExplainedBy: []string{"LD4001"}}
	moved    = &checks.Code{ID: "LD4001", Impact: checks.Blocking, Owner: checks.OwnerVendor}
	slow     = &checks.Code{ID: "LD8001", Impact: checks.Degrading, Owner: checks.OwnerVendor}
	soon     = &checks.Code{ID: "LD3202", Impact: checks.Risk, Owner: checks.OwnerVendor}
	said     = &checks.Code{ID: "LD5399", Impact: checks.Blocking, Owner: checks.OwnerVendor, ExplainedBy: []string{"idp.message"}}
	aside    = &checks.Code{ID: "LD2115", Impact: checks.Info, Owner: checks.OwnerNetwork, ExplainedBy: []string{"LD2101"}}
	fact     = &checks.Code{ID: "LD3299", Impact: checks.Info, Owner: checks.OwnerNetwork}
)

// node makes an ended node with findings of some codes on its own subject.
func node(id string, state checks.State, s *checks.Subject, p *checks.Pathway, codes ...*checks.Code) *checks.Node {
	n := &checks.Node{Check: &checks.Check{ID: id, Codes: codes}, Subject: s, Pathway: p, State: state, ID: id, Took: time.Millisecond}
	switch {
	case s != nil:
		n.ID += "@" + s.Name()
		for _, w := range []*checks.Pathway{sso, key} {
			for _, on := range w.Subjects {
				if on == s {
					n.Pathways = append(n.Pathways, w.ID)
				}
			}
		}
	case p != nil:
		n.ID += "@" + p.ID
		n.Pathways = []string{p.ID}
	default:
		n.Pathways = []string{"sso", "key"}
	}
	for _, c := range codes {
		n.Findings = append(n.Findings, &checks.Finding{Code: c, Impact: c.Impact, Owner: c.Owner, Certainty: checks.Likely, Subject: s})
	}
	return n
}

// ofMachine has what was found at a host be about this computer.
func ofMachine(n *checks.Node) *checks.Node {
	for _, f := range n.Findings {
		f.Subject = nil
	}
	return n
}

func blockedBy(n *checks.Node, ids ...string) *checks.Node {
	n.State, n.BlockedBy = checks.Blocked, ids
	return n
}

func diagnose(nodes ...*checks.Node) *Report {
	run := &checks.Run{
		Target: &checks.Target{Pathways: []*checks.Pathway{sso, key}}, Complete: true, Nodes: nodes,
		Ways: map[string][]*checks.Subject{"sso": {web, idp}, "key": {api}},
	}
	r := Diagnose(run, Book{}, Report{})
	r.Facts = FactsOf(run)
	if again := r.Again(rulesOf(run), r.Tool); !reflect.DeepEqual(*settled(again), *settled(r)) {
		panic(fmt.Sprintf("facts do not lead to the same report:\n%+v\n%+v", *again, *r))
	}
	return r
}

// rulesOf are the rules by which a run was made.
func rulesOf(run *checks.Run) Rules {
	var by Rules
	for _, n := range run.Nodes {
		by.Checks = append(by.Checks, n.Check)
		for _, f := range n.Findings {
			by.Codes = append(by.Codes, f.Code)
		}
	}
	return by
}

// settled is a copy without what has no meaning.
func settled(r *Report) *Report {
	if r == nil {
		return &Report{}
	}
	s := *r
	s.Facts = nil
	return &s
}

// verdictOf writes a diagnosis as "state | pathway states | role code hosts …".
func verdictOf(r *Report) string {
	s := r.Verdict.State + " |"
	for _, p := range r.Pathways {
		s += " " + p.ID + "=" + p.State
	}
	s += " |"
	for _, f := range r.Findings {
		s += fmt.Sprintf(" %s:%s(%s)", f.Role, f.Code, strings.Join(f.Hosts, ","))
	}
	return s
}

func TestDiagnose(t *testing.T) {
	cases := map[string]struct {
		nodes []*checks.Node
		want  string
	}{
		"healthy": {
			[]*checks.Node{node("dns.a", checks.Passed, web, nil)},
			"ok | sso=ok key=ok |"},
		"one root, the rest is blocked": {
			[]*checks.Node{node("dns.a", checks.Failed, idp, nil, noName), blockedBy(node("login.a", 0, nil, sso), "dns.a@idp")},
			"broken | sso=broken key=ok | root_cause:LD2101(idp)"},
		"explained by this computer": {
			[]*checks.Node{node("machine.a", checks.Failed, nil, nil, gateway), node("dns.a", checks.Failed, web, nil, noName)},
			"broken | sso=broken key=broken | root_cause:LD1001() consequence:LD2101(web)"},
		"explains a remark about this computer": {
			[]*checks.Node{node("machine.a", checks.Passed, nil, nil, aside), node("dns.a", checks.Failed, api, nil, noName)},
			"broken | sso=ok key=broken | root_cause:LD2101(api) consequence:LD2115()"},
		"explained by a host earlier on the way": {
			[]*checks.Node{node("web.a", checks.Failed, web, nil, moved), node("idp.a", checks.Failed, idp, nil, refused)},
			"broken | sso=broken key=ok | root_cause:LD4001(web) consequence:LD5301(idp)"},
		"not explained by a host of another way": {
			[]*checks.Node{node("web.a", checks.Failed, api, nil, moved), node("idp.a", checks.Failed, idp, nil, refused)},
			"broken | sso=broken key=broken | root_cause:LD4001(api) root_cause:LD5301(idp)"},
		"explained by all that a check finds amiss": {
			[]*checks.Node{node("idp.message", checks.Warned, web, nil, slow), node("login.a", checks.Failed, web, nil, said)},
			"broken | sso=broken key=ok | root_cause:LD8001(web) consequence:LD5399(web)"},
		"not explained by what a check finds that hurts nobody": {
			[]*checks.Node{node("idp.message", checks.Warned, web, nil, soon), node("login.a", checks.Failed, web, nil, said)},
			"broken | sso=broken key=ok | root_cause:LD5399(web) unrelated:LD3202(web)"},
		"one code on several hosts is one cause": {
			[]*checks.Node{node("dns.a", checks.Failed, api, nil, noName), node("dns.a", checks.Failed, web, nil, noName)},
			"broken | sso=broken key=broken | root_cause:LD2101(api,web)"},
		"one setting of this computer that is found at several hosts is one cause": {
			[]*checks.Node{ofMachine(node("tcp.a", checks.Failed, idp, nil, moved)), ofMachine(node("tcp.a", checks.Failed, api, nil, moved))},
			"broken | sso=broken key=broken | root_cause:LD4001()"},
		"two settings of this computer": {
			[]*checks.Node{node("machine.a", checks.Warned, nil, nil, slow, slow)},
			"degraded | sso=degraded key=degraded | root_cause:LD8001() root_cause:LD8001()"},
		"hits programs only": {
			[]*checks.Node{node("tls.a", checks.Failed, web, nil, noIssuer), node("tls.a", checks.Failed, api, nil, noIssuer)},
			"broken | sso=ok key=broken | root_cause:LD3210(api,web)"},
		"blocked by a proxy that stands on no way": {
			[]*checks.Node{node("tcp.a", checks.Failed, proxy, nil, moved), blockedBy(node("tcp.a", 0, api, nil), "tcp.a@proxy:3128")},
			"broken | sso=ok key=broken | root_cause:LD4001(proxy:3128)"},
		"a host asked for comparison breaks nothing": {
			[]*checks.Node{node("tls.a", checks.Failed, status, nil, noIssuer), blockedBy(node("web.b", 0, nil, nil), "tls.a@status")},
			"ok | sso=ok key=ok | unrelated:LD3210(status)"},
		"a warning beside a failure is unrelated": {
			[]*checks.Node{node("web.a", checks.Failed, web, nil, moved), node("tls.a", checks.Warned, web, nil, soon)},
			"broken | sso=broken key=ok | root_cause:LD4001(web) unrelated:LD3202(web)"},
		"two warnings": {
			[]*checks.Node{node("web.a", checks.Warned, web, nil, slow), node("web.b", checks.Warned, api, nil, slow, fact)},
			"degraded | sso=degraded key=degraded | root_cause:LD8001(web,api) unrelated:LD3299(api)"},
		"a fact is no fault": {
			[]*checks.Node{node("tls.a", checks.Passed, web, nil, fact)},
			"ok | sso=ok key=ok | unrelated:LD3299(web)"},
		"could not look": {
			[]*checks.Node{node("login.a", checks.Errored, nil, sso)},
			"unknown | sso=unknown key=ok | root_cause:LD9103()"},
		"could not look, and something else is broken": {
			[]*checks.Node{node("login.a", checks.Errored, nil, sso), node("web.a", checks.Failed, api, nil, moved)},
			"broken | sso=unknown key=broken | root_cause:LD4001(api) unrelated:LD9103()"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := verdictOf(diagnose(c.nodes...)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestThisComputerIsToldOfByTheHostOfTheSignIn has a setting found at an unrelated host before it is found at one of the sign-in.
func TestThisComputerIsToldOfByTheHostOfTheSignIn(t *testing.T) {
	stranger := &checks.Subject{Host: "a-stranger", Port: 443, Role: checks.RoleControl}
	var nodes []*checks.Node
	for _, h := range []*checks.Subject{stranger, api} {
		n := ofMachine(node("tcp.a", checks.Failed, h, nil, moved))
		n.Findings[0].Evidence = []checks.Evidence{checks.Public("host", h.Host)}
		nodes = append(nodes, n)
	}
	r := diagnose(append(nodes, blockedBy(node("web.a", 0, api, nil), "tcp.a@a-stranger", "tcp.a@api"))...)
	if len(r.Findings) != 1 || r.Findings[0].Params["host"] != "api" {
		t.Errorf("%s, told of %+v", verdictOf(r), r.Findings[0].Params)
	}
}

func TestOneCauseOnTwoHostsFailsBothColumns(t *testing.T) {
	r := diagnose(node("tcp.a", checks.Failed, web, nil, moved), node("tcp.a", checks.Failed, idp, nil, moved))
	for _, c := range r.Pathways[0].Columns {
		if c.State != checks.Failed.String() {
			t.Errorf("column %s: %s", c.ID, c.State)
		}
	}
}

func TestARefusalByTheProviderFailsTheSignIn(t *testing.T) {
	n := node("login.a", checks.Failed, nil, sso, refused)
	n.Findings[0].Subject = idp
	for _, c := range diagnose(n).Pathways[0].Columns {
		if c.ID == "login" && c.State != checks.Failed.String() {
			t.Errorf("column %s: %s", c.ID, c.State)
		}
	}
}

func TestErrorIsNeverFine(t *testing.T) {
	for _, stage := range checks.Stages {
		r := diagnose(node(stage+".a", checks.Errored, nil, nil))
		if r.Verdict.State != Unknown || r.Verdict.PrimaryFinding == "" {
			t.Errorf("%s in error gives %s %s", stage, r.Verdict.State, r.Verdict.PrimaryFinding)
		}
	}
}

func TestFingerprintIgnoresWhatChangesFromRunToRun(t *testing.T) {
	one := node("dns.a", checks.Failed, idp, nil, noName)
	two := node("dns.a", checks.Failed, idp, nil, noName)
	two.Started, two.Took = time.Second, time.Minute
	two.Findings[0].Evidence = []checks.Evidence{checks.Network("addr", "192.0.2.1")}
	if a, b := diagnose(one).Findings[0].Fingerprint, diagnose(two).Findings[0].Fingerprint; a != b {
		t.Errorf("%s and %s", a, b)
	}
	other := node("dns.a", checks.Failed, web, nil, noName)
	if a, b := diagnose(one).Findings[0].Fingerprint, diagnose(other).Findings[0].Fingerprint; a == b {
		t.Error("two hosts share a fingerprint")
	}
}

func TestManualOfThisPackage(t *testing.T) {
	m, err := Manual()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range Codes {
		if m.Section(c.ID) == nil {
			t.Errorf("README.md has no section for %s", c.ID)
		}
	}
}

func TestWhatStrangersShareIsTheNetworks(t *testing.T) {
	suffer := func(hosts ...*checks.Subject) *Report {
		var nodes []*checks.Node
		for _, h := range hosts {
			n := node("tcp.a", checks.Failed, h, nil, moved)
			n.Findings[0].Owner = checks.OwnerNetwork
			nodes = append(nodes, n)
		}
		return diagnose(append(nodes, node("tcp.a", checks.Failed, api, nil, moved))...)
	}
	one := &checks.Subject{Host: "one", Port: 443, Role: checks.RoleControl}
	two := &checks.Subject{Host: "two", Port: 443, Role: checks.RoleControl}
	if f := suffer(one).Findings[0]; f.Owner != string(checks.OwnerVendor) {
		t.Errorf("one stranger: %s", f.Owner)
	}
	if f := suffer(one, two).Findings[0]; f.Owner != string(checks.OwnerNetwork) || len(f.Hosts) != 3 || f.Hosts[0] != "api" {
		t.Errorf("two strangers: %s, %v", f.Owner, f.Hosts)
	}
}
