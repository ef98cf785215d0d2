package oidc

import (
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/internal/heard"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/way"
)

// byError is what the error names of RFC 6749 section 4.1.2.1, OpenID Connect Core 3.1.2.6 and RFC 9101 lead to.
var byError = map[string]*checks.Code{
	"access_denied":       Denied,
	"unauthorized_client": NotThisWay, "unsupported_response_type": NotThisWay,
	"invalid_scope":   ScopeRefused,
	"invalid_request": NotAccepted, "request_not_supported": NotAccepted, "request_uri_not_supported": NotAccepted,
	"invalid_request_object": NotAccepted, "invalid_request_uri": NotAccepted,
	"login_required": PersonNeeded, "interaction_required": PersonNeeded, "consent_required": PersonNeeded,
	"account_selection_required": PersonNeeded,
	"server_error":               OwnTrouble, "temporarily_unavailable": OwnTrouble,
}

// refusal reports what the provider says in the place of an answer. A code in its words says more than the name: the page
// at which the person ends is judged by it.
func (j judge) refusal() bool {
	name := j.said("error")
	if name == "" {
		return false
	}
	coded := way.Refusals(j.Target.Product, j.said("error_description"))
	if c := byError[name]; c != nil && len(coded) == 0 {
		j.Say(c, checks.Confirmed, checks.Public("error", name), checks.Text("text", orNone(page.Text(j.said("error_description"), 200))))
	}
	return true
}

// answer judges what came back, apart from the token.
func (j judge) answer() {
	j.thread()
	j.name()
	if j.Request == nil || heard.Has(j.Answer, "response") {
		return // a signed answer (JARM) holds everything else
	}
	if back, _ := page.Split(j.asked("redirect_uri")); back != "" && !heard.SamePlace(back, j.Answer.URL) {
		j.Say(OtherReturn, checks.Confirmed, checks.Public("asked_for", back), checks.Public("came_to", j.Answer.URL))
	}
	kind := strings.Fields(j.asked("response_type"))
	if want := travel(j.asked("response_mode"), kind); want != j.Answer.Message.Way {
		j.Say(OtherWay, checks.Confirmed, checks.Public("asked_for", want), checks.Public("came_as", j.Answer.Message.Way))
	}
	for _, part := range []struct{ asked, name string }{{"code", "code"}, {"id_token", "id_token"}, {"token", "access_token"}} {
		if slices.Contains(kind, part.asked) && !heard.Has(j.Answer, part.name) {
			j.Say(PartMissing, checks.Confirmed, checks.Public("part", part.name))
		}
	}
}

// travel is how an answer should come: as asked for, or else in the query for a code and in the fragment for tokens.
func travel(mode string, kind []string) string {
	switch {
	case mode == "form_post":
		return "form"
	case mode == "query" || mode == "fragment":
		return mode
	case slices.Equal(kind, []string{"code"}):
		return "query"
	}
	return "fragment"
}

// thread judges the state, by which the application knows its own attempt.
func (j judge) thread() {
	switch asked, said := j.asked("state"), j.said("state"); {
	case j.Request == nil || asked == said:
	case said == "":
		j.Say(StateMissing, checks.Confirmed)
	default:
		j.Say(StateChanged, checks.Confirmed)
	}
}

// name judges the issuer's name in the answer, RFC 9207 section 2.4. An id token beside it holds the name as well, and
// providers then leave it out (oidc-provider does).
func (j judge) name() {
	switch said := j.said("iss"); {
	case !j.published.Found:
	case said == "" && j.published.NamesIssuer && !heard.Has(j.Answer, "id_token"):
		j.Say(NameMissing, checks.Confirmed)
	case said != "" && said != j.published.Issuer:
		j.Say(NameChanged, checks.Confirmed, checks.Public("said", page.Text(said, 200)), checks.Public("published", j.published.Issuer))
	}
}
