package html

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	stdjson "encoding/json"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/report"
	"logindoctor/report/internal/words"
	"logindoctor/report/json"
	"logindoctor/report/ticket"
)

// A view is what the template shows: the report in sentences, in the order of the page.
type view struct {
	Report               *report.Report
	Policy               string
	Style                template.CSS // our own
	Script               template.JS  // our own
	State, Word, Summary string
	Code, FixBy, Product string
	Depth                string
	Stamp, When          string
	Compared             *comparison // nil if nothing is compared
	First                *cause
	Others               []*cause
	Deep                 bool
	Ticket, Plan         string
	Parts                []part
	Columns              []string
	Pathways             []pathway
	Waterfall            []lane
	Slowest, Span        string
	Evidence             []fact
	Rest                 string
	Pictures             []picture
	Shown                bool // at least one picture
	Asides               []*cause
	Untested             []string
	Groups               []group
	Observations         []fact
	Environment, Raw     []field
	Closing              string
	Large                string // warning that the page is large
	Data                 stdjson.RawMessage
}

// A part is one entry of the list of contents.
type part struct{ ID, Title string }

// A field is a name with its value.
type field struct{ Name, Value string }

// A cause is a finding with what is said about it.
type cause struct {
	*report.Finding
	Who, Blameless, Certain string
	Ways, Causes            string
	Steps                   []step
}

// A step is one action with whom it is for if that is not the owner of the finding.
type step struct {
	report.Step
	By string
}

// FirstStep is what to do first.
func (c *cause) FirstStep() string { return words.Act(c.Steps[0].Step) }

func newView(r *report.Report) (*view, error) {
	kept, pictures := pictures(r)
	data, err := document(kept)
	if err != nil {
		return nil, err
	}
	v := &view{Report: r, Policy: policy, Style: template.CSS(style), Script: template.JS(script), Data: data,
		State: strings.ToLower(report.Word(r.Verdict.State)), Word: report.Word(r.Verdict.State), Summary: r.Verdict.Summary.Text,
		Product: r.Target.Name, Stamp: r.Run.StartedAt.UTC().Format("2006-01-02T15:04:05Z"), When: words.When(r),
		Depth: depths[r.Verdict.Depth], Deep: r.Verdict.Depth == checks.DepthLogin.String(),
		Pathways: pathways(r), Evidence: facts(r, words.Evidence(r, r.With(report.RootCause))), Rest: words.Others(r), Pictures: pictures,
		Shown: slices.ContainsFunc(pictures, func(p picture) bool { return p.Source != "" }), Untested: words.Untested(r, math.MaxInt),
		Groups: groups(r), Observations: facts(r, words.Observations(r)), Environment: environment(r), Raw: raw(r, data), Closing: strings.Join(r.Closing(), " ")}
	for _, id := range report.ColumnIDs {
		v.Columns = append(v.Columns, words.ColumnNames[id])
	}
	v.causes(r)
	v.timing(r)
	v.Parts = v.contents()
	v.Ticket, err = ticketText(r)
	return v, err
}

// depths say how far the pathways were walked.
var depths = map[string]string{"none": "nothing was reached", "reach": "up to the first answer", "page": "up to the password page",
	"login": "up to being signed in"}

// document is the report as the data of the page, in ASCII so that the page may be so too.
func document(r *report.Report) (stdjson.RawMessage, error) {
	var b, compact bytes.Buffer
	if err := json.Render(&b, r, report.Options{ASCII: true}); err != nil {
		return nil, err
	}
	if err := stdjson.Compact(&compact, b.Bytes()); err != nil {
		return nil, err
	}
	return compact.Bytes(), nil
}

func ticketText(r *report.Report) (string, error) {
	var b bytes.Buffer
	err := ticket.Render(&b, r, report.Options{})
	return b.String(), err
}

