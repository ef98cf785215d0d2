package report

import (
	"math"
	"slices"
	"time"

	"logindoctor/checks"
)

// Facts are what the checks saw, without what it means: enough to diagnose again, somewhere else and by newer rules.
type Facts struct {
	Subjects []FactSubject `json:"subjects"`
	Pathways []FactPathway `json:"pathways"`
	Nodes    []FactNode    `json:"nodes"`
}

// A FactSubject is a host in a role. Others name it by its place in Facts.Subjects, counted from 1; 0 is none.
type FactSubject struct {
	Host string `json:"host" class:"org"`
	Port int    `json:"port" class:"public"`
	Role string `json:"role" class:"public"`
}

// A FactPathway is a way to sign in: the hosts known beforehand and those that were met.
type FactPathway struct {
	ID      string `json:"id" class:"public"`
	Title   string `json:"title" class:"public"`
	Browser bool   `json:"browser" class:"public"` // a browser walks it, else a program
	Known   []int  `json:"known" class:"public"`
	Met     []int  `json:"met" class:"public"`
}

// A FactNode is one check applied to one thing.
type FactNode struct {
	ID             string        `json:"id" class:"node"`
	Check          string        `json:"check" class:"public"`
	Subject        int           `json:"subject,omitempty" class:"public"`
	Pathway        string        `json:"pathway,omitempty" class:"public"`
	Pathways       []string      `json:"pathways,omitempty" class:"public"`
	State          string        `json:"state" class:"public"`
	Reason         string        `json:"reason,omitempty" class:"freetext"`
	BlockedBy      []string      `json:"blocked_by,omitempty" class:"node"`
	Depth          string        `json:"depth" class:"public"`
	StartedSeconds float64       `json:"started_seconds" class:"public"` // not rounded
	TookSeconds    float64       `json:"took_seconds" class:"public"`    // not rounded
	Findings       []FactFinding `json:"findings,omitempty"`
	Evidence       []Fact        `json:"evidence,omitempty"`
}

// A FactFinding is a conclusion of a check. What the code said then stands beside it, so that a rule that changed since can
// be told from what this run knew better.
type FactFinding struct {
	Code       string `json:"code" class:"public"`
	Certainty  string `json:"certainty" class:"public"`
	Owner      string `json:"owner" class:"public"`
	CodeOwner  string `json:"code_owner" class:"public"`
	Impact     string `json:"impact" class:"public"`
	CodeImpact string `json:"code_impact" class:"public"`
	Subject    int    `json:"subject,omitempty" class:"public"`
	Evidence   []Fact `json:"evidence,omitempty"`
}

// A Fact is one observation.
type Fact struct {
	Key   string `json:"key" class:"public"`
	Value string `json:"value" class:"own"`
	Class string `json:"class" class:"public"`
}

// FactsOf keeps what a run saw.
func FactsOf(run *checks.Run) *Facts {
	f := &Facts{}
	for _, p := range run.Target.Pathways {
		way := FactPathway{ID: p.ID, Title: p.Title, Browser: p.Client == checks.Browsers}
		for _, s := range p.Subjects {
			way.Known = append(way.Known, f.place(s))
		}
		for _, s := range run.Ways[p.ID] {
			way.Met = append(way.Met, f.place(s))
		}
		f.Pathways = append(f.Pathways, way)
	}
	for _, n := range run.Nodes {
		node := FactNode{ID: n.ID, Check: n.Check.ID, Subject: f.place(n.Subject), Pathways: n.Pathways, State: n.State.String(), Reason: n.Reason,
			BlockedBy: n.BlockedBy, Depth: n.Depth.String(), StartedSeconds: n.Started.Seconds(), TookSeconds: n.Took.Seconds(), Evidence: factsOf(n.Evidence)}
		if n.Pathway != nil {
			node.Pathway = n.Pathway.ID
		}
		for _, c := range n.Findings {
			node.Findings = append(node.Findings, FactFinding{Code: c.Code.ID, Certainty: c.Certainty.String(), Owner: string(c.Owner),
				CodeOwner: string(c.Code.Owner), Impact: c.Impact.String(), CodeImpact: c.Code.Impact.String(), Subject: f.place(c.Subject),
				Evidence: factsOf(c.Evidence)})
		}
		f.Nodes = append(f.Nodes, node)
	}
	return f
}

// place returns where a subject stands, and adds it if it is new.
func (f *Facts) place(s *checks.Subject) int {
	if s == nil {
		return 0
	}
	is := FactSubject{s.Host, s.Port, string(s.Role)}
	at := slices.Index(f.Subjects, is)
	if at < 0 {
		at = len(f.Subjects)
		f.Subjects = append(f.Subjects, is)
	}
	return at + 1
}

func factsOf(all []checks.Evidence) []Fact {
	var list []Fact
	for _, e := range all {
		list = append(list, Fact{e.Key, e.Value, string(e.Class)})
	}
	return list
}

// Rules are the checks and codes of today, by which facts are judged.
type Rules struct {
	Checks []*checks.Check
	Codes  []*checks.Code
	Book   Book
}

