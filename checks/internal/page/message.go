package page

import (
	"net/url"
	"slices"
	"strings"

	"logindoctor/checks"
)

// An Ear hears the messages of single sign-on among the requests that a browser sends. One ear belongs to one walk: it
// remembers where the answers to the requests it heard must arrive, and by which thread they are known.
type Ear struct{ returns, threads []string }

// maxMessage bounds one value of a message; servers refuse longer addresses and forms.
const maxMessage = 256 << 10

// parts are the parameters that are read: RFC 6749, RFC 7636, RFC 9101, RFC 9207, OpenID Connect Core 1.0 section 3, OAuth
// 2.0 Multiple Response Types, JARM, SAML 2.0 Bindings 3.4 to 3.6.
var parts = map[string][]string{
	"oidc request": {"client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "code_challenge",
		"code_challenge_method", "prompt", "max_age", "acr_values", "request", "request_uri"},
	"oidc response": {"code", "state", "iss", "id_token", "access_token", "token_type", "response", "error", "error_description"},
	"saml request":  {"SAMLRequest", "RelayState", "SigAlg", "Signature"},
	"saml response": {"SAMLResponse", "SAMLart", "RelayState", "SigAlg", "Signature"},
}

// Hear returns the event of a message that a request for a page carries; ok is false if it carries none. The address
// holds its fragment; form is the body of a form, empty for other requests.
func (e *Ear) Hear(method, address, form string) (heard checks.Event, ok bool) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return checks.Event{}, false
	}
	place, _ := Split(address)
	for _, w := range []struct{ way, text string }{{"query", u.RawQuery}, {"fragment", u.EscapedFragment()}, {"form", form}} {
		values, err := url.ParseQuery(strings.TrimPrefix(w.text, "?"))
		if err != nil && len(values) == 0 {
			continue
		}
		if m := e.understand(w.way, place, values); m != nil {
			return checks.Event{Kind: checks.EventMessage, URL: place, Host: Host(address), Method: method, Message: m}, true
		}
	}
	return checks.Event{}, false
}

func (e *Ear) understand(way, place string, v url.Values) *checks.Message {
	m := &checks.Message{Way: way, Values: map[string]checks.Secret{}}
	switch {
	case v.Has("SAMLRequest"):
		m.Protocol, m.Kind = "saml", "request"
	case v.Has("SAMLResponse") || v.Has("SAMLart"):
		m.Protocol, m.Kind = "saml", "response"
	case v.Has("client_id") && (v.Has("response_type") || v.Has("request") || v.Has("request_uri")):
		m.Protocol, m.Kind = "oidc", "request"
		e.await(v)
	case e.answers(way, place, v):
		m.Protocol, m.Kind = "oidc", "response"
	default:
		return nil
	}
	for _, name := range parts[m.Protocol+" "+m.Kind] {
		if v.Has(name) && len(v.Get(name)) <= maxMessage {
			m.Values[name] = checks.NewSecret(v.Get(name))
		}
	}
	return m
}

// await remembers what the answer to a request will be known by.
func (e *Ear) await(v url.Values) {
	if back, _ := Split(v.Get("redirect_uri")); back != "" {
		e.returns = append(e.returns, back)
	}
	if thread := v.Get("state"); thread != "" {
		e.threads = append(e.threads, thread)
	}
}

// answers reports whether parameters are an answer: they come to where one was asked for, or carry the thread of a
// request. If no request was heard any thread must do, except in forms: a form with a code and a state may be one that asks
// for a one-time code.
func (e *Ear) answers(way, place string, v url.Values) bool {
	if !slices.ContainsFunc([]string{"code", "id_token", "access_token", "response", "error"}, v.Has) {
		return false
	}
	if slices.Contains(e.returns, place) || v.Has("state") && slices.Contains(e.threads, v.Get("state")) {
		return true
	}
	return len(e.returns) == 0 && v.Has("state") && !v.Has("client_id") && (way != "form" || v.Has("id_token"))
}
