package page

import (
	"regexp"
	"slices"
	"strings"

	"logindoctor/checks"
)

// A Log is what the browser said, in order.
type Log []checks.Event

// Collect reads a log to its end. Pages that quote what application and provider told each other in private do not get it in.
func Collect(events <-chan checks.Event) Log {
	var l Log
	c := NewCensor(checks.Script{})
	for e := range events {
		if e.Message != nil {
			for _, name := range private {
				if v := e.Message.Values[name]; len(v.Reveal()) >= 8 { // a shorter one stands in other words as well
					c.Learn(v)
				}
			}
		}
		l = append(l, c.Event(e))
	}
	return l
}

// private are the parameters of messages whose values are nobody else's: RFC 6749 4.1, RFC 7636 4.3, OpenID Connect Core 3.1.2.1,
// SAML Bindings 3.4 and 3.5.
var private = []string{"state", "nonce", "code", "code_challenge", "id_token", "access_token", "SAMLRequest", "SAMLResponse", "RelayState"}

// Of returns the events of a kind.
func (l Log) Of(kind string) Log {
	var out Log
	for _, e := range l {
		if e.Kind == kind {
			out = append(out, e)
		}
	}
	return out
}

// Last returns the last event of a kind; ok is false if there is none.
func (l Log) Last(kind string) (e checks.Event, ok bool) {
	for _, e := range slices.Backward(l) {
		if e.Kind == kind {
			return e, true
		}
	}
	return checks.Event{}, false
}

// Hops returns the answers for the main document, redirects included.
func (l Log) Hops() Log { return l.Of(checks.EventHop) }

// Address returns the address of the last answer for the main document, "" if there was none.
func (l Log) Address() string {
	last, _ := l.Last(checks.EventHop)
	return last.URL
}

// Page returns the page as it was last looked at; ok is false if nobody looked.
func (l Log) Page() (checks.Event, bool) { return l.Last(checks.EventPage) }

// PageAt returns the page as the step of that name, or the failure of it, saw it.
func (l Log) PageAt(step string) (checks.Event, bool) {
	var at Log
	for _, e := range l.Of(checks.EventPage) {
		if e.Step == step {
			at = append(at, e)
		}
	}
	return at.Last(checks.EventPage)
}

// Step returns what came of a step; ok is false if it was not reached.
func (l Log) Step(name string) (checks.Event, bool) {
	for _, e := range l {
		if e.Kind == checks.EventStep && e.Step == name {
			return e, true
		}
	}
	return checks.Event{}, false
}

// Did reports whether a step was done.
func (l Log) Did(step string) bool {
	e, ok := l.Step(step)
	return ok && e.Outcome == checks.OutcomeDone
}

// Again returns the case whose page came again more often than it may; ok is false if none did.
func (l Log) Again() (name string, ok bool) {
	for _, e := range l.Of(checks.EventStep) {
		if e.Outcome == checks.OutcomeAgain {
			return e.Step, true
		}
	}
	return "", false
}

// End returns the last event; a log that was cut off counts as crashed.
func (l Log) End() checks.Event {
	if e, ok := l.Last(checks.EventEnd); ok {
		return e
	}
	return checks.Event{V: checks.EventVersion, Kind: checks.EventEnd, Outcome: checks.OutcomeCrashed}
}

// Typed reports whether a person sees a field and types into it.
func Typed(f checks.Field) bool {
	return f.Visible && f.Tag == "input" && !slices.Contains([]string{"submit", "button", "image", "reset", "checkbox", "radio"}, f.Type)
}

// Passwords counts the fields of a page in which a person sees to type a password.
func Passwords(page checks.Event) int {
	n := 0
	for _, f := range page.Fields {
		if f.Visible && f.Type == "password" {
			n++
		}
	}
	return n
}

// Unsent returns the first visible field of a page for whose sake the browser does not send the form; ok is false if there is none.
func Unsent(page checks.Event) (field checks.Field, ok bool) {
	i := slices.IndexFunc(page.Fields, func(f checks.Field) bool { return f.Visible && f.Invalid })
	if i < 0 {
		return checks.Field{}, false
	}
	return page.Fields[i], true
}

