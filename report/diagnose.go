package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"

	"logindoctor/checks"
)

// A Book holds the manual's section of every code.
type Book map[string]*checks.ManualSection

// Diagnose turns what a run saw into what it means. It is a pure function; head holds what the run itself does not know
// (tool, run id, context), and everything else in it is overwritten.
func Diagnose(run *checks.Run, book Book, head Report) *Report {
	d := diagnosis{run: run, book: book, nodes: map[string]*checks.Node{}}
	for _, n := range run.Nodes {
		d.nodes[n.ID] = n
	}
	d.gather()
	d.cover()
	d.reachBlocked()
	d.explain()
	d.share()
	d.seenWorking()
	d.group()
	d.rank()

	r := head
	r.Schema, r.SchemaVersion = Schema, SchemaVersion
	r.Run.StartedAt, r.Run.DurationSeconds, r.Run.Complete = Time{run.Started}, Seconds(run.Took), run.Complete
	r.Target = d.target()
	r.Pathways = d.pathways()
	r.Checks = d.checks()
	d.findings(&r)
	r.Verdict = d.verdict(r.Pathways)
	r.Untested = d.untested()
	r.Limits = d.questions()
	return &r
}

type diagnosis struct {
	run   *checks.Run
	book  Book
	nodes map[string]*checks.Node
	items []*item
}

// An item is a finding on its way into the report.
type item struct {
	*checks.Finding
	node     *checks.Node
	hosts    []*checks.Subject // every subject with the same finding, the first one in Finding.Subject
	pathways []string          // that it touches, in the target's order
	cause    *item             // what explains it, at the root; nil for a root
	impact   checks.Impact     // the worst of its own and of what it explains
	role     string
	coverage bool // logindoctor could not look
}

func (d *diagnosis) gather() {
	for _, n := range d.run.Nodes {
		for _, f := range n.Findings {
			it := &item{Finding: f, node: n, impact: f.Impact}
			if f.Subject != nil {
				it.hosts = []*checks.Subject{f.Subject}
			}
			for _, p := range d.run.Target.Pathways {
				if d.touches(it, p) {
					it.pathways = append(it.pathways, p.ID)
				}
			}
			d.items = append(d.items, it)
		}
	}
}

// touches reports whether a finding matters to a pathway: its subject is on the way, and who walks it is hit.
func (d *diagnosis) touches(it *item, p *checks.Pathway) bool {
	if it.Impact == checks.Blocking && it.Hits()&p.Client == 0 {
		return false
	}
	if it.node.Pathway != nil {
		return it.node.Pathway == p
	}
	if it.Subject == nil {
		return slices.Contains(it.node.Pathways, p.ID)
	}
	return d.position(p.ID, it.Subject) >= 0
}

// position returns where on a pathway's way a host stands, -1 if it does not.
func (d *diagnosis) position(pathway string, s *checks.Subject) int {
	return slices.IndexFunc(d.run.Ways[pathway], func(w *checks.Subject) bool { return w.Address() == s.Address() })
}

// reachBlocked adds the pathways on which a node is blocked by a finding whose own host is not on the way.
func (d *diagnosis) reachBlocked() {
	for _, n := range d.run.Nodes {
		if n.State != checks.Blocked || n.Check.Optional {
			continue
		}
		for _, it := range d.items {
			aside := it.Subject != nil && it.Subject.Role.OffWay()
			if aside || it.Impact != checks.Blocking || !slices.Contains(n.BlockedBy, it.node.ID) {
				continue
			}
			for _, p := range d.run.Target.Pathways {
				if slices.Contains(n.Pathways, p.ID) && it.Hits()&p.Client != 0 && !slices.Contains(it.pathways, p.ID) {
					it.pathways = append(it.pathways, p.ID)
				}
			}
		}
	}
}

// explain points every finding at the root that explains it.
func (d *diagnosis) explain() {
	direct := map[*item]*item{}
	for _, it := range d.items {
		for _, id := range it.Code.ExplainedBy {
			for _, other := range d.items {
				if direct[it] == nil && other.named(id) && d.explains(other, it) {
					direct[it] = other
				}
			}
		}
	}
	for it, root := range direct {
		for direct[root] != nil {
			root = direct[root]
		}
		it.cause = root
		if it.Impact < root.Impact { // its pathways are not hurt as badly
			continue
		}
		root.impact = max(root.impact, it.Impact)
		for _, p := range it.pathways {
			if !slices.Contains(root.pathways, p) {
				root.pathways = append(root.pathways, p)
			}
		}
	}
}

// named reports whether an id is that of the finding's code, or of a check to whose findings it belongs because it hurts.
func (it *item) named(id string) bool {
	return it.Code.ID == id && it.Impact != checks.Info || it.node.Check.ID == id && it.Impact >= checks.Degrading
}

