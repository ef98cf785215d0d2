// Package fold lays text out in lines of a given width without cutting host names, codes or commands while they fit.
package fold

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Hold is a blank at which no line is broken; it is written as an ordinary one.
const Hold = "\u00a0"

// Keep returns a text, for example a command, that stays on one line if it fits at all.
func Keep(s string) string { return strings.ReplaceAll(s, " ", Hold) }

// Code keeps what stands between backticks together.
func Code(s string) string {
	parts := strings.Split(s, "`")
	for i := 1; i < len(parts)-1; i += 2 {
		parts[i] = Keep(parts[i])
	}
	return strings.Join(parts, "`")
}

// Lines breaks a text at blanks into lines of at most width columns. Only a word that is wider than a whole line is
// broken, after a punctuation mark if it has one, and nothing of it is lost. There is always one line.
func Lines(s string, width int) []string {
	width = max(width, 1)
	var lines []string
	line, used := "", 0
	for _, word := range words(s, width) {
		w := Width(word)
		if line != "" && used+1+w > width {
			lines = append(lines, finish(line))
			line, used = "", 0
		}
		if line != "" {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+w
	}
	return append(lines, finish(line))
}

func finish(line string) string { return strings.Trim(strings.ReplaceAll(line, Hold, " "), " ") }

func words(s string, width int) []string {
	var all []string
	for _, w := range strings.Split(s, " ") {
		if w == "" {
			continue
		}
		for Width(w) > width {
			i := cut(w, width)
			all = append(all, w[:i])
			w = strings.TrimLeft(w[i:], Hold)
		}
		all = append(all, w)
	}
	return all
}

// cut returns the byte index at which a word is broken: after the last mark within the width, else where the width ends.
func cut(w string, width int) int {
	used, end, mark := 0, 0, 0
	for end < len(w) {
		r, size := utf8.DecodeRuneInString(w[end:])
		if used += runeWidth(r); used > width && end > 0 {
			break
		}
		end += size
		if strings.ContainsRune(Hold+"/.,;:&?=_-", r) {
			mark = end
		}
	}
	if mark > 0 {
		return mark
	}
	return end
}

// Head returns as many whole words of the text as fit into n bytes, with a mark if some were left out. A first word that
// does not fit by itself is broken.
func Head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	const mark = " ..."
	end := strings.LastIndexByte(s[:max(n-len(mark), 0)+1], ' ')
	if end <= 0 {
		end = max(n-len(mark), 0)
		for end > 0 && !utf8.RuneStart(s[end]) {
			end--
		}
	}
	return s[:end] + mark
}

// Ending lays sentences out so that the last line begins with the first of them, which stands alone if it must.
func Ending(sentences []string, width int) []string {
	for i, s := range sentences {
		sentences[i] = Keep(s)
	}
	fits := len(sentences)
	for fits > 1 && Width(strings.Join(sentences[:fits], " ")) > width {
		fits--
	}
	var lines []string
	if rest := sentences[fits:]; len(rest) > 0 {
		lines = Lines(strings.Join(rest, " "), width)
	}
	return append(lines, Lines(strings.Join(sentences[:fits], " "), width)...)
}

// Pad adds blanks on the right up to a width.
func Pad(s string, width int) string {
	return s + strings.Repeat(" ", max(width-Width(s), 0))
}

// Width returns the columns that a text takes in a terminal, never fewer than it has characters.
func Width(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

// wide holds the ranges of East Asian Width W and F and of pictographs (Unicode 15, EastAsianWidth.txt), in order.
var wide = [...][2]rune{{0x1100, 0x115f}, {0x231a, 0x231b}, {0x2329, 0x232a}, {0x23e9, 0x23f3}, {0x25fd, 0x25fe}, {0x2614, 0x2615},
	{0x2648, 0x2653}, {0x267f, 0x27bf}, {0x2b1b, 0x2b55}, {0x2e80, 0xa4cf}, {0xa960, 0xa97c}, {0xac00, 0xd7a3}, {0xf900, 0xfaff},
	{0xfe10, 0xfe19}, {0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x16fe0, 0x1b2ff}, {0x1f000, 0x1faff}, {0x20000, 0x3fffd}}

func runeWidth(r rune) int {
	if r < wide[0][0] || isMark(r) {
		return 1
	}
	for _, w := range wide {
		if w[0] <= r && r <= w[1] {
			return 2
		}
	}
	return 1
}

// isMark reports whether r is one of the symbols of our own output, which terminals show in one column.
func isMark(r rune) bool { return r == '✓' || r == '✗' }

var plain = strings.NewReplacer("…", "...", "“", `"`, "”", `"`, "„", `"`, "‘", "'", "’", "'", "–", "-", "—", "-", "→", "->", "·", "-",
	"×", "x", "≤", "<=", "≥", ">=")

// ASCII writes the typographic characters of our own texts in ASCII and every other character above U+007F as an escape.
func ASCII(s string) string {
	s = plain.Replace(s)
	if isASCII(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf || string(r) == Hold:
			b.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	return b.String()
}

// References writes what is above U+007F as the character references that HTML and XML share.
func References(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < utf8.RuneSelf {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, "&#x%x;", r)
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
