package report

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"logindoctor/checks"
)

// DiffSchema names the version of a Difference.
const DiffSchema = "logindoctor.diff/v1"

// States of a change. What was not seen in both reports is NotComparable and never Same: absence is no cure.
const (
	Appeared      = "new"
	Resolved      = "resolved"
	Changed       = "changed"
	Same          = "same"
	NotComparable = "not_comparable"
)

// A Difference is what changed between two reports.
type Difference struct {
	Schema   string          `json:"schema"`
	State    string          `json:"state"` // same, changed, or not_comparable: nothing is known to differ, but not all was seen twice
	Old      Side            `json:"old"`
	New      Side            `json:"new"`
	Pathways []PathwayChange `json:"pathways"`
	Changes  []FindingChange `json:"changes"` // of findings, in the order of the new report, then those of the old one
	Facts    []FactChange    `json:"facts"`   // observations that differ; those of checks with a change in front
	Unseen   []Unseen        `json:"not_comparable"`
	Slower   []Slower        `json:"slower"`
}

// A Side is one of the two reports.
type Side struct {
	RunID     string `json:"run_id"`
	StartedAt Time   `json:"started_at"`
	Verdict   string `json:"verdict"`
	Depth     string `json:"depth"`
	Finding   string `json:"finding,omitempty"`
}

// A PathwayChange is one way to sign in, then and now. A side without it, or unknown, cannot be compared.
type PathwayChange struct {
	ID       string `json:"id"`
	State    string `json:"state"`
	Old      string `json:"old,omitempty"`
	New      string `json:"new,omitempty"`
	OldDepth string `json:"old_depth,omitempty"`
	NewDepth string `json:"new_depth,omitempty"`
}

// A FindingChange is one finding by its fingerprint.
type FindingChange struct {
	Fingerprint string `json:"fingerprint"`
	Code        string `json:"code"`
	Title       string `json:"title"`
	Impact      string `json:"impact"`
	State       string `json:"state"`
	TestedInOld bool   `json:"tested_in_old"`
	TestedInNew bool   `json:"tested_in_new"`
	Old         string `json:"old,omitempty"` // its sentence then
	New         string `json:"new,omitempty"`
	Why         string `json:"why,omitempty"` // it cannot be compared
}

// A FactChange is one kind of observation of one check. A side without it is empty.
type FactChange struct {
	Node    string   `json:"node"`
	Label   string   `json:"label"`
	Old     []string `json:"old"`
	New     []string `json:"new"`
	Related bool     `json:"related"` // its check has a finding that is not the same
}

// An Unseen is a required check that did not see anything in one of the reports.
type Unseen struct {
	Node string `json:"node"`
	Old  string `json:"old,omitempty"` // state of the check, empty if it is not there
	New  string `json:"new,omitempty"`

	InNew bool `json:"seen_in_new"` // else it was seen in the old one
}

// Slower is a stage of a pathway that takes more than half as long again.
type Slower struct {
	Pathway    string  `json:"pathway"`
	Column     string  `json:"column"`
	OldSeconds float64 `json:"old_seconds"`
	NewSeconds float64 `json:"new_seconds"`
}

// SameTarget reports whether two reports are about the same service, so that a comparison says something.
func SameTarget(a, b *Report) bool {
	return a.Target.Product == b.Target.Product && a.Target.Host == b.Target.Host
}

// Diff compares two gated reports about the same target. It is a pure function.
func Diff(old, new *Report) *Difference {
	c := comparison{old: newRows(old), new: newRows(new)}
	d := &Difference{Schema: DiffSchema, Old: side(old), New: side(new), Pathways: comparePathways(old, new), Changes: c.findings(),
		Unseen: c.unseen(), Slower: slower(old, new)}
	d.Facts = c.facts(d.Changes)
	d.State = d.state()
	return d
}

func side(r *Report) Side {
	return Side{RunID: r.Run.ID, StartedAt: r.Run.StartedAt, Verdict: r.Verdict.State, Depth: r.Verdict.Depth, Finding: r.Verdict.PrimaryFinding}
}

// state is changed before not comparable before same.
func (d *Difference) state() string {
	var all []string
	for _, p := range d.Pathways {
		all = append(all, p.State)
	}
	for _, f := range d.Changes {
		if f.Impact != checks.Info.String() || f.State == NotComparable { // a note on the run itself is no change of sign-in
			all = append(all, f.State)
		}
	}
	if d.Old.Verdict == Unknown || d.New.Verdict == Unknown || len(d.Unseen) > 0 {
		all = append(all, NotComparable)
	} else if d.Old.Verdict != d.New.Verdict {
		all = append(all, Changed)
	}
	switch {
	case slices.ContainsFunc(all, func(s string) bool { return s != Same && s != NotComparable }):
		return Changed
	case slices.Contains(all, NotComparable):
		return NotComparable
	}
	return Same
}

