package oidc

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/heard"
	"logindoctor/checks/internal/page"
)

// A token is an id token, OpenID Connect Core 2. Only what is judged is read.
type token struct {
	algorithm string
	raw       string
	header    struct {
		Algorithm string `json:"alg"`
		Key       string `json:"kid"`
	}
	claims struct {
		Issuer    string   `json:"iss"`
		Subject   string   `json:"sub"`
		Audience  audience `json:"aud"`
		Party     string   `json:"azp"`
		Nonce     string   `json:"nonce"`
		Issued    moment   `json:"iat"`
		NotBefore moment   `json:"nbf"`
		Expires   moment   `json:"exp"`
		CodeHash  string   `json:"c_hash"`
		TokenHash string   `json:"at_hash"`
	}
}

// An audience is one name or several, RFC 7519 section 4.1.3.
type audience []string

// UnmarshalJSON implements json.Unmarshaler.
func (a *audience) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(a))
}

// A moment is seconds since 1970, perhaps with a fraction, RFC 7519 section 2; zero if the token does not say.
type moment float64

func (m moment) time() time.Time { return time.UnixMilli(int64(m * 1000)) }

func readToken(raw string) (token, bool) {
	t := token{raw: raw}
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return t, false
	}
	for i, to := range []any{&t.header, &t.claims} {
		text, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil || json.Unmarshal(text, to) != nil {
			return t, false
		}
	}
	t.algorithm = t.header.Algorithm
	return t, true
}

// token judges the id token, or says that none passed the browser.
func (j judge) token() {
	raw := j.said("id_token")
	if raw == "" {
		if heard.Has(j.Answer, "code") {
			j.Say(Unseen, checks.Confirmed)
		}
		return
	}
	t, ok := readToken(raw)
	if !ok {
		j.Say(Unreadable, checks.Confirmed, checks.Count("length", len(raw)))
		return
	}
	j.claims(t)
	j.times(t)
	j.signature(t)
}

func (j judge) claims(t token) {
	c := t.claims
	var missing []string
	for name, there := range map[string]bool{"iss": c.Issuer != "", "sub": c.Subject != "", "aud": len(c.Audience) > 0, "exp": c.Expires != 0, "iat": c.Issued != 0} {
		if !there {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		j.Say(ClaimMissing, checks.Confirmed, checks.Public("claims", strings.Join(missing, ", ")))
	}
	if c.Issuer != "" && j.published.Found && c.Issuer != j.published.Issuer && !strings.Contains(j.published.Issuer, "{") {
		j.Say(OtherIssuer, checks.Confirmed, checks.Public("said", page.Text(c.Issuer, 200)), checks.Public("published", j.published.Issuer))
	}
	client := j.asked("client_id")
	if client != "" && len(c.Audience) > 0 && !slices.Contains(c.Audience, client) {
		j.Say(OtherAudience, checks.Confirmed, checks.Org("said", page.Text(strings.Join(c.Audience, ", "), 200)), checks.Org("client", client))
	}
	if other, sure := t.otherParty(client); other != "" {
		j.Say(OtherParty, sure, checks.Org("said", other), checks.Org("client", client))
	}
	switch asked := j.asked("nonce"); {
	case asked == "" || asked == c.Nonce:
	case c.Nonce == "":
		j.Say(NonceMissing, checks.Confirmed)
	default:
		j.Say(NonceChanged, checks.Confirmed)
	}
}

// otherParty is whom the token was given to instead of the client, OpenID Connect Core 3.1.3.7 rules 4 and 5, empty if it was
// given to the client. With several audiences errata set 1 (2014) wants the client named and set 2 (2023) no longer does;
// libraries differ.
func (t token) otherParty(client string) (string, checks.Certainty) {
	switch c := t.claims; {
	case client == "" || c.Party == client:
	case c.Party != "":
		return page.Text(c.Party, 100), checks.Confirmed
	case len(c.Audience) > 1:
		return "none", checks.Likely
	}
	return "", checks.Confirmed
}

// times judges at verified time. A token is made for the answer that carries it: when it says that it was issued is what
// the provider's clock showed.
func (j judge) times(t token) {
	c := t.claims
	if c.Issued != 0 {
		switch off := c.Issued.time().Sub(j.Now); {
		case off > heard.Slack:
			j.Say(ClockAhead, j.Sure, checks.Span("off", off))
		case off < -5*heard.Slack: // a person may have looked at the provider's last page for a while
			j.Say(ClockBehind, j.Sure, checks.Span("off", -off))
		}
	}
	if c.Expires != 0 && j.Now.After(c.Expires.time().Add(heard.Slack)) {
		j.Say(Expired, j.Sure, checks.Span("off", j.Now.Sub(c.Expires.time())))
	}
	if c.NotBefore != 0 && j.Now.Before(c.NotBefore.time().Add(-heard.Slack)) {
		j.Say(TooEarly, j.Sure, checks.Span("off", c.NotBefore.time().Sub(j.Now)))
	}
}

// hashes judges what ties the token to what travels beside it, OpenID Connect Core 3.3.2.11.
func (j judge) hashes(t token) {
	for _, pair := range []struct{ part, said string }{{"code", t.claims.CodeHash}, {"access_token", t.claims.TokenHash}} {
		if beside := j.said(pair.part); pair.said != "" && beside != "" && pair.said != half(t.algorithm, beside) {
			j.Say(HashWrong, checks.Confirmed, checks.Public("part", pair.part))
		}
	}
}

// half is the left half of the hash that belongs to an algorithm, by the last digits of its name.
func half(algorithm, text string) string {
	var sum []byte
	switch {
	case strings.HasSuffix(algorithm, "384"):
		h := sha512.Sum384([]byte(text))
		sum = h[:]
	case strings.HasSuffix(algorithm, "512"):
		h := sha512.Sum512([]byte(text))
		sum = h[:]
	default:
		h := sha256.Sum256([]byte(text))
		sum = h[:]
	}
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}
