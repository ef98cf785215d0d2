package redact

import (
	"fmt"
	"html"
	"math/rand/v2"
	"strings"
	"testing"
)

// Where the form of a secret matches, one of the beginnings is found; else the form would never be asked.
func TestBeginningsMissNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	for range 100 {
		var secret, text strings.Builder
		for range shortestKnown + r.IntN(70) {
			char := pick("a", "n", "r", "t", "Z", "7", " ", ":", "/", "+", "%", "&", "<", `"`, `\`, "é", "Ω", "世", "😀", "\xff")
			secret.WriteString(char)
			text.WriteString(pick(char, char, char, percent(char)[:3]+strings.ReplaceAll(percent(char)[3:], "(?:25)?", ""), strings.ToUpper(char)) +
				pick("", "", "", "", "", "\r\n", `\n`, " ", "\t"))
		}
		value := secret.String()
		pieces := known(value)
		for _, around := range []string{"%s", "<p>%s</p>", `C:\%s`, `"%s"`} {
			for _, s := range []string{text.String(), value, html.EscapeString(value), strings.Trim(fmt.Sprintf("%+q", value), `"`), fmt.Sprintf("% x", value)} {
				s = fmt.Sprintf(around, s)
				for i, k := range pieces {
					if k.form.MatchString(s) && !k.may(folded(s)) {
						t.Fatalf("piece %d of %q is in %q, and no beginning of %q", i, value, s, k.begin)
					}
				}
			}
		}
	}
}

// A secret may be long, of any alphabet, or no text at all.
func TestKnownOfAnyAlphabet(t *testing.T) {
	for _, secret := range []string{strings.Repeat("a", longestPiece-1) + "é" + strings.Repeat("b", 20), strings.Repeat("世", 40), "abc\xff\xfedefghi", strings.Repeat("\x80", 90)} {
		for i, k := range known(secret) {
			if text := "before " + string([]rune(secret)) + " behind"; !k.form.MatchString(secret) || !k.may(folded(text)) {
				t.Errorf("piece %d of %q is not found", i, secret)
			}
		}
	}
}