// explains reports whether a cause is about the same host, this computer, or a host earlier on the same way.
func (d *diagnosis) explains(cause, it *item) bool {
	if cause.Subject == nil || it.Subject != nil && cause.Subject.Address() == it.Subject.Address() {
		return true
	}
	if it.Instead != "" && d.position(it.Instead, cause.Subject) >= 0 {
		return true
	}
	for _, p := range it.pathways {
		at := d.position(p, cause.Subject)
		if at >= 0 && (it.Subject == nil || at < d.position(p, it.Subject)) {
			return true
		}
	}
	return false
}

// share makes whoever looks after unrelated hosts responsible for what the others have in common with them: several
// strangers do not break at once, but the way to all of them may (faults.md 2, 4).
func (d *diagnosis) share() {
	owners, strangers := map[*checks.Code]checks.Owner{}, map[*checks.Code]int{}
	for _, it := range d.items {
		if it.cause == nil && it.Impact == checks.Blocking && it.Subject != nil && it.Subject.Role == checks.RoleControl {
			owners[it.Code] = it.Owner
			strangers[it.Code]++
		}
	}
	for _, it := range d.items {
		if it.cause == nil && it.Subject != nil && strangers[it.Code] > 1 {
			f := *it.Finding
			f.Owner = owners[it.Code]
			it.Finding = &f
		}
	}
}

// group joins roots with the same code and owner: one proxy that inspects five hosts is one cause, and so is one setting of
// this computer that the looks at five hosts find. It is told of the host that a person meets first, never of one that was
// only asked for comparison.
func (d *diagnosis) group() {
	slices.SortStableFunc(d.items, func(a, b *item) int { return d.place(a) - d.place(b) })
	var kept []*item
	for _, it := range d.items {
		same := slices.IndexFunc(kept, func(k *item) bool {
			return k.cause == nil && it.cause == nil && k.Code == it.Code && k.Owner == it.Owner && k.alike(it)
		})
		if same < 0 {
			kept = append(kept, it)
			continue
		}
		first := kept[same]
		first.impact = max(first.impact, it.impact)
		for _, h := range it.hosts {
			if !slices.Contains(first.hosts, h) {
				first.hosts = append(first.hosts, h)
			}
		}
		for _, p := range it.pathways {
			if !slices.Contains(first.pathways, p) {
				first.pathways = append(first.pathways, p)
			}
		}
		for _, other := range d.items {
			if other.cause == it {
				other.cause = first
			}
		}
	}
	d.items = kept
}

// alike reports whether two findings are both about hosts, or both about this computer as one check found it in several
// places. What a check tells twice of this computer in one place is two things.
func (it *item) alike(other *item) bool {
	if it.Subject != nil || other.Subject != nil {
		return it.Subject != nil && other.Subject != nil
	}
	return it.node != other.node && it.node.Check.ID == other.node.Check.ID
}

// place is how early on the pathways that a finding touches its host is met, or the one at which it was found.
func (d *diagnosis) place(it *item) int {
	subject := cmp.Or(it.Subject, it.node.Subject)
	if subject == nil {
		return 0
	}
	earliest := math.MaxInt32
	for _, p := range it.pathways {
		if at := d.position(p, subject); at >= 0 {
			earliest = min(earliest, at)
		}
	}
	return earliest
}

// rank gives every finding its role and puts causes first: worst effect, then most pathways, then the earliest stage.
func (d *diagnosis) rank() {
	order := map[string]int{}
	for i, p := range d.run.Target.Pathways {
		order[p.ID] = i
	}
	worst := checks.Info
	for _, it := range d.items {
		slices.SortFunc(it.pathways, func(a, b string) int { return order[a] - order[b] })
		if it.cause == nil && len(it.pathways) > 0 {
			worst = max(worst, it.impact)
		}
	}
	for _, it := range d.items {
		switch {
		case it.cause != nil:
			it.role = Consequence
		case it.impact == worst && worst != checks.Info && len(it.pathways) > 0:
			it.role = RootCause
		default:
			it.role = Unrelated
		}
	}
	d.promoteCoverage()
	slices.SortStableFunc(d.items, func(a, b *item) int {
		return firstNonZero(
			roleRank[a.role]-roleRank[b.role],
			int(b.impact-a.impact),
			len(b.pathways)-len(a.pathways),
			stageRank(a.node)-stageRank(b.node),
			int(b.Certainty-a.Certainty),
			strings.Compare(a.Code.ID, b.Code.ID),
			strings.Compare(a.node.ID, b.node.ID))
	})
}

var roleRank = map[string]int{RootCause: 0, Consequence: 1, Unrelated: 2}

func stageRank(n *checks.Node) int { return slices.Index(checks.Stages, n.Check.Stage()) }

func firstNonZero(cmp ...int) int {
	for _, c := range cmp {
		if c != 0 {
			return c
		}
	}
	return 0
}

