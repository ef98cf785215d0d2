package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// OneLine joins the lines of a text of our own.
func OneLine(s string) string { return oneLine.Replace(s) }

var oneLine = strings.NewReplacer("\r\n", " ", "\n", " ", "\t", " ")

// Visible makes every character visible: control bytes, escape sequences, bidirectional overrides, invisible characters and
// broken UTF-8 become \x1b, \u202e and the like, so that no output can be steered by what the other side sent.
func Visible(s string) string {
	var b strings.Builder
	for i, size := 0, 0; i < len(s); i += size {
		var r rune
		r, size = utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
		default:
			b.WriteString(escape(r))
		}
	}
	return b.String()
}

func escape(r rune) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r < 0x100:
		return fmt.Sprintf(`\x%02x`, r)
	case r < 0x10000:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}

// Shorten cuts a text that is longer than n characters in the middle, where neither its beginning nor its end is lost.
func Shorten(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	if n < 8 {
		return ""
	}
	runes := []rune(s)
	tail := n / 3
	return string(runes[:n-tail-1]) + "…" + string(runes[len(runes)-tail:])
}

// Clean makes a text of several lines safe for a terminal; its line breaks stay.
func Clean(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = Visible(lines[i])
	}
	return strings.Join(lines, "\n")
}