// What the buttons of a question say, in English: to agree, and not to.
var (
	agrees  = regexp.MustCompile(`(?i)^(?:accept|allow|authori[sz]e|approve|agree|grant|consent)\b`)
	refuses = regexp.MustCompile(`(?i)^(?:deny|refuse|decline|reject|disagree|cancel|don['’]t allow)\b`)
)

// Choice reports whether a page asks a person to agree or not, to something else than cookies.
func Choice(page checks.Event) bool {
	offers := func(words *regexp.Regexp) bool {
		return slices.ContainsFunc(page.Fields, func(f checks.Field) bool {
			return f.Visible && !Typed(f) && words.MatchString(strings.TrimSpace(f.Label))
		})
	}
	return offers(agrees) && offers(refuses) && !strings.Contains(strings.ToLower(page.Text), "cookie")
}

// Thrown returns the first error that a script of a page did not catch, "" if there was none.
func (l Log) Thrown() string {
	for _, e := range l.Of(checks.EventConsole) {
		if e.Level == checks.LevelException {
			return e.Text
		}
	}
	return ""
}

// What a step says of an element that is there and cannot be used.
const (
	StayedDisabled = " stayed disabled"
	StayedCovered  = " stayed covered by "
)

// Hindered returns what kept a field or button from being used until nobody waited any more, "" if nothing did.
func (l Log) Hindered() string {
	for _, e := range l.Of(checks.EventStep) {
		if strings.Contains(e.Error, StayedDisabled) || strings.Contains(e.Error, StayedCovered) {
			return e.Error
		}
	}
	return ""
}

// Framed reports whether a page had another one in a frame.
func (l Log) Framed() bool {
	return slices.ContainsFunc(l.Of(checks.EventResource), func(e checks.Event) bool { return e.Type == "Document" })
}

// Matters reports whether a page may be nothing without a part of that type of Event: looks stop nobody.
func Matters(kind string) bool {
	return slices.Contains([]string{"Script", "XHR", "Fetch", "Document"}, kind)
}

// Loop returns the event that names a loop; ok is false if there was none.
func (l Log) Loop() (checks.Event, bool) { return l.Last(checks.EventLoop) }

// Traffic returns what the browser asked on the walk of that name.
func (l Log) Traffic(walk string) checks.Traffic {
	start, _ := l.Last(checks.EventStart)
	t := checks.Traffic{Walk: walk, Browser: start.Text}
	for _, e := range l.Of(checks.EventExchange) {
		t.Entries = append(t.Entries, e.Entry)
	}
	return t
}

// Hosts returns the hosts that answered or failed for the main document, in the order in which they were met.
func (l Log) Hosts() []string {
	var hosts []string
	for _, e := range l {
		main := e.Kind == checks.EventHop || e.Kind == checks.EventFailure && e.Type == "Document"
		if main && e.Host != "" && !slices.Contains(hosts, e.Host) {
			hosts = append(hosts, e.Host)
		}
	}
	return hosts
}

// Refused returns the cookies that the browser did not store.
func (l Log) Refused() Log {
	return l.cookies(func(k *checks.Cookie) bool { return len(k.Refused) > 0 && !k.Sending })
}

// Withheld returns the cookies that the browser kept but did not send.
func (l Log) Withheld() Log {
	return l.cookies(func(k *checks.Cookie) bool { return len(k.Refused) > 0 && k.Sending })
}

// Stored returns the cookies that the browser took.
func (l Log) Stored() Log {
	return l.cookies(func(k *checks.Cookie) bool { return len(k.Refused) == 0 })
}

func (l Log) cookies(keep func(*checks.Cookie) bool) Log {
	var out Log
	for _, e := range l {
		if e.Kind == checks.EventCookie && e.Cookie != nil && keep(e.Cookie) {
			out = append(out, e)
		}
	}
	return out
}

// Certificate returns why the browser refused the certificate of a host, and whether it did.
func (l Log) Certificate(host string) (why string, refused bool) {
	for _, e := range l.Of(checks.EventCertificate) {
		if e.Host == host {
			return e.Error, true
		}
	}
	return "", false
}

// Unreached returns why a host did not answer: the relay's true cause if there is one, else the browser's error, else "".
func (l Log) Unreached(host string) string {
	for _, kind := range []string{checks.EventTunnel, checks.EventFailure} {
		for _, e := range l {
			if e.Kind == kind && e.Host == host && e.Error != "" {
				return e.Error
			}
		}
	}
	return ""
}
