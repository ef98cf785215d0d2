// Package recipe turns what a product file says of the pages of a sign-in into a script for the browser.
package recipe

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"logindoctor/checks"
)

// Names of the steps of every script; those of a page are called "RECIPE.PAGE/ACT".
const (
	StepOpen    = "open"
	StepFollow  = "follow"
	StepLast    = "last"
	StepPicture = "picture"
)

// Names of the acts of a page. What is typed is called "fill-password"; a field that is only looked for, "find-password".
const (
	ActPress        = "press"
	ActAwait        = "await"
	ActFillPassword = "fill-password"
	ActFindPassword = "find-password"
	ActFillCode     = "fill-code"
)

// Cases that no product file describes.
const (
	caseRefusal = checks.PageRefusal
	Stranger    = "stranger" // asks who signs in, on a host that the product file does not know
)

// MaxRounds is how often a person is sent back and forth before it counts as a loop. A browser follows twenty redirects in
// a row, and one round of a sign-in takes four or five.
const MaxRounds = 3

// A Plan is the script of one pathway before anybody walks it.
type Plan struct {
	checks.Script
	pages map[string]origin // by the name of the case
}

// An origin is where a case of the script comes from.
type origin struct {
	is   string
	spec checks.PageSpec
}

// A Way is what a plan is made for.
type Way struct {
	Product  *checks.Product
	Pathway  *checks.Pathway
	Start    string   // the first page's address
	Refusals []string // texts at which the way ends
	Person   Person
	Account  *Account // nil: nothing secret is typed, the way ends at the field for it
	Accept   bool     // consent, terms and another session may be answered as their recipe says
	Within   time.Duration
}

// A Person is who signs in, as far as that is no secret.
type Person struct {
	Company string
	User    string // as typed on the application's own pages
	Mail    string // as typed at an identity provider; empty if it is not known
}

// An Account is what a test account is proved with.
type Account struct {
	Password checks.Secret
	Seed     checks.Secret  // of one-time codes; empty if there is none
	Factor   *checks.Factor // how the seed makes codes, nil for the usual way
	Device   bool           // codes come from a device that the settings name
	Ask      bool           // a person can be asked for codes
}

// New returns the plan of a way; ok is false if the product describes no page of its door.
func New(w Way) (p *Plan, ok bool) {
	c := compiler{way: w, plan: &Plan{pages: map[string]origin{caseRefusal: {is: checks.PageRefusal}, Stranger: {is: Stranger}}}}
	own := c.own()
	if len(own) == 0 {
		return nil, false
	}
	c.sort(slices.Concat(own, c.providers()))
	c.plan.Script = checks.Script{Name: w.Pathway.ID, MaxRounds: MaxRounds, Deadline: 90 * time.Second, Steps: []checks.Step{
		{Name: StepOpen, Do: checks.DoOpen, URL: w.Start, Within: 30 * time.Second},
		{Name: StepFollow, Do: checks.DoFollow, Cases: c.cases, Within: cmp.Or(w.Within, 20*time.Second), Optional: true},
		{Name: StepLast, Do: checks.DoLook},
		{Name: StepPicture, Do: checks.DoShot, Optional: true},
	}}
	return c.plan, true
}

type compiler struct {
	way   Way
	plan  *Plan
	cases []checks.Case
}

// own compiles the pages of the application, for the hosts of the pathway.
func (c *compiler) own() []compiled {
	var at []checks.Place
	for _, s := range c.way.Pathway.Subjects {
		if s.Role != checks.RoleIDP && s.Role != checks.RoleCDN {
			at = append(at, checks.Place{Host: s.Name()})
		}
	}
	var all []compiled
	for _, r := range c.way.Product.Recipes {
		if slices.Contains(r.Doors, c.way.Pathway.Door) {
			all = append(all, c.recipe(r, at, false)...)
		}
	}
	return all
}

// providers compiles the pages of every kind of provider that the product knows. They are only acted on where such a
// provider is recognised: nothing is typed into the pages of a stranger.
func (c *compiler) providers() []compiled {
	var all []compiled
	for _, r := range c.way.Product.Recipes {
		var at []checks.Place
		for _, k := range c.way.Product.Identity {
			if slices.Contains(r.Kinds, k.Kind) {
				at = append(at, checks.Place{Host: k.Host, Path: k.Path})
			}
		}
		if len(at) > 0 {
			all = append(all, c.recipe(r, at, true)...)
		}
	}
	return all
}

// A compiled page is a case with its place in the order of cases.
type compiled struct {
	rank int
	checks.Case
}

// ranks of pages: what lies over the application comes before it, and the application before words of refusal, which may
// stand in anybody's ticket.
const (
	rankOver = iota
	rankLandmark
	rankRefusal
	rankPage
)