func comparePathways(old, new *Report) []PathwayChange {
	list := []PathwayChange{}
	for _, p := range new.Pathways {
		change := PathwayChange{ID: p.ID, New: p.State, NewDepth: p.Depth}
		if i := slices.IndexFunc(old.Pathways, func(o Pathway) bool { return o.ID == p.ID }); i >= 0 {
			change.Old, change.OldDepth = old.Pathways[i].State, old.Pathways[i].Depth
		}
		list = append(list, change)
	}
	for _, p := range old.Pathways {
		if !slices.ContainsFunc(new.Pathways, func(n Pathway) bool { return n.ID == p.ID }) {
			list = append(list, PathwayChange{ID: p.ID, Old: p.State, OldDepth: p.Depth})
		}
	}
	for i := range list {
		list[i].State = list[i].judge()
	}
	return list
}

func (p *PathwayChange) judge() string {
	seen := func(state string) bool { return state != "" && state != Unknown }
	switch {
	case !seen(p.Old) || !seen(p.New):
		return NotComparable
	case p.Old != p.New:
		return Changed
	case p.OldDepth != p.NewDepth && p.Old != Broken: // the same word, for another distance
		return NotComparable
	}
	return Same
}

// A comparison has the checks of both reports by their id.
type comparison struct{ old, new rows }

type rows struct {
	report *Report
	checks map[string]*Check
}

func newRows(r *Report) rows {
	t := rows{r, map[string]*Check{}}
	for i := range r.Checks {
		t.checks[r.Checks[i].ID] = &r.Checks[i]
	}
	return t
}

// saw reports whether a check looked.
func (t rows) saw(id string) bool {
	c := t.checks[id]
	return c != nil && (c.State == checks.Passed.String() || c.State == checks.Warned.String() || c.State == checks.Failed.String())
}

