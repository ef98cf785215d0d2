package saml

import (
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/internal/heard"
	"logindoctor/checks/internal/page"
)

// The bindings of SAML 2.0, Bindings 3.4 and 3.5.
const (
	redirectBinding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
	unspecified     = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
)

// asks judges the request, SAML 2.0 Core 3.4.1.
func (j judge) asks() {
	r := j.request
	if r == nil {
		return
	}
	if to := attr(r, "Destination"); to != "" && !heard.SamePlace(to, j.Request.URL) {
		j.Say(RequestElsewhere, checks.Confirmed, checks.Public("named", place(to)), checks.Public("sent_to", j.Request.URL))
	}
	if at, ok := when(r, "IssueInstant"); ok {
		off, direction := at.Sub(j.Now), "ahead"
		if off < 0 {
			off, direction = -off, "behind"
		}
		if off > heard.Slack && direction == "ahead" || off > 5*heard.Slack {
			j.Say(ApplicationClock, j.Sure, checks.Span("off", off), checks.Public("direction", direction))
		}
	}
	if text(r, "./Issuer") == "" {
		j.Say(IssuerMissing, checks.Confirmed)
	}
	if attr(r, "ProtocolBinding") == redirectBinding {
		j.Say(BindingImpossible, checks.Confirmed, checks.Public("binding", short(redirectBinding)))
	}
	j.asksByMetadata()
}

// asksByMetadata compares the request with what both sides publish.
func (j judge) asksByMetadata() {
	consumer := attr(j.request, "AssertionConsumerServiceURL")
	known := list(all(j.app, ".//AssertionConsumerService"), "Location")
	if consumer != "" && len(known) > 0 && !slices.Contains(known, consumer) {
		j.Say(ConsumerUnknown, checks.Confirmed, checks.Public("asked_for", place(consumer)), checks.Public("published", place(known[0])))
	}
	own := find(j.provider, ".//IDPSSODescriptor")
	if own == nil {
		return
	}
	if attr(own, "WantAuthnRequestsSigned") == "true" && find(j.request, "./Signature") == nil && !heard.Has(j.Request, "Signature") {
		j.Say(RequestUnsigned, checks.Confirmed)
	}
	if at := list(all(own, "./SingleSignOnService"), "Location"); len(at) > 0 && !slices.ContainsFunc(at, func(l string) bool { return heard.SamePlace(l, j.Request.URL) }) {
		j.Say(EndpointUnknown, checks.Confirmed, checks.Public("sent_to", j.Request.URL), checks.Public("published", place(at[0])))
	}
	format := attr(find(j.request, "./NameIDPolicy"), "Format")
	var offered []string
	for _, f := range all(own, "./NameIDFormat") {
		offered = append(offered, strings.TrimSpace(f.Text()))
	}
	if format != "" && format != unspecified && len(offered) > 0 && !slices.Contains(offered, format) {
		j.Say(FormatNotOffered, checks.Confirmed, checks.Public("format", page.Text(short(format), 60)), checks.Public("offered", page.Text(short(offered[0]), 60)))
	}
}
