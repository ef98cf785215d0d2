package report

import (
	"slices"

	"logindoctor/checks"
)

// worse orders states for a roll-up, worst first.
var worse = []checks.State{checks.Failed, checks.Errored, checks.Blocked, checks.Warned, checks.Passed, checks.Skipped}

// columnOf returns the column of the pathway table that a node belongs to; "machine" has no column (engine.md 1.2).
func columnOf(n *checks.Node, s *checks.Subject) string {
	if s != nil && (s.Role == checks.RoleIDP || s.Role == checks.RoleCDN) {
		return "idp"
	}
	if stage := n.Check.Stage(); stage != "app" {
		return stage
	}
	return "login"
}

func (d *diagnosis) pathways() []Pathway {
	list := []Pathway{}
	for _, p := range d.run.Target.Pathways {
		list = append(list, d.pathway(p))
	}
	return list
}

func (d *diagnosis) pathway(p *checks.Pathway) Pathway {
	out := Pathway{ID: p.ID, Title: p.Title, State: OK, Columns: d.columns(p.ID)}
	depth := checks.DepthNone
	for _, n := range d.run.Nodes {
		if !slices.Contains(n.Pathways, p.ID) {
			continue
		}
		if n.State == checks.Passed || n.State == checks.Warned {
			depth = max(depth, n.Depth)
		}
		if n.Subject != nil || n.Pathway != nil { // what looks at this computer runs beside the way
			out.DurationSeconds = max(out.DurationSeconds, Seconds(n.Started+n.Took))
		}
	}
	out.Depth = depth.String()
	out.State, out.FailedStage = d.pathwayState(p.ID)
	out.Result = result(out, d.unknownReason(p.ID))
	return out
}

// pathwayState applies the verdict rule of ux.md 2.1 to one pathway.
func (d *diagnosis) pathwayState(id string) (state, stage string) {
	state = OK
	for _, it := range d.items { // ranked: the first blocking one is the cause
		if !slices.Contains(it.pathways, id) {
			continue
		}
		if it.impact == checks.Blocking {
			return Broken, columnOf(it.node, it.Subject)
		}
		if it.impact != checks.Info {
			state = Degraded
		}
	}
	if d.unknownReason(id) != "" {
		return Unknown, ""
	}
	return state, ""
}

// unknownReason returns why a required check of a pathway did not complete, or "".
func (d *diagnosis) unknownReason(id string) string {
	for _, n := range d.run.Nodes {
		if n.State == checks.Errored && required(n) && slices.Contains(n.Pathways, id) {
			return n.Check.ID + " could not look"
		}
	}
	return ""
}

// required reports whether an error of the node leaves a pathway unjudged.
func required(n *checks.Node) bool {
	return !n.Check.Optional && !n.Check.Contrast && (n.Subject == nil || !n.Subject.Role.OffWay())
}

func (d *diagnosis) columns(pathway string) []Column {
	var list []Column
	for _, id := range ColumnIDs {
		if c, ok := d.column(pathway, id); ok {
			list = append(list, c)
		}
	}
	return list
}

func (d *diagnosis) column(pathway, id string) (Column, bool) {
	state, start, end := checks.State(0), 0.0, 0.0
	for _, n := range d.run.Nodes {
		idle := n.Check.Optional && n.State == checks.Skipped // there was nothing to look at
		if idle || !slices.Contains(n.Pathways, pathway) || columnOf(n, n.Subject) != id || !onTheWay(n) {
			continue
		}
		if state == 0 || slices.Index(worse, n.State) < slices.Index(worse, state) {
			state = n.State
		}
		if n.Took == 0 {
			continue
		}
		if end == 0 || Seconds(n.Started) < start {
			start = Seconds(n.Started)
		}
		end = max(end, Seconds(n.Started+n.Took))
	}
	if state == 0 {
		return Column{}, false
	}
	return Column{ID: id, State: d.seen(state, pathway, id), StartSeconds: start, DurationSeconds: max(0, end-start)}, true
}

// onTheWay reports whether a node shows in a column: what looks at this computer, and contrasts that had nothing to tell
// apart, do not.
func onTheWay(n *checks.Node) bool {
	return (n.Subject != nil || n.Pathway != nil) && !(n.Check.Contrast && n.State == checks.Skipped)
}

// seen softens a column whose only failure does not hit who walks the pathway.
func (d *diagnosis) seen(s checks.State, pathway, column string) string {
	if s != checks.Failed {
		return s.String()
	}
	for _, it := range d.items {
		if it.Impact == checks.Blocking && it.shows(column) && slices.Contains(it.pathways, pathway) {
			return s.String()
		}
	}
	return checks.Warned.String()
}

// shows reports whether a finding is about a host of a column, or was made in one about the computer or a whole way.
func (it *item) shows(column string) bool {
	if (len(it.hosts) == 0 || it.node.Pathway != nil) && columnOf(it.node, nil) == column {
		return true
	}
	return slices.ContainsFunc(it.hosts, func(h *checks.Subject) bool { return columnOf(it.node, h) == column })
}

func (d *diagnosis) checks() []Check {
	list := []Check{}
	for _, n := range d.run.Nodes {
		c := Check{
			ID: n.ID, Check: n.Check.ID, Stage: n.Check.Stage(), Pathways: n.Pathways, State: n.State.String(),
			BlockedBy: n.BlockedBy, Required: required(n), Reason: n.Reason,
			StartedSeconds: Seconds(n.Started), DurationSeconds: Seconds(n.Took),
		}
		if c.Pathways == nil {
			c.Pathways = []string{}
		}
		if n.Subject != nil {
			c.Subject, c.Role = n.Subject.Name(), string(n.Subject.Role)
		}
		for _, f := range n.Findings {
			c.Findings = append(c.Findings, f.Code.ID)
		}
		list = append(list, c)
	}
	return list
}
