package oidc

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/internal/heard"
)

// request judges what the application asks. A request whose parameters were pushed or signed elsewhere (RFC 9126, RFC 9101)
// is not read: the provider reads them from there.
func (j judge) request() {
	if j.Request == nil || heard.Has(j.Request, "request_uri") || heard.Has(j.Request, "request") {
		return
	}
	kind := strings.Fields(j.asked("response_type"))
	if !slices.Contains(strings.Fields(j.asked("scope")), "openid") {
		j.Say(NoOpenID, checks.Confirmed, checks.Public("scope", orNone(j.asked("scope"))))
	}
	if offered := j.published.ResponseTypes; len(offered) > 0 && !slices.ContainsFunc(offered, func(o string) bool { return sameWords(o, kind) }) {
		j.Say(TypeNotOffered, checks.Confirmed, checks.Public("type", strings.Join(kind, " ")), checks.Public("offered", strings.Join(offered, ", ")))
	}
	j.mode(kind)
	if !heard.Has(j.Request, "state") {
		j.Say(NoState, checks.Likely)
	}
	if slices.Contains(kind, "id_token") && !heard.Has(j.Request, "nonce") {
		j.Say(NoNonce, checks.Confirmed, checks.Public("type", strings.Join(kind, " ")))
	}
	j.challenge()
	j.places()
}

// mode judges how the answer is to travel, OAuth 2.0 Multiple Response Type Encoding Practices section 3.
func (j judge) mode(kind []string) {
	mode := j.asked("response_mode")
	inBrowser := slices.ContainsFunc(kind, func(k string) bool { return k == "id_token" || k == "token" })
	switch offered := j.published.ResponseModes; {
	case mode == "query" && inBrowser:
		j.Say(TokenInQuery, checks.Confirmed, checks.Public("type", strings.Join(kind, " ")))
	case mode != "" && len(offered) > 0 && !slices.Contains(offered, mode):
		j.Say(ModeNotOffered, checks.Confirmed, checks.Public("mode", mode), checks.Public("offered", strings.Join(offered, ", ")))
	}
}

// s256 is the only shape that a challenge of the method S256 can have, RFC 7636 section 4.2: the hash has 32 bytes.
var s256 = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

func (j judge) challenge() {
	if !heard.Has(j.Request, "code_challenge") {
		return
	}
	method := j.asked("code_challenge_method")
	if method == "" {
		method = "plain" // RFC 7636 section 4.3
	}
	switch offered := j.published.Challenges; {
	case len(offered) > 0 && !slices.Contains(offered, method):
		j.Say(ChallengeNotOffered, checks.Confirmed, checks.Public("method", method), checks.Public("offered", strings.Join(offered, ", ")))
	case method == "S256" && !s256.MatchString(j.asked("code_challenge")):
		j.Say(ChallengeBroken, checks.Confirmed, checks.Count("length", len(j.asked("code_challenge"))))
	}
}

// places judges the addresses: where the answer is to arrive, and where the question went.
func (j judge) places() {
	back, err := url.Parse(j.asked("redirect_uri"))
	why := ""
	switch {
	case err != nil || !back.IsAbs():
		why = "it is no absolute address"
	case back.Fragment != "" || strings.Contains(j.asked("redirect_uri"), "#"):
		why = "it has a fragment"
	case back.Scheme == "http":
		why = "it is not https"
	}
	if why != "" {
		j.Say(ReturnUnusable, checks.Confirmed, checks.Public("why", why))
	}
	if own := j.published.Authorization; own != "" && !heard.SamePlace(own, j.Request.URL) {
		j.Say(OtherEndpoint, checks.Confirmed, checks.Public("asked_at", j.Request.URL), checks.Public("published", own))
	}
}

// sameWords reports whether a list has the words of a text, in any order.
func sameWords(text string, words []string) bool {
	a, b := strings.Fields(text), slices.Clone(words)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