// findings fills the report's findings and numbers their evidence.
func (d *diagnosis) findings(r *Report) {
	r.Findings, r.Evidence = []Finding{}, map[string]Evidence{}
	number := 0
	keep := func(n *checks.Node, ev []checks.Evidence) (ids []string) {
		for _, e := range ev {
			number++
			id := fmt.Sprintf("e%d", number)
			r.Evidence[id] = Evidence{Check: n.Check.ID, Node: n.ID, Value: e.Value, Class: string(e.Class),
				Label: strings.ReplaceAll(e.Key, "_", " ")}
			ids = append(ids, id)
		}
		return ids
	}
	for _, it := range d.items {
		f := d.finding(it)
		f.Evidence = keep(it.node, it.Evidence)
		r.Findings = append(r.Findings, f)
	}
	for _, n := range d.run.Nodes {
		keep(n, n.Evidence)
	}
}

func (d *diagnosis) finding(it *item) Finding {
	f := Finding{
		Code: it.Code.ID, Role: it.role, Impact: it.Impact.String(), Certainty: it.Certainty.String(),
		Owner: string(it.Owner), Pathways: it.pathways, Stage: columnOf(it.node, it.Subject),
		MessageID: it.Code.ID + ".cause", Params: map[string]string{}, Explain: it.Code.ID,
		Fingerprint: fingerprint(it),
	}
	if it.cause != nil {
		f.Cause = fingerprint(it.cause)
	}
	if it.Subject != nil {
		f.Endpoint, f.EndpointRole, f.Subject = it.Subject.Name(), string(it.Subject.Role), it.Subject.Address()
	}
	for _, h := range it.hosts {
		f.Hosts = append(f.Hosts, h.Name())
	}
	for _, e := range it.Evidence {
		f.Params[e.Key] = e.Value
	}
	if share := f.Params["seen"]; share != "" { // a second look did not agree
		f.Basis = "seen at " + share + " looks"
	}
	f.NotAtFault = notAtFault(it.Owner)
	section := d.book[it.Code.ID]
	if section == nil {
		section = &checks.ManualSection{Code: it.Code.ID, Title: it.node.Check.ID, Sentence: pluginSentence(it)}
	}
	f.Title, f.Text = section.Title, checks.Fill(section.Sentence, it.Evidence)
	if more := len(it.hosts) - 1; more > 0 {
		f.Text += fmt.Sprintf(" The same holds for %s.", hostList(it.hosts[1:]))
	}
	f.Steps = steps(section, it)
	return f
}

// pluginSentence is the sentence of a code without a manual: the first line that the plug-in printed.
func pluginSentence(it *item) string {
	for _, e := range it.Evidence {
		if e.Key == "sentence" {
			return e.Value
		}
	}
	return it.node.Check.ID + " reports a problem."
}

// hostList names the hosts of the sign-in and counts those that were only asked for comparison.
func hostList(hosts []*checks.Subject) string {
	const most = 3
	var names []string
	unrelated := 0
	for _, h := range hosts {
		if h.Role.OffWay() {
			unrelated++
		} else {
			names = append(names, h.Name())
		}
	}
	if more := len(names) - most; more > 0 {
		names = append(names[:most], fmt.Sprintf("%d more", more))
	}
	if unrelated > 0 {
		names = append(names, Count(unrelated, "unrelated host"))
	}
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// fingerprint identifies the instance: never over time, address, run or text (ux.md 2.12).
func fingerprint(it *item) string {
	role, subject := "", ""
	if it.Subject != nil {
		role, subject = string(it.Subject.Role), it.Subject.Address()
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{it.Code.ID, strings.Join(it.pathways, ","),
		columnOf(it.node, it.Subject), role, subject}, "\x00")))
	return "v1:" + hex.EncodeToString(sum[:8])
}

// notAtFault names those whom a caller might blame.
func notAtFault(o checks.Owner) []string {
	switch o {
	case checks.OwnerUndetermined, checks.OwnerOperator:
		return nil
	case checks.OwnerUser:
		return []string{string(checks.OwnerVendor)}
	case checks.OwnerVendor, checks.OwnerIDPVendor:
		return []string{string(checks.OwnerUser)}
	}
	return []string{string(checks.OwnerUser), string(checks.OwnerVendor)}
}

// steps are the fixes of the chosen owner, then those of the others, then the proof.
func steps(s *checks.ManualSection, it *item) []Step {
	var list []Step
	add := func(f checks.Fix) {
		list = append(list, Step{N: len(list) + 1, Owner: string(f.Owner), Text: checks.Fill(f.Text, it.Evidence)})
	}
	for _, f := range s.Fixes {
		if f.Owner == it.Owner {
			add(f)
		}
	}
	if len(list) == 0 {
		for _, f := range s.Fixes {
			add(f)
		}
	}
	if it.Impact == checks.Info {
		return list
	}
	return append(list, Step{N: len(list) + 1, Command: proof(it), Expect: "ok"})
}

func proof(it *item) string {
	if len(it.pathways) > 0 && it.impact == checks.Blocking {
		return "logindoctor run --pathway " + strings.Join(it.pathways, ",")
	}
	return "logindoctor run --only " + it.node.Check.ID
}
