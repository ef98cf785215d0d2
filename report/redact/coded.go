package redact

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"io"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// longestPiece is how much of a long secret is looked for in one piece.
const longestPiece = 48

// between is what may stand between the characters of a secret that was broken over lines.
const between = `(?:\s|\\[rnt])*`

// known returns patterns of the ways in which a text may repeat a secret: as it is, with any of its characters written for
// a URL, a page or JSON, in base 64 at any place of a longer text, and in hex; each also broken over lines.
func known(secret string) []knownSecret {
	var all []knownSecret
	for rest := secret; rest != ""; {
		piece := rest[:pieceOf(rest)]
		rest = rest[len(piece):]
		base64s, begin := inBase64(piece)
		forms := append([]string{spelled(piece), inHex(piece)}, base64s...)
		begin = append(begin, fmt.Sprintf("%x", piece[:3]), `\x`)
		begin = append(begin, beginnings(piece)...)
		all = append(all, knownSecret{regexp.MustCompile(`(?i)` + strings.Join(forms, "|")), begin, secret})
	}
	return all
}

// pieceOf is the length of the part of a secret that is looked for first. It ends behind a whole character.
func pieceOf(secret string) int {
	end := len(secret)
	if end > longestPiece+shortestKnown {
		end = longestPiece
		for end > longestPiece-utf8.UTFMax && !utf8.RuneStart(secret[end]) {
			end--
		}
	}
	return end
}