func (c *compiler) recipe(r checks.Recipe, at []checks.Place, kind bool) []compiled {
	var all []compiled
	for _, spec := range r.Pages {
		name := r.ID + "." + spec.Is
		for n := 2; c.plan.pages[name].is != ""; n++ {
			name = fmt.Sprintf("%s.%s-%d", r.ID, spec.Is, n)
		}
		c.plan.pages[name] = origin{spec.Is, spec}
		one := checks.Case{Name: name, At: at, Any: spec.Seen.Selectors(), Texts: spec.Texts}
		one.Steps, one.Ends = c.acts(spec, kind)
		rank := rankPage
		switch spec.Is {
		case checks.PageElsewhere:
			rank = rankOver
		case checks.PageLandmark:
			rank = rankLandmark
		}
		all = append(all, compiled{rank, one})
	}
	return all
}

// sort puts the cases into the order in which they are looked for.
func (c *compiler) sort(all []compiled) {
	if len(c.way.Refusals) > 0 {
		all = append(all, compiled{rankRefusal, checks.Case{Name: caseRefusal, Texts: c.way.Refusals, Ends: true}})
	}
	slices.SortStableFunc(all, func(a, b compiled) int { return a.rank - b.rank })
	for _, one := range all {
		c.cases = append(c.cases, one.Case)
	}
	stranger := checks.Element{Role: []string{"password", "email", "username"}}
	c.cases = append(c.cases, checks.Case{Name: Stranger, Any: stranger.Selectors(), Ends: true})
}

// decisions are the pages whose answer changes something at the service: only a test account may give it.
var decisions = []string{checks.PageConsent, checks.PageTerms, checks.PageElsewhere}

// acts turns the acts of a page into steps; ends says that the way does not go on behind it.
func (c *compiler) acts(spec checks.PageSpec, kind bool) (steps []checks.Step, ends bool) {
	for _, act := range spec.Do {
		s := checks.Step{Within: time.Duration(act.Within), Optional: act.Optional}
		if act.IfSeen {
			s.If = ActAwait
		}
		switch {
		case len(act.Await) > 0:
			s.Name, s.Do, s.Texts = ActAwait, checks.DoWait, act.Await
		case !act.Press.Empty():
			s.Name, s.Do, s.Any = ActPress, checks.DoPress, act.Press.Selectors()
			if slices.Contains(decisions, spec.Is) && !c.way.Accept {
				return nil, true
			}
		default:
			typed, ok := c.fill(&s, act, spec, kind)
			if !ok {
				return append(steps, s), true
			}
			if !typed {
				continue
			}
		}
		steps = append(steps, s)
	}
	return steps, len(spec.Do) == 0
}

// fill makes the step that types something. typed is false if there is nothing to type and the page can do without; ok is
// false if the way ends here, because what the page asks for is not known or may not be typed.
func (c *compiler) fill(s *checks.Step, act checks.Act, spec checks.PageSpec, kind bool) (typed, ok bool) {
	s.Name, s.Do, s.Any = "fill-"+act.Fill, checks.DoFill, act.In.Selectors()
	switch act.Fill {
	case checks.FillCompany:
		s.Value = c.way.Person.Company
	case checks.FillUser:
		s.Value = c.user(kind)
		if s.Value == "" && spec.Is == checks.PageMail {
			return false, c.find(s, act)
		}
	case checks.FillPassword:
		if c.way.Account == nil {
			return false, c.find(s, act)
		}
		s.Secret = c.way.Account.Password
		return true, true
	case checks.FillCode:
		if !c.code(s, spec) {
			return false, c.find(s, act)
		}
		return true, true
	}
	return s.Value != "", true
}

// unveiled is how long a form that is there may take until a person can type into it.
const unveiled = 10 * time.Second

// find turns a step that may not type into one that only looks for the field.
func (c *compiler) find(s *checks.Step, act checks.Act) bool {
	s.Name, s.Do, s.Usable, s.Optional, s.Within = "find-"+act.Fill, checks.DoWait, true, true, cmp.Or(s.Within, unveiled)
	return false
}

func (c *compiler) user(kind bool) string {
	if kind {
		return c.way.Person.Mail
	}
	return c.way.Person.User
}

// code makes the step that types a one-time code: from the seed, from the device, or from a person who is asked.
func (c *compiler) code(s *checks.Step, spec checks.PageSpec) bool {
	a := c.way.Account
	if a == nil {
		return false
	}
	s.Do = checks.DoCode
	switch {
	case spec.Is == checks.PageCode && a.Device:
		s.Ask = QuestionDevice
	case spec.Is == checks.PageCode && !a.Seed.Empty():
		s.Secret, s.Factor = a.Seed, a.Factor
	case a.Ask && spec.Is == checks.PageSent:
		s.Ask = QuestionSent
	case a.Ask:
		s.Ask = QuestionCode
	default:
		return false
	}
	return true
}

// The questions that a script may put.
const (
	QuestionDevice = "the code of the device that the settings name"
	QuestionCode   = "Which code does the authenticator of the test account show now?"
	QuestionSent   = "Which code came by mail, text message or call for the test account?"
)
