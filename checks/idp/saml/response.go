package saml

import (
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"

	"logindoctor/checks"
	"logindoctor/checks/internal/heard"
	"logindoctor/checks/internal/page"
)

// byStatus is what the second-level status codes lead to, SAML 2.0 Core 3.2.2.2.
var byStatus = map[string]*checks.Code{"InvalidNameIDPolicy": NameRefused, "NoAuthnContext": ContextRefused, "RequestDenied": RequestDenied,
	"AuthnFailed": PersonRefused, "UnknownPrincipal": PersonRefused, "NoPassive": PersonNeeded}

// Leads returns the code to which a status of a SAML response leads, of whichever level.
func Leads(status string) *checks.Code {
	status = short(status)
	switch c := byStatus[status]; {
	case c != nil:
		return c
	case status == "Responder":
		return ProviderTrouble
	}
	return RequestFaulty
}

// refuses reports what the provider says in the place of an assertion.
func (j judge) refuses() bool {
	top := find(j.response, "./Status/StatusCode")
	first, second := short(attr(top, "Value")), short(attr(find(top, "./StatusCode"), "Value"))
	if first == "Success" {
		return false
	}
	c := byStatus[second]
	if c == nil {
		c = Leads(first)
	}
	status := strings.TrimSpace(page.Text(first+" "+second, 100))
	j.Say(c, checks.Confirmed, checks.Public("status", orNone(status)), checks.Text("text", orNone(page.Text(text(j.response, "./Status/StatusMessage"), 200))))
	return true
}

// clock judges when the provider wrote, by its own clock.
func (j judge) clock() {
	if at, ok := when(j.response, "IssueInstant"); ok {
		switch off := at.Sub(j.Now); {
		case off > heard.Slack:
			j.Say(ClockAhead, j.Sure, checks.Span("off", off))
		case off < -5*heard.Slack:
			j.Say(ClockBehind, j.Sure, checks.Span("off", -off))
		}
	}
}

// thread judges what ties the response to the request.
func (j judge) thread() {
	if asked := heard.Value(j.Request, "RelayState"); asked != "" && asked != heard.Value(j.Answer, "RelayState") {
		j.Say(RelayLost, checks.Confirmed)
	}
	if to := attr(j.response, "Destination"); to != "" && !heard.SamePlace(to, j.Answer.URL) {
		j.Say(ResponseElsewhere, checks.Confirmed, checks.Public("named", place(to)), checks.Public("came_to", j.Answer.URL))
	}
	id, said := attr(j.request, "ID"), attr(j.response, "InResponseTo")
	switch {
	case j.request == nil || said == id:
	case said == "":
		j.Say(Unasked, checks.Confirmed)
	default:
		j.Say(OtherRequest, checks.Confirmed)
	}
}

// answers judges the assertion.
func (j judge) answers() {
	a := find(j.response, "./Assertion")
	if a == nil {
		if find(j.response, "./EncryptedAssertion") != nil {
			j.Say(Encrypted, checks.Confirmed)
		} else {
			j.Say(AssertionMissing, checks.Confirmed)
		}
		return
	}
	if outer, inner := text(j.response, "./Issuer"), text(a, "./Issuer"); outer != "" && outer != inner {
		j.Say(OtherIssuer, checks.Confirmed, checks.Public("outer", place(outer)), checks.Public("inner", place(inner)))
	}
	j.subject(a)
	j.conditions(a)
	j.signature(a)
}

// subject judges whom the assertion is about and for whom it may be shown, SAML 2.0 Profiles 4.1.4.2.
func (j judge) subject(a *etree.Element) {
	name := find(a, "./Subject/NameID")
	asked := attr(find(j.request, "./NameIDPolicy"), "Format")
	switch said := attr(name, "Format"); {
	case name == nil && find(a, "./Subject/EncryptedID") == nil || name != nil && strings.TrimSpace(name.Text()) == "":
		j.Say(NameMissing, checks.Confirmed)
	case name != nil && asked != "" && asked != unspecified && said != asked:
		j.Say(OtherFormat, checks.Confirmed, checks.Public("asked_for", page.Text(short(asked), 60)), checks.Public("said", orNone(page.Text(short(said), 60))))
	}
	bearer := find(a, "./Subject/SubjectConfirmation[@Method='urn:oasis:names:tc:SAML:2.0:cm:bearer']")
	data := find(bearer, "./SubjectConfirmationData")
	if data == nil {
		j.Say(NoBearer, checks.Confirmed)
		return
	}
	if to := attr(data, "Recipient"); !heard.SamePlace(to, j.Answer.URL) {
		j.Say(OtherRecipient, checks.Confirmed, checks.Public("named", place(to)), checks.Public("came_to", j.Answer.URL))
	}
	if off, ended := j.ended(data, "NotOnOrAfter"); ended {
		j.Say(ConfirmationEnded, j.Sure, checks.Span("off", off))
	}
}

// conditions judges when and for whom the assertion holds, SAML 2.0 Core 2.5.
func (j judge) conditions(a *etree.Element) {
	c := find(a, "./Conditions")
	if at, ok := when(c, "NotBefore"); ok && j.Now.Before(at.Add(-heard.Slack)) {
		j.Say(TooEarly, j.Sure, checks.Span("off", at.Sub(j.Now)))
	}
	if off, ended := j.ended(c, "NotOnOrAfter"); ended {
		j.Say(TooLate, j.Sure, checks.Span("off", off))
	}
	if off, ended := j.ended(find(a, "./AuthnStatement"), "SessionNotOnOrAfter"); ended {
		j.Say(SessionEnded, j.Sure, checks.Span("off", off))
	}
	var audiences []string
	for _, e := range all(c, "./AudienceRestriction/Audience") {
		audiences = append(audiences, strings.TrimSpace(e.Text()))
	}
	if own := text(j.request, "./Issuer"); own != "" && len(audiences) > 0 && !slices.Contains(audiences, own) {
		j.Say(OtherAudience, checks.Confirmed, checks.Org("said", page.Text(audiences[0], 200)), checks.Org("own", page.Text(own, 200)))
	}
}

// ended reports whether a time is over, and for how long.
func (j judge) ended(e *etree.Element, name string) (time.Duration, bool) {
	at, ok := when(e, name)
	return j.Now.Sub(at), ok && j.Now.After(at.Add(heard.Slack))
}
