package report

import (
	"fmt"
	"slices"
	"strings"

	"logindoctor/checks"
)

// stageNames are how a sentence calls a column.
var stageNames = map[string]string{
	"machine": "this computer", "dns": "name resolution", "tcp": "connection", "tls": "encryption", "web": "web page",
	"idp": "identity provider", "login": "sign-in",
}

// depthNames are how a sentence calls a depth.
var depthNames = map[string]string{
	"none": "nothing reached", "reach": "up to the first answer", "page": "up to the password page", "login": "signed in",
}

// result is the last cell of a pathway's row.
func result(p Pathway, unknown string) string {
	switch p.State {
	case Broken:
		return "broken at " + stageNames[p.FailedStage]
	case Unknown:
		return "unknown: " + unknown
	case Degraded:
		return "degraded, " + depthNames[p.Depth]
	}
	if p.Depth == checks.DepthLogin.String() {
		return "ok, signed in"
	}
	return "ok " + depthNames[p.Depth]
}

// verdict applies the rule of ux.md 2.1: broken before unknown before degraded before ok, at the lowest depth.
func (d *diagnosis) verdict(paths []Pathway) Verdict {
	v := Verdict{State: OK, Depth: lowestDepth(paths)}
	for _, state := range []string{Degraded, Unknown, Broken} {
		if slices.ContainsFunc(paths, func(p Pathway) bool { return p.State == state }) {
			v.State = state
		}
	}
	if len(paths) == 0 {
		v.State = Unknown
	}
	for _, n := range d.run.Nodes {
		if n.State == checks.Passed || n.State == checks.Warned || n.State == checks.Failed {
			v.ChecksRun++
		}
	}
	causes := d.causes()
	if len(causes) > 0 {
		v.PrimaryFinding = causes[0].Code.ID
		for _, n := range d.run.Nodes {
			if n.State == checks.Blocked {
				v.UntestedBehind++
			}
		}
	}
	for _, it := range causes[min(1, len(causes)):] {
		if it.impact == checks.Blocking {
			v.OtherBlocking++
		}
	}
	v.Summary = summary(v, paths, len(causes))
	return v
}

func (d *diagnosis) causes() []*item {
	return slices.DeleteFunc(slices.Clone(d.items), func(it *item) bool { return it.role != RootCause })
}

func lowestDepth(paths []Pathway) string {
	if len(paths) == 0 {
		return checks.DepthNone.String()
	}
	depths := []string{"none", "reach", "page", "login"}
	lowest := len(depths) - 1
	for _, p := range paths {
		lowest = min(lowest, slices.Index(depths, p.Depth))
	}
	return depths[lowest]
}

func summary(v Verdict, paths []Pathway, causes int) Summary {
	failed, slowest := 0, 0.0
	for _, p := range paths {
		if p.State == Broken {
			failed++
		}
		slowest = max(slowest, p.DurationSeconds)
	}
	s := Summary{Params: map[string]string{"failed": fmt.Sprint(failed), "total": fmt.Sprint(len(paths))}}
	switch v.State {
	case Broken:
		s.MessageID = "verdict.broken.same_cause"
		s.Text = fmt.Sprintf("%d of %d sign-in pathways fail for the same reason", failed, len(paths))
		if causes > 1 {
			s.MessageID = "verdict.broken.causes"
			s.Text = fmt.Sprintf("%d of %d sign-in pathways fail, for %d reasons", failed, len(paths), causes)
		} else if len(paths) == 1 {
			s.MessageID, s.Text = "verdict.broken.only", "The sign-in pathway fails"
		} else if failed == 1 {
			s.MessageID = "verdict.broken.one"
			s.Text = fmt.Sprintf("1 of %d sign-in pathways fails", len(paths))
		}
	case Unknown:
		s.MessageID, s.Text = "verdict.unknown", "Cannot tell whether people can sign in from here"
	case Degraded:
		s.MessageID, s.Text = "verdict.degraded", fmt.Sprintf("%s%s, but not well", allWork(len(paths)), howDeep(v.Depth, paths))
	default:
		s.MessageID = "verdict.ok"
		s.Params["slowest_seconds"] = fmt.Sprintf("%.1f", slowest)
		s.Text = fmt.Sprintf("%s%s; slowest %.1f s", allWork(len(paths)), howDeep(v.Depth, paths), slowest)
	}
	return s
}

