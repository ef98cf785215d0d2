package page

import (
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"logindoctor/checks"
)

// Parameters of sign-in requests whose values are no secrets: OAuth 2.0 (RFC 6749), OpenID Connect Core 3.1.2.1, Azure AD
// B2C (p), IdentityServer (errorId).
var spoken = []string{"error", "error_description", "error_subcode", "client_id", "redirect_uri", "response_type",
	"response_mode", "scope", "errorid", "company", "prompt", "ui_locales", "p", "policy"}

const (
	maxParams      = 40
	maxSegment     = 60
	maxValue       = 100
	maxDescription = 300
)

var (
	jwt      = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)*`)
	token    = regexp.MustCompile(`[A-Za-z0-9_+/=~-]{61,}`)
	longURL  = regexp.MustCompile(`(https?://[^\s"'<>?#]+)[?#][^\s"'<>]*`)
	userinfo = regexp.MustCompile(`(https?://)[^\s/"'<>@]*@`)
)

// Split parts an address into scheme, host and path, and its parameters in order. Only parameters that hold no secret
// keep their values. Parameters in the fragment follow those of the query.
func Split(raw string) (string, []checks.Param) {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme == "" {
		return "", nil
	}
	if u.Host == "" {
		return opaque(u), nil
	}
	query := params(u.RawQuery)
	if strings.Contains(u.EscapedFragment(), "=") {
		query = append(query, params(strings.TrimPrefix(u.EscapedFragment(), "?"))...)
	}
	return u.Scheme + "://" + u.Host + path(u), query
}

// Host returns the host of a web address, with the port if it is not 443; other addresses have none.
func Host(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return strings.ToLower(strings.TrimSuffix(u.Host, ":443"))
}

// Text makes a foreign text fit to be kept: no control characters, no parameters of addresses, no tokens, at most n
// characters.
func Text(s string, n int) string {
	s = strings.ToValidUTF8(s, "")
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
	s = userinfo.ReplaceAllString(s, "$1")
	s = longURL.ReplaceAllString(s, "$1")
	s = jwt.ReplaceAllString(s, "…")
	s = token.ReplaceAllString(s, "…")
	if r := []rune(s); len(r) > n {
		s = string(r[:n-1]) + "…"
	}
	return s
}

func opaque(u *url.URL) string {
	if u.Scheme == "about" {
		return "about:" + u.Opaque
	}
	return u.Scheme + ":"
}

func path(u *url.URL) string {
	segments := strings.Split(u.EscapedPath(), "/")
	for i, s := range segments {
		if len(s) > maxSegment || jwt.MatchString(s) {
			segments[i] = "…"
		}
	}
	return strings.Join(segments, "/")
}

func params(raw string) []checks.Param {
	var out []checks.Param
	for pair := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if name == "" || len(out) == maxParams {
			continue
		}
		out = append(out, param(unescape(name), unescape(value)))
	}
	return out
}

func param(name, value string) checks.Param {
	key := strings.ToLower(name)
	name = Text(name, maxSegment)
	switch {
	case !slices.Contains(spoken, key):
		return checks.Param{Name: name}
	case key == "redirect_uri":
		value, _ = Split(value)
		return checks.Param{Name: name, Value: value}
	case key == "error_description":
		return checks.Param{Name: name, Value: Text(value, maxDescription)}
	}
	return checks.Param{Name: name, Value: Text(value, maxValue)}
}

func unescape(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return s
}

// A Censor takes the secrets of a script out of whatever is said about it. It is safe for concurrent use.
type Censor struct {
	mu       sync.Mutex
	pairs    []string
	replacer *strings.Replacer
}

// NewCensor knows the secrets of a script in every spelling in which a page could give them back.
func NewCensor(s checks.Script) *Censor {
	c := &Censor{replacer: strings.NewReplacer()}
	for step := range each(s.Steps) {
		c.Learn(step.Secret)
	}
	return c
}

// Learn adds a secret that was not known beforehand.
func (c *Censor) Learn(s checks.Secret) {
	if s.Empty() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, spelling := range spellings(s.Reveal()) {
		c.pairs = append(c.pairs, spelling, "[secret]")
	}
	c.replacer = strings.NewReplacer(c.pairs...)
}

func spellings(secret string) []string {
	quoted, err := json.Marshal(secret)
	all := []string{secret, url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret)}
	if err == nil {
		all = append(all, string(quoted[1:len(quoted)-1]))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Text returns a text without the secrets.
func (c *Censor) Text(s string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.replacer.Replace(s)
}

// Event returns an event without the secrets.
func (c *Censor) Event(e checks.Event) checks.Event {
	for _, s := range []*string{&e.URL, &e.Host, &e.Location, &e.Error, &e.Title, &e.Text, &e.Step, &e.Matched, &e.MIME} {
		*s = c.Text(*s)
	}
	if e.Entry != nil {
		e.Entry = json.RawMessage(c.Text(string(e.Entry)))
	}
	e.Query = slices.Clone(e.Query)
	for i, p := range e.Query {
		e.Query[i] = checks.Param{Name: c.Text(p.Name), Value: c.Text(p.Value)}
	}
	e.Fields = slices.Clone(e.Fields)
	for i := range e.Fields {
		f := &e.Fields[i]
		f.ID, f.Name, f.Label = c.Text(f.ID), c.Text(f.Name), c.Text(f.Label)
	}
	if e.Cookie != nil {
		k := *e.Cookie
		k.Name, k.Domain, k.Path = c.Text(k.Name), c.Text(k.Domain), c.Text(k.Path)
		e.Cookie = &k
	}
	return e
}
