package redact

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"logindoctor/report"
)

// A ledger hands out tokens, numbered by first appearance, and keeps account of where they stand.
type ledger struct {
	entries []report.Token
	known   map[string]bool // tokens
	next    map[string]int
}

// mostPlaces is how many places of one token are named; the rest is counted.
const mostPlaces = 8

var tokenForm = regexp.MustCompile(`^([a-z]{2,12})-([0-9]{1,6})$`)

// load takes over what was handed out when the report was redacted before. Nothing else can pass for a token.
func (l *ledger) load(entries []report.Token) {
	for _, e := range entries {
		m := tokenForm.FindStringSubmatch(e.Token)
		if m == nil || l.known[e.Token] {
			continue
		}
		n, _ := strconv.Atoi(m[2])
		l.add(e, m[1], n)
	}
}

func (l *ledger) add(e report.Token, kind string, n int) {
	if l.next == nil {
		l.next, l.known = map[string]int{}, map[string]bool{}
	}
	l.next[kind] = max(l.next[kind], n)
	l.known[e.Token] = true
	l.entries = append(l.entries, e)
}

// token returns a new one, "user-2".
func (l *ledger) token(class, kind string) string {
	n := l.next[kind] + 1
	t := fmt.Sprintf("%s-%d", kind, n)
	l.add(report.Token{Class: class, Token: t}, kind, n)
	return t
}

// stands counts a place of a token.
func (l *ledger) stands(token, where string) {
	for i := range l.entries {
		if e := &l.entries[i]; e.Token == token {
			e.Places++
			if len(e.Where) < mostPlaces && !slices.Contains(e.Where, where) {
				e.Where = append(e.Where, where)
			}
		}
	}
}

// handedOut reports whether a text is one of the ledger's tokens.
func (l *ledger) handedOut(s string) bool { return l.known[strings.ToLower(s)] }
