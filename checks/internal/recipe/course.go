package recipe

import (
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

// A Visit is a page of the plan that the browser came to.
type Visit struct {
	Name  string // of the case
	Is    string // what the page is, "refusal" or "stranger"
	Again bool   // it came again after it had been answered
}

// A Course is the way that the browser went through a plan.
type Course struct {
	Visits []Visit
	log    page.Log
}

// Read returns the course that a log tells.
func (p *Plan) Read(log page.Log) Course {
	c := Course{log: log}
	for _, e := range log.Of(checks.EventStep) {
		known, ok := p.pages[e.Step]
		if !ok || e.Outcome != checks.OutcomeDone && e.Outcome != checks.OutcomeAgain {
			continue
		}
		c.Visits = append(c.Visits, Visit{e.Step, known.is, e.Outcome == checks.OutcomeAgain})
	}
	return c
}

// Last returns the page at which the way ended; ok is false if none was recognised.
func (c Course) Last() (v Visit, ok bool) {
	if len(c.Visits) == 0 {
		return Visit{}, false
	}
	return c.Visits[len(c.Visits)-1], true
}

// At reports whether the way ended on a page of one of these kinds, reached for the first time.
func (c Course) At(is ...string) bool {
	v, ok := c.Last()
	return ok && !v.Again && slices.Contains(is, v.Is)
}

// Shown reports whether the page at which the way ended is the last one that the browser got, and does not refuse.
func (c Course) Shown() bool {
	v, ok := c.Last()
	if !ok || v.Again || v.Is == checks.PageRefusal {
		return false
	}
	for _, e := range slices.Backward(c.log) {
		switch {
		case e.Kind == checks.EventHop:
			return false
		case e.Kind == checks.EventStep && e.Step == v.Name:
			return true
		}
	}
	return false
}

// Lost reports whether the browser got no answer behind the page at which the way ended.
func (c Course) Lost() bool {
	for _, e := range slices.Backward(c.log) {
		switch {
		case e.Kind == checks.EventFailure && e.Type == "Document" && e.Error != "net::ERR_ABORTED":
			return true
		case e.Kind == checks.EventHop || e.Kind == checks.EventStep && len(c.Visits) > 0 && e.Step == c.Visits[len(c.Visits)-1].Name:
			return false
		}
	}
	return false
}

// Answered reports whether something was pressed on the page at which the way ended: the page that follows did not come.
func (c Course) Answered() bool {
	v, ok := c.Last()
	return ok && slices.ContainsFunc(c.log.Of(checks.EventStep), func(e checks.Event) bool {
		return e.Step == v.Name+"/"+ActPress && e.Outcome == checks.OutcomeDone
	})
}

// CameAgain reports whether the way ended because a page of that kind came again.
func (c Course) CameAgain(is ...string) bool {
	v, ok := c.Last()
	return ok && v.Again && slices.Contains(is, v.Is)
}

// Met reports whether a page of that kind was on the way.
func (c Course) Met(is string) bool {
	return slices.ContainsFunc(c.Visits, func(v Visit) bool { return v.Is == is })
}

// Did reports whether an act was carried out on any page: "fill-password", "find-password", "press" or "await".
func (c Course) Did(act string) bool {
	return slices.ContainsFunc(c.log.Of(checks.EventStep), func(e checks.Event) bool {
		_, name, ok := strings.Cut(e.Step, "/")
		return ok && name == act && e.Outcome == checks.OutcomeDone
	})
}

// Renamed reports whether a page was only known by what it is for, although its ids or names are confirmed.
func (p *Plan) Renamed(log page.Log) bool {
	return slices.ContainsFunc(log.Of(checks.EventStep), func(e checks.Event) bool {
		known, ok := p.pages[e.Step]
		seen := known.spec.Seen
		return ok && e.Outcome == checks.OutcomeDone && known.spec.Certainty == "confirmed" && len(seen.ID)+len(seen.Name) > 0 &&
			e.Matched != "" && !strings.HasPrefix(e.Matched, "[")
	})
}
