package redact

import (
	"cmp"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"logindoctor/checks"
)

// Names are the persons, devices, companies and addresses that become tokens wherever they stand.
type names struct {
	ledger *ledger
	token  map[string]string // by the name in lower case
	class  map[string]string // by token
	any    *regexp.Regexp    // every name
}

func newNames(l *ledger) *names {
	return &names{ledger: l, token: map[string]string{}, class: map[string]string{}}
}

// shared are accounts and words that are nobody's name. Whose eyes a report looked through must stay readable.
var shared = []string{"admin", "administrator", "contact", "guest", "hello", "helpdesk", "info", "it", "localhost", "mail", "n/a", "nobody",
	"none", "noreply", "office", "root", "sales", "service", "support", "system", "test", "unknown", "user", `nt authority\system`,
	`nt authority\local service`, `nt authority\network service`}

// add remembers a name and returns its token; a name that is nobody's has none.
func (n *names) add(name, class, kind string) string {
	key := strings.ToLower(strings.TrimSpace(name))
	switch {
	case utf8.RuneCountInString(key) < 2 || slices.Contains(shared, key) || n.ledger.handedOut(key):
		return ""
	case n.token[key] == "":
		n.token[key] = n.ledger.token(class, kind)
		n.class[n.token[key]] = class
	}
	return n.token[key]
}

// shortestAlias is the length from which a part of a name is looked for alone.
const shortestAlias = 4

// person remembers a person or device, and the part of the name by which it is also called.
func (n *names) person(name, kind string) {
	token := n.add(name, person, kind)
	if token == "" {
		return
	}
	key := strings.ToLower(strings.TrimSpace(name))
	alias := key
	if at := strings.LastIndex(alias, `\`); at >= 0 {
		alias = alias[at+1:]
	}
	alias, _, _ = strings.Cut(alias, "@")
	if kind == "host" {
		alias, _, _ = strings.Cut(alias, ".")
	}
	if utf8.RuneCountInString(alias) >= shortestAlias && n.token[alias] == "" && !slices.Contains(shared, alias) {
		n.token[alias] = token
	}
}

// Shapes of persons in texts.
var (
	mailAddress = regexp.MustCompile(`(?i)[a-z0-9][a-z0-9._%+'-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+`)
	homeFolder  = regexp.MustCompile(`(?i)[\\/](?:users|home)[\\/]+([^\\/\s"':;,<>|]+)`)
)

// shapes remembers the mail addresses and home folders in a text.
func (n *names) shapes(s string) {
	if strings.Contains(s, "@") {
		for _, m := range mailAddress.FindAllString(s, -1) {
			if !isNode(m) {
				n.person(strings.TrimRight(m, ".-"), "user")
			}
		}
	}
	for _, m := range homeFolder.FindAllStringSubmatch(s, -1) {
		if m[1] != "Public" && m[1] != "Shared" && m[1] != "Default" {
			n.person(m[1], "user")
		}
	}
}

// isNode reports whether what looks like a mail address is a check and what it looked at, "tls.chain@na.myconnectwise.net".
func isNode(s string) bool {
	stage, _, ok := strings.Cut(s, ".")
	return ok && slices.Contains(checks.Stages, strings.ToLower(stage))
}

// seal makes all names that were learned findable.
func (n *names) seal() {
	if len(n.token) == 0 {
		return
	}
	var all []string
	for name := range n.token {
		all = append(all, name)
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	for i, name := range all {
		all[i] = regexp.QuoteMeta(name)
	}
	n.any = regexp.MustCompile(`(?i)` + strings.Join(all, "|"))
}

// replace puts tokens for the names in a text and counts them by class. In a text of fixed words only what cannot be one of
// them is replaced.
func (n *names) replace(s, where string, fixedWords bool) (string, map[string]int) {
	if n.any == nil {
		return s, nil
	}
	var b strings.Builder
	var hits map[string]int
	last := 0
	for _, at := range n.any.FindAllStringIndex(s, -1) {
		found := s[at[0]:at[1]]
		token := n.token[strings.ToLower(found)]
		if token == "" || !alone(s, at[0], at[1]) || fixedWords && plainWord(found) {
			continue
		}
		if hits == nil {
			hits = map[string]int{}
		}
		hits[n.class[token]]++
		n.ledger.stands(token, where)
		b.WriteString(s[last:at[0]] + token)
		last = at[1]
	}
	return b.String() + s[last:], hits
}

// alone reports whether a part of a text is not the middle of a longer word.
func alone(s string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:from])
	after, _ := utf8.DecodeRuneInString(s[to:])
	first, _ := utf8.DecodeRuneInString(s[from:])
	last, _ := utf8.DecodeLastRuneInString(s[:to])
	return !(wordly(before) && wordly(first)) && !(wordly(after) && wordly(last))
}

func wordly(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_')
}

// plainWord reports whether a name could be a word of the report itself, as "desktop" or "summer".
func plainWord(s string) bool {
	return len(s) < 5 || !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
}

// leak returns the token of a name that stands in an output, "" if there is none. Names that could be words of the report
// itself are not looked for.
func (n *names) leak(out []byte) string {
	if n.any == nil {
		return ""
	}
	s := string(out)
	for _, at := range n.any.FindAllStringIndex(s, -1) {
		if found := s[at[0]:at[1]]; alone(s, at[0], at[1]) && !plainWord(found) {
			return n.token[strings.ToLower(found)]
		}
	}
	return ""
}

var (
	hostLike = regexp.MustCompile(`(?i)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?)+`)
	hardware = regexp.MustCompile(`(?i)\b[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}\b`)
	ipv6Like = regexp.MustCompile(`(?i)[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}`)
)

// hostsIn returns the host names and addresses in a text, in lower case.
func hostsIn(s string) []string {
	var all []string
	for _, m := range ipv6Like.FindAllString(s, -1) {
		if _, err := netip.ParseAddr(m); err == nil {
			all = append(all, strings.ToLower(m))
		}
	}
	for _, m := range hostLike.FindAllString(s, -1) {
		all = append(all, strings.ToLower(m))
	}
	return all
}

func hostKind(h string) string {
	if _, err := netip.ParseAddr(h); err == nil {
		return "address"
	}
	return "server"
}

// withoutHardware removes the addresses of network cards.
func withoutHardware(s string) (string, int) {
	n := 0
	return hardware.ReplaceAllStringFunc(s, func(string) string { n++; return gone }), n
}
