package catalog

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An Error is one mistake in a file.
type Error struct {
	File    string
	Line    int // from one
	Column  int // from one, in characters
	Path    string
	Text    string // one sentence
	Hint    string // what to write instead; may be empty
	Excerpt string // the lines of the file with a caret under the place; values that may be secret are masked
}

func (e *Error) Error() string {
	head := fmt.Sprintf("%s line %d, column %d: %s", e.File, e.Line, e.Column, e.Text)
	if e.Excerpt == "" && e.Hint != "" {
		return head + " (" + e.Hint + ")"
	}
	return strings.TrimSuffix(head+"\n"+e.Excerpt, "\n")
}

// Errors are all mistakes of a file, in the order in which they stand in it.
type Errors []*Error

func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the single errors.
func (e Errors) Unwrap() []error {
	all := make([]error, len(e))
	for i, one := range e {
		all[i] = one
	}
	return all
}

const (
	notYAML     = "This cannot be read as YAML."
	cut         = '…' // stands for what is left out
	mask        = string(cut)
	maxShown    = 96 // characters of a line in an excerpt
	beforeCaret = 60 // of which at most this many stand before the caret
)

// A source is the text of a file, and what of it may be shown.
type source struct {
	name    string
	lines   []string
	guarded map[int]bool // lines whose values are masked; nil until hidden is asked
}

var (
	secretive = regexp.MustCompile(`(?i)cred|pas+w|pwd|secr|priv|key|token|totp|client_?id`)
	userinfo  = regexp.MustCompile(`//[^\s]*@`)
	dash      = regexp.MustCompile(`^(\s*(?:- )*)`)
)

func newSource(name string, data []byte) *source {
	s := &source{name: name}
	text := strings.TrimPrefix(string(data), "\ufeff")
	s.lines = strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\n")
	return s
}

// hidden are the lines that name something secret, with the block indented below each. They are looked for only once
// there is a mistake to show.
func (s *source) hidden() map[int]bool {
	if s.guarded != nil {
		return s.guarded
	}
	s.guarded = map[int]bool{}
	for i, line := range s.lines {
		if secretive.MatchString(line) && !strings.HasPrefix(strings.TrimSpace(line), "#") {
			s.hide(i + 1)
		}
	}
	return s.guarded
}

// hide masks a line and the block indented below it: the value of a key that is not known may be a misspelt secret.
func (s *source) hide(line int) {
	guarded := s.hidden()
	guarded[line] = true
	if line > len(s.lines) {
		return
	}
	depth := indent(s.lines[line-1])
	for n := line + 1; n <= len(s.lines); n++ {
		if text := s.lines[n-1]; strings.TrimSpace(text) != "" && indent(text) <= depth {
			return
		}
		guarded[n] = true
	}
}

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }

// quoteKey quotes a key for a sentence, or leaves it out where a secret may stand in its place.
func (s *source) quoteKey(line int, key string) string {
	if s.hidden()[line] {
		return ""
	}
	return " " + strconv.Quote(shorten(key))
}

func (s *source) line(n int) string {
	if n < 1 || n > len(s.lines) {
		return ""
	}
	text := strings.Map(func(r rune) rune {
		if r == '\t' || r == '\r' {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s.lines[n-1])
	text = userinfo.ReplaceAllString(text, "//"+mask+"@")
	if s.hidden()[n] {
		return masked(text)
	}
	return text
}

// masked keeps the indentation and the first key of a line.
func masked(text string) string {
	key, rest, found := strings.Cut(text, ":")
	switch {
	case found && strings.TrimSpace(rest) == "":
		return text
	case found:
		return key + ": " + mask
	}
	return dash.FindString(text) + mask
}

func (s *source) runeAt(at mark) rune {
	if at.line < 1 || at.line > len(s.lines) {
		return 0
	}
	runes := []rune(s.lines[at.line-1])
	if at.column < 1 || at.column > len(runes) {
		return 0
	}
	return runes[at.column-1]
}

// excerpt shows the line before, the line, and a caret with the hint.
func (s *source) excerpt(e *Error) string {
	text := []rune(strings.TrimRight(s.line(e.Line), " "))
	if len(text) == 0 {
		return ""
	}
	column := min(e.Column-1, len(text))
	from := max(0, column-beforeCaret)
	var b strings.Builder
	if before := strings.TrimRight(s.line(e.Line-1), " "); from == 0 && before != "" {
		fmt.Fprintf(&b, "%7d | %s\n", e.Line-1, window([]rune(before), 0))
	}
	fmt.Fprintf(&b, "%7d | %s\n", e.Line, window(text, from))
	fmt.Fprintf(&b, "%7s | %s^", "", strings.Repeat(" ", column-from))
	if e.Hint != "" {
		b.WriteString(" " + e.Hint)
	}
	return b.String()
}

// window shows a part of a line that is too long, with a mark where it was cut.
func window(text []rune, from int) string {
	shown := slices.Clone(text[from:])
	if from > 0 && len(shown) > 0 {
		shown[0] = cut
	}
	if len(shown) > maxShown {
		shown = append(shown[:maxShown-1], cut)
	}
	return string(shown)
}

// shorten cuts the middle out of a value longer than 60 characters.
func shorten(value string) string {
	runes := []rune(value)
	if len(runes) <= 60 {
		return value
	}
	return string(runes[:29]) + mask + string(runes[len(runes)-29:])
}

// unreadable finds what makes a file no YAML text at all.
func unreadable(data []byte) (mark, string) {
	switch {
	case len(data) > maxFile:
		return mark{1, 1}, fmt.Sprintf("The file has %d kB; at most %d kB are read.", len(data)>>10, maxFile>>10)
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return mark{1, 1}, "The file is written in UTF-16; save it as UTF-8."
	}
	at := mark{1, 1}
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			return at, "The file is not UTF-8 text from here on; save it as UTF-8."
		case r == '\n':
			at = mark{at.line + 1, 0}
		case unicode.IsControl(r) && r != '\t' && r != '\r', r == '\u2028', r == '\u2029':
			return at, fmt.Sprintf("The character U+%04X must not stand in this file.", r)
		}
		at.column++
		i += size
	}
	return at, ""
}

// explain puts a message of the YAML library into plain words. The text of the message is never passed on, for it may
// quote a value. fromStart says that the mistake is where the construct began.
func explain(message string, at rune) (text string, fromStart bool) {
	has := func(part string) bool { return strings.Contains(message, part) }
	switch {
	case has("cannot start any token") && at == '\t':
		return "Indent with spaces; a tab must not stand here.", false
	case has("cannot start any token"):
		return "A value cannot begin with this character; put it in quotes.", false
	case has("mapping values are not allowed"):
		return `A ":" is one too many here; put the value in quotes, or check the indentation.`, false
	case has("node content"):
		return "A value is missing before this place.", false
	case has("',' or ']'"), has("',' or '}'"):
		return "The bracket that opens here is not closed.", true
	case has("unexpected end of stream"):
		return "The quote that opens here is not closed.", true
	case has("expected ':'"):
		return `A ":" is missing between key and value.`, true
	case has("expected key"), has("'-' indicator"), has("document start"):
		return "The indentation does not fit the lines above.", false
	case has("anchor"), has("alias"):
		return "References (*name) are not read; write the value out, or put it in quotes.", false
	}
	return notYAML, false
}
