package checks

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// A CodeBook is what is known of the error codes of identity providers, whatever the product.
type CodeBook struct {
	Sources  map[string]string  `yaml:"sources"`
	Meanings map[string]Meaning `yaml:"meanings"`
	Codes    []ProviderCode     `yaml:"provider_codes"`
}

// A Meaning is what codes of several providers have in common: who acts on them, and how.
type Meaning struct {
	Owner Owner  `yaml:"owner"`
	Step  string `yaml:"step"` // what the owner does next, one sentence or two
}

// A ProviderCode is an error code of an identity provider.
type ProviderCode struct {
	Code  string `yaml:"code"`  // as the provider writes it: AADSTS50011, a SAML status, a name of OAuth
	Means string `yaml:"means"` // redirect-uri, client-unknown, secret-expired, locked, …; empty if the code is not known
	Text  string `yaml:"text"`  // what it says, one sentence
	Owner Owner  `yaml:"owner"` // who acts; empty means who acts on its meaning
	Step  string `yaml:"step"`  // what the owner does next; empty means what its meaning asks for
	Fact  `yaml:",inline"`
}

// Envelope reports whether a code is one of OAuth's names, which wrap reasons of all kinds.
func (c ProviderCode) Envelope() bool { return depth(c.Code) == 0 }

// Code returns the row of a code in any spelling: the product's own before those that every product shares.
func (p *Product) Code(code string) (ProviderCode, bool) {
	book := p.book()
	for _, rows := range [][]ProviderCode{p.Codes, book.Codes} {
		if i := slices.IndexFunc(rows, named(code)); i >= 0 {
			return book.complete(rows[i]), true
		}
	}
	return ProviderCode{}, false
}

// AllCodes returns the rows of all codes: the product's own, then those that every product shares.
func (p *Product) AllCodes() []ProviderCode {
	book := p.book()
	shared := slices.DeleteFunc(slices.Clone(book.Codes), func(c ProviderCode) bool { return slices.ContainsFunc(p.Codes, named(c.Code)) })
	all := slices.Concat(p.Codes, shared)
	for i := range all {
		all[i] = book.complete(all[i])
	}
	return all
}

// Origin returns where the row of a code was read.
func (p *Product) Origin(c ProviderCode) string {
	if slices.ContainsFunc(p.Codes, named(c.Code)) {
		return p.Sources[c.Source]
	}
	return p.book().Sources[c.Source]
}

func named(code string) func(ProviderCode) bool {
	return func(c ProviderCode) bool { return strings.EqualFold(c.Code, code) }
}

func (p *Product) book() *CodeBook {
	if p.CodeBook == nil {
		return &CodeBook{}
	}
	return p.CodeBook()
}

// complete adds what the meaning of a row says about all its codes.
func (b *CodeBook) complete(c ProviderCode) ProviderCode {
	m := b.Meanings[c.Means]
	c.Owner = cmp.Or(c.Owner, m.Owner, OwnerIdentity)
	c.Step = cmp.Or(c.Step, m.Step, "Look up "+c.Code+" in the documentation of the provider and in its log.")
	return c
}

// CodesIn returns the codes that a text holds, the innermost first: a code that another one wraps tells the reason. A text
// may be a page, an address or a message. Of a code that no row knows, only Code is set; of words, those that are known
// count.
func (p *Product) CodesIn(text string) []ProviderCode {
	if plain, err := url.QueryUnescape(text); err == nil && strings.Contains(text, "%") {
		text = plain
	}
	var found []ProviderCode
	for _, m := range quoted.FindAllStringSubmatch(text, -1) {
		c, known := p.Code(m[1] + m[2])
		if known || m[1] != "" {
			c.Code = cmp.Or(c.Code, m[1])
			found = append(found, c)
		}
	}
	slices.Reverse(found) // of equals the one that is quoted last is the innermost
	slices.SortStableFunc(found, func(a, b ProviderCode) int { return cmp.Compare(depth(b.Code), depth(a.Code)) })
	return slices.CompactFunc(found, func(a, b ProviderCode) bool { return strings.EqualFold(a.Code, b.Code) })
}

const samlStatus = "urn:oasis:names:tc:SAML:2.0:status:"

// quoted finds codes by their form, in one pass. Names of OAuth are ordinary words, and count behind the word error only: error=x,
// "error":"x", "Error 400: x".
var quoted = regexp.MustCompile(`\b((?i:AADSTS\d{4,}|AADB2C\d{5,}|MSIS\d{4})|E0000\d{3}|` + regexp.QuoteMeta(samlStatus) +
	`[A-Za-z]+)\b|\b(?i:error)(?:_\w+|\s+\d{3})?["']?\s*[:=]\s*(?:<[a-z]+>)*["']?([a-z]+(?:_[a-z0-9]+)+)\b`)

// CodeForms are the beginnings by which a page shows that it holds a code.
var CodeForms = []string{"AADSTS", "AADB2C", "MSIS", samlStatus}

// depth tells how far inside a code stands. OAuth's names are the envelope of all; the first level of a SAML status holds
// the second; B2C holds what the provider behind it says.
// Sources: RFC 6749, 4.1.2.1; SAML 2.0 core, 3.2.2.2; https://learn.microsoft.com/azure/active-directory-b2c/error-codes.
func depth(code string) int {
	level, saml := strings.CutPrefix(code, samlStatus)
	switch {
	case saml && slices.Contains([]string{"Success", "Requester", "Responder", "VersionMismatch"}, level):
		return 1
	case saml:
		return 2
	case strings.HasPrefix(strings.ToUpper(code), "AADB2C"):
		return 3
	case strings.ContainsAny(code, "0123456789"):
		return 4
	}
	return 0
}
