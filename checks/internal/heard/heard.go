// Package heard pairs the messages of single sign-on that passed a browser and reports what is wrong with them.
package heard

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/way"
	"logindoctor/checks/machine/clock"
)

// Slack is how far clocks may be apart before anybody minds: the narrowest that is in common use. Microsoft.IdentityModel
// allows 5 min, crewjam/saml 3 min, Spring Security 60 s.
const Slack = time.Minute

// An Exchange is a request and what came of it.
type Exchange struct {
	Request  *checks.Event // nil if the answer was not asked for
	Answer   *checks.Event // nil if none passed
	Accepted bool          // the walk went on to its end without a complaint
}

// Exchanges returns what passed on the pass's pathway in a protocol, as the walks heard it; a *checks.SkipError says that
// nothing did. A request that is sent again unchanged, as a page does that asks for the password in between, counts once.
func Exchanges(p *checks.Pass, protocol string, walks ...*checks.Check) ([]Exchange, error) {
	var all []Exchange
	walked := false
	for _, c := range walks {
		o, _ := p.Outcome(c)
		w, ok := o.Result.(interface{ Walked() page.Log })
		if !ok {
			continue
		}
		walked = true
		own := pair(w.Walked(), protocol)
		for i := range own {
			own[i].Accepted = o.State == checks.Passed && own[i].Answer != nil
		}
		all = append(all, own...)
	}
	switch {
	case len(all) > 0:
		return all, nil
	case walked:
		return nil, checks.Skip("No message of %s passed the browser on %s.", names[protocol], p.Pathway.ID)
	}
	return nil, checks.Skip("No browser walked %s, so no message was heard.", p.Pathway.ID)
}

var names = map[string]string{"oidc": "OpenID Connect", "saml": "SAML"}

func pair(log page.Log, protocol string) []Exchange {
	var all []Exchange
	for _, e := range log.Of(checks.EventMessage) {
		switch {
		case e.Message.Protocol != protocol:
		case e.Message.Kind == "request":
			again := func(x Exchange) bool {
				return x.Request != nil && x.Answer == nil && same(x.Request.Message, e.Message)
			}
			if !slices.ContainsFunc(all, again) {
				all = append(all, Exchange{Request: &e})
			}
		default:
			at := slices.IndexFunc(all, func(x Exchange) bool { return x.Answer == nil && belongs(*x.Request, e) })
			if at < 0 {
				at = len(all) - 1
			}
			if at < 0 || all[at].Answer != nil {
				all = append(all, Exchange{Answer: &e})
				continue
			}
			all[at].Answer = &e
		}
	}
	return all
}

// same reports whether two requests are one: their threads are.
func same(a, b *checks.Message) bool {
	for _, thread := range []string{"state", "RelayState", "request_uri"} {
		if v := a.Values[thread]; !v.Empty() {
			return v.Reveal() == b.Values[thread].Reveal()
		}
	}
	return false
}

// belongs reports whether an answer carries the thread of a request or comes to where it was asked to.
func belongs(request, answer checks.Event) bool {
	back := request.Message.Values["redirect_uri"].Reveal()
	return same(request.Message, answer.Message) || back != "" && SamePlace(back, answer.URL)
}

// A Judge reports on one exchange.
type Judge struct {
	*checks.Pass
	Exchange
	Now      time.Time // verified
	Sure     checks.Certainty
	App      *checks.Subject // which asks; what is wrong with a message is wrong for it
	Provider *checks.Subject
}

// NewJudge returns the judge of an exchange; back is where the application takes answers.
func NewJudge(p *checks.Pass, x Exchange, back string) Judge {
	j := Judge{Pass: p, Exchange: x, Now: p.World.Now(), Sure: checks.Likely}
	measured, ok := checks.ResultOf[clock.Result](p, clock.Check)
	j.Now = measured.Verified(j.Now)
	if !ok || !measured.Known {
		j.Sure = checks.Possible
	}
	if x.Answer != nil && back == "" {
		back = x.Answer.URL
	}
	if x.Request != nil {
		j.Provider = subject(p, x.Request.URL)
	}
	j.App = subject(p, back)
	if j.App == nil || j.App.Host == "" {
		j.App = p.Pathway.Subjects[0]
	}
	if j.Provider == nil {
		j.Provider = j.App
	}
	return j
}

func subject(p *checks.Pass, address string) *checks.Subject {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	return way.Subject(p, u)
}

// Say reports a mistake in a message. One that the application let pass stops nobody: it is a risk.
func (j Judge) Say(c *checks.Code, sure checks.Certainty, ev ...checks.Evidence) *checks.Finding {
	ev = append(ev, checks.Public("app", j.App.Name()), checks.Public("provider", j.Provider.Name()))
	f := j.Report(c, sure, ev...).On(j.App)
	if j.Accepted && f.Impact > checks.Risk {
		f.Impact = checks.Risk
	}
	return f
}

// Value returns what a message says, "" if it or the message is not there.
func Value(e *checks.Event, name string) string {
	if e == nil {
		return ""
	}
	return e.Message.Values[name].Reveal()
}

// Has reports whether a message has a part at all.
func Has(e *checks.Event, name string) bool {
	if e == nil {
		return false
	}
	_, ok := e.Message.Values[name]
	return ok
}

// SamePlace reports whether two addresses lead to one place, whatever their parameters and the case of the host.
func SamePlace(a, b string) bool { return normal(a) == normal(b) }

func normal(address string) string {
	at, _ := page.Split(address)
	u, err := url.Parse(at)
	if err != nil {
		return at
	}
	return u.Scheme + "://" + page.Host(at) + "/" + strings.TrimPrefix(u.EscapedPath(), "/")
}