func (v *view) causes(r *report.Report) {
	for i, f := range r.With(report.RootCause) {
		c := newCause(r, f)
		if i == 0 {
			v.First, v.Code, v.FixBy, v.Plan = c, f.Code, c.Who, plan(c)
			continue
		}
		v.Others = append(v.Others, c)
	}
	for _, f := range r.With(report.Unrelated) {
		v.Asides = append(v.Asides, newCause(r, f))
	}
}

func newCause(r *report.Report, f *report.Finding) *cause {
	c := &cause{Finding: f, Who: words.Who(f, r.Target.Vendor), Blameless: words.Blameless(f, r.Target.Vendor), Certain: f.Certain(),
		Ways: strings.Join(f.Pathways, ", "), Causes: strings.Join(words.Consequences(r, f), ", ")}
	for _, s := range f.Steps {
		c.Steps = append(c.Steps, step{s, words.By(s, f, r.Target.Vendor)})
	}
	return c
}

// plan is the text of the steps for the clipboard.
func plan(c *cause) string {
	var b strings.Builder
	for i, s := range c.Steps {
		fmt.Fprintf(&b, "%d. %s\n", i+1, words.Act(s.Step))
	}
	return b.String()
}

// contents lists the parts that the page has.
func (v *view) contents() []part {
	var list []part
	for _, p := range []struct {
		part
		shown bool
	}{{part{"others", "Further causes"}, v.Others != nil}, {part{"pathways", "Pathways"}, v.Pathways != nil},
		{part{"still", "Still locked out?"}, v.First == nil}, {part{"timing", "Timing"}, v.Waterfall != nil}, {part{"evidence", "Evidence"}, v.Evidence != nil || v.Rest != ""},
		{part{"pictures", "Pictures"}, v.Pictures != nil}, {part{"also", "Also noticed"}, v.Asides != nil},
		{part{"untested", "Not tested"}, true}, {part{"checks", "All checks"}, true}, {part{"environment", "Environment and raw data"}, true}} {
		if p.shown {
			list = append(list, p.part)
		}
	}
	return list
}

// A fact is one row of evidence.
type fact struct{ ID, Label, Value, Check, Node, Raw string }

func facts(r *report.Report, ids []string) []fact {
	var list []fact
	for _, id := range ids {
		e := r.Evidence[id]
		list = append(list, fact{id, e.Label, e.Value, e.Check, cmp.Or(e.Node, e.Check), e.Raw})
	}
	return list
}

func environment(r *report.Report) []field {
	c, t := r.Context, r.Target
	return filled([]field{{"Product", t.Name}, {"Host", t.Host}, {"Region", t.Region}, {"Company", t.Company}, {"Site", c.Site}, {"User", c.User},
		{"Session", c.Session}, {"Computer", c.Host}, {"System", strings.TrimSpace(c.OS.Name + " " + c.OS.Version + " " + c.OS.Arch)},
		{"Local clock", c.UTCOffset}, {"Proxy", c.Proxy}, {"Resolvers", strings.Join(c.Resolvers, ", ")}, {"Browser", c.Browser},
		{"Level", r.Run.Level}})
}

func raw(r *report.Report, data []byte) []field {
	removed := 0
	for _, n := range r.Redaction.Removed {
		removed += n
	}
	sum := sha256.Sum256(data)
	list := []field{{"Schema", r.Schema + ", " + r.SchemaVersion}, {"Run", r.Run.ID}, {"Version", r.Tool.Version}, {"Commit", r.Tool.Commit},
		{"Catalogue", r.Tool.Catalogue}, {"Redaction", fmt.Sprintf("%s, %s removed", r.Redaction.Profile, report.Count(removed, "value"))},
		{"SHA-256 of the JSON", fmt.Sprintf("%x", sum)}}
	for _, t := range r.Redaction.Ledger {
		list = append(list, field{t.Token, fmt.Sprintf("stands for a value of class %s in %s", t.Class, report.Count(t.Places, "place"))})
	}
	return filled(list)
}

func filled(list []field) []field {
	return slices.DeleteFunc(list, func(f field) bool { return f.Value == "" })
}