// Again diagnoses a report anew from its facts, by the given rules and by nothing else. It is nil if the report has no facts.
func (r *Report) Again(by Rules, tool Tool) *Report {
	if r.Facts == nil || len(r.Facts.Nodes) == 0 {
		return nil
	}
	again := Diagnose(r.Facts.run(r, by), by.Book, Report{Tool: tool, Run: r.Run, Context: r.Context, Demo: r.Demo})
	again.Target.Host, again.Target.PublicHosts = r.Target.Host, r.Target.PublicHosts
	again.Artifacts, again.Facts, again.Redaction, again.Limits = r.Artifacts, r.Facts, r.Redaction, r.Limits
	return again
}

// A recorder puts a run together again.
type recorder struct {
	facts    *Facts
	rules    Rules
	subjects []*checks.Subject
	pathways map[string]*checks.Pathway
}

func (f *Facts) run(r *Report, by Rules) *checks.Run {
	c := &recorder{facts: f, rules: by, pathways: map[string]*checks.Pathway{}}
	for _, s := range f.Subjects {
		c.subjects = append(c.subjects, &checks.Subject{Host: s.Host, Port: s.Port, Role: checks.Role(s.Role)})
	}
	t := &checks.Target{Product: &checks.Product{ID: r.Target.Product, Name: r.Target.Name, Vendor: r.Target.Vendor}, Region: r.Target.Region,
		Company: r.Target.Company, Site: r.Context.Site, Untested: map[string]string{}}
	for _, u := range r.Untested {
		if u.Pathway != "" {
			t.Untested[u.Pathway] = u.Reason
		}
	}
	run := &checks.Run{Target: t, Ways: map[string][]*checks.Subject{}, Started: r.Run.StartedAt.Time, Took: span(r.Run.DurationSeconds), Complete: r.Run.Complete}
	for _, p := range f.Pathways {
		way := &checks.Pathway{ID: p.ID, Title: p.Title, Client: checks.Programs, Subjects: c.all(p.Known)}
		if p.Browser {
			way.Client = checks.Browsers
		}
		c.pathways[p.ID], run.Ways[p.ID] = way, c.all(p.Met)
		t.Pathways = append(t.Pathways, way)
	}
	for _, n := range f.Nodes {
		run.Nodes = append(run.Nodes, c.node(n))
	}
	return run
}

func span(seconds float64) time.Duration {
	return time.Duration(math.Round(seconds * float64(time.Second)))
}

func (c *recorder) subject(place int) *checks.Subject {
	if place < 1 || place > len(c.subjects) {
		return nil
	}
	return c.subjects[place-1]
}

func (c *recorder) all(places []int) []*checks.Subject {
	var list []*checks.Subject
	for _, p := range places {
		if s := c.subject(p); s != nil {
			list = append(list, s)
		}
	}
	return list
}

func (c *recorder) node(n FactNode) *checks.Node {
	out := &checks.Node{ID: n.ID, Check: c.check(n.Check), Subject: c.subject(n.Subject), Pathway: c.pathways[n.Pathway], Pathways: n.Pathways,
		State: valueOf[checks.State](n.State, checks.Errored), Reason: n.Reason, BlockedBy: n.BlockedBy, Depth: valueOf[checks.Depth](n.Depth, checks.DepthLogin),
		Started: span(n.StartedSeconds), Took: span(n.TookSeconds), Evidence: evidenceOf(n.Evidence)}
	for _, f := range n.Findings {
		code := c.code(f)
		found := &checks.Finding{Code: code, Certainty: valueOf[checks.Certainty](f.Certainty, checks.Confirmed), Owner: checks.Owner(f.Owner),
			Subject: c.subject(f.Subject), Impact: valueOf[checks.Impact](f.Impact, checks.Blocking), Evidence: evidenceOf(f.Evidence)}
		if f.Owner == f.CodeOwner {
			found.Owner = code.Owner
		}
		if f.Impact == f.CodeImpact {
			found.Impact = code.Impact
		}
		out.Findings = append(out.Findings, found)
	}
	return out
}

// check is today's check of that id, or a bare one if there is none any more.
func (c *recorder) check(id string) *checks.Check {
	for _, known := range c.rules.Checks {
		if known.ID == id {
			return known
		}
	}
	return &checks.Check{ID: id}
}

// code is today's code of that id, or what it was when it was found.
func (c *recorder) code(f FactFinding) *checks.Code {
	for _, known := range c.rules.Codes {
		if known.ID == f.Code {
			return known
		}
	}
	return &checks.Code{ID: f.Code, Owner: checks.Owner(f.CodeOwner), Impact: valueOf[checks.Impact](f.CodeImpact, checks.Blocking)}
}

// valueOf finds a value of a closed set by its word. A word that nobody knows is the set's lowest value.
func valueOf[T interface {
	~int
	String() string
}](word string, last T) T {
	v := last
	for v > 0 && v.String() != word {
		v--
	}
	return v
}

func evidenceOf(all []Fact) []checks.Evidence {
	var list []checks.Evidence
	for _, f := range all {
		list = append(list, checks.Evidence{Key: f.Key, Value: f.Value, Class: checks.Class(f.Class)})
	}
	return list
}