// found returns the ids of the checks that reported a finding.
func (t rows) found(f *Finding) []string {
	var ids []string
	for _, c := range t.report.Checks {
		if slices.Contains(c.Findings, f.Code) && (c.Subject == "" || f.Endpoint == "" || c.Subject == f.Endpoint || slices.Contains(f.Hosts, c.Subject)) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// twin returns the finding that is the same one as that of the other side, or nil: by its fingerprint, else the same code
// about the same thing on other pathways.
func (t rows) twin(of *Finding) *Finding {
	at := slices.IndexFunc(t.report.Findings, func(f Finding) bool { return f.Fingerprint == of.Fingerprint })
	if at < 0 {
		at = slices.IndexFunc(t.report.Findings, func(f Finding) bool { return f.Code == of.Code && f.Subject == of.Subject })
	}
	if at < 0 {
		return nil
	}
	return &t.report.Findings[at]
}

func (c comparison) findings() []FindingChange {
	list := []FindingChange{}
	for i := range c.new.report.Findings {
		f := &c.new.report.Findings[i]
		if was := c.old.twin(f); was != nil {
			list = append(list, both(was, f))
			continue
		}
		change := FindingChange{Fingerprint: f.Fingerprint, Code: f.Code, Title: f.Title, Impact: f.Impact, New: f.Text, TestedInNew: true}
		change.TestedInOld, change.Why = c.old.tested(c.new.found(f))
		change.State = Appeared
		if !change.TestedInOld {
			change.State = NotComparable
		}
		list = append(list, change)
	}
	for i := range c.old.report.Findings {
		f := &c.old.report.Findings[i]
		if c.new.twin(f) != nil {
			continue
		}
		change := FindingChange{Fingerprint: f.Fingerprint, Code: f.Code, Title: f.Title, Impact: f.Impact, Old: f.Text, TestedInOld: true}
		change.TestedInNew, change.Why = c.new.tested(c.old.found(f))
		change.State = Resolved
		if !change.TestedInNew {
			change.State = NotComparable
		}
		list = append(list, change)
	}
	return list
}

// both is a finding that is in both reports. Its text may hold measurements; what matters is what must be done.
func both(was, is *Finding) FindingChange {
	change := FindingChange{Fingerprint: is.Fingerprint, Code: is.Code, Title: is.Title, Impact: is.Impact, Old: was.Text, New: is.Text,
		TestedInOld: true, TestedInNew: true, State: Same}
	if was.Impact != is.Impact || was.Owner != is.Owner || was.Role != is.Role || !slices.Equal(was.Pathways, is.Pathways) {
		change.State = Changed
	}
	return change
}

// tested reports whether the checks that saw a finding on the other side looked here too. A finding that is no check's is
// about the run as a whole, which every report judges.
func (t rows) tested(ids []string) (ok bool, why string) {
	for _, id := range ids {
		if !t.saw(id) {
			state := "not part of it"
			if c := t.checks[id]; c != nil {
				state = c.State
			}
			return false, id + ": " + state
		}
	}
	return true, ""
}

// unseen lists the required checks that looked in one report only.
func (c comparison) unseen() []Unseen {
	list := []Unseen{}
	ids := slices.Sorted(maps.Keys(c.old.checks))
	for id := range c.new.checks {
		if c.old.checks[id] == nil {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		was, is := c.old.checks[id], c.new.checks[id]
		if c.old.saw(id) == c.new.saw(id) || !cmp.Or(is, was).Required {
			continue
		}
		u := Unseen{Node: id, InNew: c.new.saw(id)}
		if was != nil {
			u.Old = was.State
		}
		if is != nil {
			u.New = is.State
		}
		list = append(list, u)
	}
	return list
}

// facts compares what checks observed that looked both times. Measurements differ each time and are left out.
func (c comparison) facts(changes []FindingChange) []FactChange {
	related := map[string]bool{}
	for _, change := range changes {
		for _, t := range []rows{c.old, c.new} {
			if f := t.twin(&Finding{Fingerprint: change.Fingerprint}); f != nil && change.State != Same {
				for _, id := range t.found(f) {
					related[id] = true
				}
			}
		}
	}
	old, new := c.old.values(), c.new.values()
	list := []FactChange{}
	for key := range maps.Keys(new) {
		if _, ok := old[key]; !ok {
			old[key] = nil
		}
	}
	for key, was := range old {
		is := new[key]
		if !c.old.saw(key.node) || !c.new.saw(key.node) || slices.Equal(was, is) {
			continue
		}
		check, _, _ := strings.Cut(key.node, "@")
		list = append(list, FactChange{Node: key.node, Label: key.label, Old: orEmpty(was), New: orEmpty(is),
			Related: related[key.node] || strings.HasPrefix(check, "machine.") && check != clocks})
	}
	slices.SortFunc(list, func(a, b FactChange) int {
		if a.Related != b.Related {
			if a.Related {
				return -1
			}
			return 1
		}
		return cmp.Or(strings.Compare(a.Node, b.Node), strings.Compare(a.Label, b.Label))
	})
	return list
}

// clocks is the check whose observations are another choice of servers each time; only with a finding do they matter.
const clocks = "machine.clock"

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

type factKey struct{ node, label string }

// measured is a value that is another one each time: a number with a unit. So are the time of the run and foreign words.
var measured = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)? ?(ms|s|min|h|d|%|B|kB|MB)?$`)

// values are the observations of each check by their label, each once, in order.
func (t rows) values() map[factKey][]string {
	all := map[factKey][]string{}
	for _, e := range t.report.Evidence {
		node := cmp.Or(e.Node, e.Check)
		key := factKey{node, e.Label}
		if e.Label == "now" || e.Class == string(checks.ClassText) || measured.MatchString(e.Value) || slices.Contains(all[key], e.Value) {
			continue
		}
		all[key] = append(all[key], e.Value)
	}
	for key := range all {
		slices.Sort(all[key])
	}
	return all
}

// noise is how much longer a stage may take before anybody would notice.
const noise = 0.1

func slower(old, new *Report) []Slower {
	list := []Slower{}
	for i := range new.Pathways {
		p := &new.Pathways[i]
		at := slices.IndexFunc(old.Pathways, func(o Pathway) bool { return o.ID == p.ID })
		if at < 0 {
			continue
		}
		for _, c := range p.Columns {
			was, ok := old.Pathways[at].Column(c.ID)
			if ok && was.State == c.State && c.DurationSeconds > 1.5*was.DurationSeconds && c.DurationSeconds-was.DurationSeconds > noise {
				list = append(list, Slower{p.ID, c.ID, was.DurationSeconds, c.DurationSeconds})
			}
		}
	}
	return list
}