// howDeep words the lowest depth, and how many pathways went to the password page or further if it is less than that.
func howDeep(lowest string, paths []Pathway) string {
	deeper := 0
	for _, p := range paths {
		if p.Depth == checks.DepthPage.String() || p.Depth == checks.DepthLogin.String() {
			deeper++
		}
	}
	if lowest == checks.DepthReach.String() && deeper > 0 {
		return fmt.Sprintf(", %d up to the password page", deeper)
	}
	if lowest == checks.DepthLogin.String() {
		return ", signed in"
	}
	return " " + depthNames[lowest]
}

func allWork(n int) string {
	if n == 1 {
		return "The sign-in pathway works"
	}
	return fmt.Sprintf("All %d sign-in pathways work", n)
}

func (d *diagnosis) target() Target {
	t := d.run.Target
	out := Target{Region: t.Region, Company: t.Company, Pathways: []string{}}
	if t.Product != nil {
		out.Product, out.Name, out.Vendor = t.Product.ID, t.Product.Name, t.Product.Vendor
	}
	for _, p := range t.Pathways {
		out.Pathways = append(out.Pathways, p.ID)
		if s := p.Host(checks.RoleWeb); s != nil && out.Host == "" {
			out.Host = s.Name()
		}
	}
	out.PublicHosts = d.publicHosts()
	return out
}

// publicHosts are the hosts of this run that the product file names: they are the same for everybody.
func (d *diagnosis) publicHosts() []string {
	p := d.run.Target.Product
	if p == nil {
		return nil
	}
	known := map[string]bool{}
	for _, r := range p.Regions {
		known[r.Web], known[r.API] = true, true
	}
	for _, h := range p.Hosts {
		known[h.Host] = true
	}
	for _, k := range p.Identity {
		known[k.Host] = true // one with a wildcard is no host's name
	}
	var met []string
	add := func(s *checks.Subject) {
		if s != nil && (known[s.Host] || s.Role.OffWay()) && !slices.Contains(met, s.Host) {
			met = append(met, s.Host)
		}
	}
	for _, n := range d.run.Nodes {
		add(n.Subject)
		for _, f := range n.Findings {
			add(f.Subject)
		}
	}
	return met
}

// untested lists what was left out: pathways without their input, then skipped checks with the same reason together.
func (d *diagnosis) untested() []Untested {
	var list []Untested
	for _, id := range sortedKeys(d.run.Target.Untested) {
		list = append(list, Untested{Pathway: id, Reason: d.run.Target.Untested[id]})
	}
	var reasons []string
	skipped := map[string][]string{}
	for _, n := range d.run.Nodes {
		if n.State != checks.Skipped || n.Check.Contrast || n.Check.Optional || n.Reason == "" {
			continue
		}
		reason := strings.TrimSuffix(n.Reason, ".")
		if skipped[reason] == nil {
			reasons = append(reasons, reason)
		}
		if !slices.Contains(skipped[reason], n.Check.ID) {
			skipped[reason] = append(skipped[reason], n.Check.ID)
		}
	}
	for _, reason := range reasons {
		list = append(list, Untested{Check: skipped[reason][0], What: strings.Join(skipped[reason], ", "), Reason: reason})
	}
	if !d.run.Target.Login && slices.ContainsFunc(d.run.Nodes, func(n *checks.Node) bool { return n.Depth == checks.DepthPage }) {
		list = append(list, Untested{What: "password and second factor", Reason: "no test account; add one with --login"})
	}
	return list
}

func sortedKeys(m map[string]string) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