func spelled(s string) string {
	var chars []string
	for i, size := 0, 0; i < len(s); i += size {
		var r rune
		r, size = utf8.DecodeRuneInString(s[i:])
		char := string(r) // a byte that is no text stands as U+FFFD in one
		alike := []string{regexp.QuoteMeta(char), percent(s[i : i+size]), fmt.Sprintf(`&#0*%d;`, r), fmt.Sprintf(`&#x0*%x;`, r), fmt.Sprintf(`\\u%04x`, r)}
		if name := html.EscapeString(char); name != char {
			alike = append(alike, regexp.QuoteMeta(name))
		}
		switch char {
		case " ":
			alike = append(alike, `\+`)
		case `"`, `\`, "/":
			alike = append(alike, regexp.QuoteMeta(`\`+char))
		}
		chars = append(chars, "(?:"+strings.Join(alike, "|")+")")
	}
	return strings.Join(chars, between)
}

// beginnings returns texts of which one is in every folded text that spells s: its first characters, or one of them escaped.
func beginnings(s string) []string {
	var plain string
	var begin []string
	for i, r := range s {
		if i >= shortestKnown {
			break
		}
		plain += strings.ToLower(string(r))
		begin = append(begin, escaped(r, s[i])...)
	}
	return append(begin, plain, blanks.Replace(plain), strings.TrimRight(breaks.Replace(plain), `\`))
}

// escaped returns how a character begins where it does not stand as it is.
func escaped(r rune, firstByte byte) []string {
	begin := []string{fmt.Sprintf("%%%02x", firstByte), fmt.Sprintf("%%25%02x", firstByte), fmt.Sprintf("&#%d;", r), "&#0",
		fmt.Sprintf("&#x%x;", r), "&#x0", fmt.Sprintf(`\u%04x`, r)}
	switch r {
	case ' ':
		begin = append(begin, "+")
	case '"', '\\', '/':
		begin = append(begin, `\`)
	case '<', '>', '&':
		begin = append(begin, html.EscapeString(string(r)))
	}
	return begin
}

func percent(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, "%%(?:25)?%02x", s[i])
	}
	return b.String()
}

func inHex(s string) string {
	var bytes []string
	for i := range len(s) {
		bytes = append(bytes, fmt.Sprintf("%02x", s[i]))
	}
	return strings.Join(bytes, `(?:[\s:]|\\[rnt]|\\x)*`)
}

// inBase64 returns what is the same whatever stands before and behind the secret, and how each form begins.
func inBase64(s string) (forms, begin []string) {
	for before := range 3 {
		text := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", before) + s))
		text = text[(before*8+5)/6:]
		if (before+len(s))%3 != 0 {
			text = text[:len(text)-1]
		}
		if len(text) < shortestKnown {
			continue
		}
		var chars []string
		for _, c := range text {
			chars = append(chars, map[rune]string{'+': `(?:[+-]|%2b)`, '/': `(?:[/_]|\\/|%2f)`}[c])
			if chars[len(chars)-1] == "" {
				chars[len(chars)-1] = string(c)
			}
		}
		forms = append(forms, strings.Join(chars, between))
		begin = append(begin, strings.ToLower(letters(text)))
	}
	return forms, begin
}

// letters returns a few characters of base 64 that every alphabet writes alike, in the middle of which nothing is escaped.
func letters(text string) string {
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == '+' || r == '/' }) {
		if len(part) >= 3 {
			return part[:min(shortestKnown, len(part))]
		}
	}
	return ""
}

// Runs of characters that may be a coding, base 64 and hex also when they were broken over lines.
var (
	anyRun    = regexp.MustCompile(`[A-Za-z0-9+/_=-]{20,}`)
	base64Run = regexp.MustCompile(`[A-Za-z0-9+/_-]{12,}(?:(?:\r?\n|\\r|\\n|[ \t]|%0A|%0D)+[A-Za-z0-9+/_-]{4,})*={0,2}`)
	hexRun    = regexp.MustCompile(`(?i)[0-9a-f]{2}(?:(?:[\s:]|\\[rnt])*[0-9a-f]{2}){7,}`)
	field     = regexp.MustCompile(`[^\s"'<>]+`)
	blanks    = strings.NewReplacer("\r", "", "\n", "", "\t", "", " ", "")
	breaks    = strings.NewReplacer("\r", "", "\n", "", "\t", "", " ", "", `\r`, "", `\n`, "", `\t`, "", "%0A", "", "%0D", "", ":", "")
)

// deepest is how many codings around a secret are taken off.
const deepest = 3

// coded removes the runs that hold a secret once they are decoded.
func (x *secrets) coded(s string, depth int) string {
	if depth == deepest {
		return s
	}
	take := func(run string, decoded ...string) string {
		for _, d := range decoded {
			if d != "" && d != run && x.holds(d, depth+1) {
				return x.take(run)
			}
		}
		return run
	}
	if len(s) >= 12 {
		s = base64Run.ReplaceAllStringFunc(s, func(run string) string { return take(run, from64(run)...) })
		s = hexRun.ReplaceAllStringFunc(s, func(run string) string { return take(run, fromHex(run)...) })
	}
	if !strings.ContainsAny(s, `%&\\`) {
		return s
	}
	s = field.ReplaceAllStringFunc(s, func(run string) string { return take(run, unescaped(run)...) })
	for _, d := range unescaped(s) {
		if d != s && x.holds(d, depth+1) { // the name stands elsewhere: go on with the text as it was meant
			return x.coded(x.shapes(x.withoutKnown(d)), depth+1)
		}
	}
	return s
}

// holds reports whether a decoded text holds a secret.
func (x *secrets) holds(s string, depth int) bool {
	if len(s) > largestDecoded {
		s = s[:largestDecoded]
	}
	inner := &secrets{ledger: &ledger{}, known: x.known, token: map[string]string{}}
	f := folded(s)
	for _, k := range x.known {
		if k.may(f) && k.form.MatchString(s) {
			return true
		}
	}
	for _, v := range x.values {
		if strings.Contains(s, v) {
			return true
		}
	}
	if strings.HasPrefix(s, `{"`) && depth > 0 && jwtHead.MatchString(s) {
		return true
	}
	inner.shapes(s)
	if inner.removed > 0 {
		return true
	}
	return inner.coded(s, depth) != s
}

var jwtHead = regexp.MustCompile(`^\{"(?:alg|typ|kid|sub|iss|aud|exp|iat)"\s*:`)

// largestDecoded bounds what is looked at inside a coding.
const largestDecoded = 64 << 10

// unescaped takes one layer of escapes off, each kind alone.
func unescaped(s string) []string {
	var all []string
	if strings.Contains(s, "%") {
		all = append(all, looseUnescape(s))
	}
	if strings.Contains(s, "&") {
		all = append(all, html.UnescapeString(s))
	}
	if strings.Contains(s, `\`) {
		if t, err := strconv.Unquote(`"` + strings.ReplaceAll(strings.ReplaceAll(s, `\/`, "/"), `"`, `\"`) + `"`); err == nil {
			all = append(all, t)
		}
	}
	return all
}

// looseUnescape takes percent escapes off where they are well formed.
func looseUnescape(s string) string {
	return escapes.ReplaceAllStringFunc(s, func(m string) string {
		t, err := url.PathUnescape(m)
		if err != nil {
			return m
		}
		return t
	})
}

var escapes = regexp.MustCompile(`(?:%[0-9A-Fa-f]{2})+`)

// shortestDeflated is the length from which compressed data can hold a message with a name in it.
const shortestDeflated = 30

// from64 decodes base 64 of any alphabet, and what was deflated before.
func from64(run string) []string {
	if wordlike(run) {
		return nil
	}
	plain := strings.TrimRight(breaks.Replace(run), "=")
	plain = strings.NewReplacer("-", "+", "_", "/").Replace(plain)
	var all []string
	for skip := range min(4, len(plain)) { // what stands before it may look like a part of it
		text := plain[skip:]
		if len(text)%4 == 1 {
			text = text[:len(text)-1]
		}
		data, err := base64.RawStdEncoding.DecodeString(text)
		if err != nil {
			continue
		}
		all = append(all, string(data))
		if len(data) >= shortestDeflated {
			inflated, _ := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(data)), largestDecoded))
			all = append(all, string(inflated))
		}
	}
	return all
}

func fromHex(run string) []string {
	plain := breaks.Replace(run)
	var all []string
	for skip := range 2 {
		text := plain[skip:]
		data, err := hex.DecodeString(text[:len(text)/2*2])
		if err == nil {
			all = append(all, string(data))
		}
	}
	return all
}

// takeOpaque removes a run of characters in which nobody could read a word.
func (x *secrets) takeOpaque(run string) string {
	if wordlike(guid.ReplaceAllString(run, "$1$2")) {
		return run
	}
	return x.take(run)
}

var (
	guid   = regexp.MustCompile(`(?i)(^|[+/_=-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}($|[+/_=-])`)
	pieces = regexp.MustCompile(`[+/_=-]+`)
	word   = regexp.MustCompile(`^(?:[a-z]{1,20}|[A-Z]{1,20}|[A-Z]?[a-z]{2,}(?:[A-Z][a-z]{2,}){0,5}|[vV]?[0-9]{1,4}|[A-Za-z]{2,12}[0-9]{1,5})$`)
)

// wordlike reports whether a run consists of words, short numbers and codes like AADSTS50011.
func wordlike(run string) bool {
	if len(run) < 40 && !strings.ContainsFunc(run, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return true
	}
	for _, p := range pieces.Split(run, -1) {
		if p != "" && !word.MatchString(p) {
			return false
		}
	}
	return true
}
