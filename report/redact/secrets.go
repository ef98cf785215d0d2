package redact

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/report"
)

// gone stands for what was removed without being followed through the report.
const gone = "[removed]"

// Secrets are removed from texts in three ways: those that the program knows, in whatever coding; what has the name or the
// shape of one; and what holds one of either when it is decoded. The same secret gets the same token.
type secrets struct {
	ledger  *ledger
	known   []knownSecret
	token   map[string]string // by value
	learned *strings.Replacer // values met by name or shape, wherever else they stand
	values  []string          // what learned replaces
	seen    map[searched]outcome
	taken   []string // tokens put in by the search that is going on

	removed int
}

// A searched is a text and how it was searched; an outcome is what came of it. The same text stands in many places.
type searched struct {
	text         string
	loose, final bool
}

type outcome struct {
	text    string
	taken   []string
	removed int
}

// A knownSecret is one that the program was given.
type knownSecret struct {
	form  *regexp.Regexp
	begin []string // one of them is in every text that form matches, once it is folded
	value string
}

// may reports whether a text that was folded can hold the secret. The form itself is slow.
func (k knownSecret) may(folded string) bool {
	for _, b := range k.begin {
		if strings.Contains(folded, b) {
			return true
		}
	}
	return false
}

// folded is the text in which the beginnings of known secrets are looked for: in lower case, as it is, without blanks, and
// without all that may break a secret, part of which may also be the end of a path and the beginning of the secret.
func folded(s string) string {
	return strings.ToLower(s + "\n" + blanks.Replace(s) + "\n" + breaks.Replace(s))
}

// shortestKnown is the length from which a secret can be looked for without hitting ordinary words.
const shortestKnown = 6

func newSecrets(l *ledger, all []checks.Secret) *secrets {
	x := &secrets{ledger: l, token: map[string]string{}, seen: map[searched]outcome{}}
	for _, s := range all {
		if v := strings.TrimSpace(s.Reveal()); len(v) >= shortestKnown {
			x.known = append(x.known, known(v)...)
		}
	}
	return x
}

// scrub returns a text without secrets and how many were removed. Before the final walk it only learns.
func (x *secrets) scrub(s, class, where string, final bool) (string, int) {
	x.removed = 0
	if final && x.learned != nil {
		s = x.replaceLearned(s, where)
	}
	learned := x.removed
	key := searched{s, class == text, final}
	o, ok := x.seen[key]
	if !ok {
		x.removed, x.taken = 0, nil
		o.text = x.search(s, class)
		o.taken, o.removed = x.taken, x.removed
		x.seen[key] = o
	}
	if final {
		for _, t := range o.taken {
			x.ledger.stands(t, where)
		}
	}
	return o.text, learned + o.removed
}

func (x *secrets) search(s, class string) string {
	s = x.withoutKnown(s)
	s = x.shapes(s)
	s = x.coded(s, 0)
	if class == text {
		s = looseName.ReplaceAllStringFunc(s, func(m string) string { return x.behind(looseName, m) })
		s = anyRun.ReplaceAllStringFunc(s, x.takeOpaque)
	}
	return s
}

func (x *secrets) withoutKnown(s string) string {
	if len(x.known) == 0 || len(s) < shortestKnown {
		return s
	}
	f := folded(s)
	for _, k := range x.known {
		if k.may(f) {
			s = k.form.ReplaceAllStringFunc(s, func(string) string { return x.take(k.value) })
		}
	}
	return s
}

// take returns what stands for a secret from now on.
func (x *secrets) take(value string) string {
	if value == "" || replaced.MatchString(value) || strings.Trim(value, "[]…x*") == "" {
		return value
	}
	t := x.token[value]
	if t == "" {
		t = x.ledger.token(report.ClassSecret, "secret")
		x.token[value] = t
	}
	x.removed++
	x.taken = append(x.taken, t)
	return "[" + t + "]"
}

var replaced = regexp.MustCompile(`^(?:\[secret-[0-9]+\]|\[removed\])$`)

// shortestLearned is the length from which a value that was met somewhere is also looked for elsewhere.
const shortestLearned = 8

// seal makes what was learned findable, the longest first.
func (x *secrets) seal() {
	tokens := map[string]string{}
	for _, value := range slices.Sorted(maps.Keys(x.token)) {
		for _, part := range append(strings.Split(value, "."), value) {
			if len(part) >= shortestLearned && !wordlike(part) {
				tokens[part] = x.token[value]
			}
		}
	}
	x.values = slices.SortedFunc(maps.Keys(tokens), func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	var pairs []string
	for _, value := range x.values {
		pairs = append(pairs, value, "["+tokens[value]+"]")
	}
	if pairs != nil {
		x.learned = strings.NewReplacer(pairs...)
	}
}

func (x *secrets) replaceLearned(s, where string) string {
	after := x.learned.Replace(s)
	if after == s {
		return s
	}
	for _, m := range anyToken.FindAllString(after, -1) {
		if strings.Count(after, m) > strings.Count(s, m) {
			x.removed++
			x.ledger.stands(strings.Trim(m, "[]"), where)
		}
	}
	return after
}

var anyToken = regexp.MustCompile(`\[secret-[0-9]+\]`)

// The names that secrets go by, as lists for trace files give them (ux.md 2.15): parts of a name, and whole names.
const (
	suspectPart = `pass(?:word|wd|phrase|code)|pwd|secret|token|credential|api[_-]?key|private[_-]?key|public[_-]?key|access[_-]?key|` +
		`account[_-]?key|shared[_-]?key|signature|assertion|saml(?:request|response|art)|relaystate|viewstate|verifier|challenge|` +
		`session[_.-]?id|sessid|csrf|xsrf|cookie|aspnet|recovery|magic|otp`
	suspectWhole = `code|state|nonce|sid|sig|pin|seed|key|user_code|device_code|auth|authorization|jwt|wresult|wctx|pass|session|ticket_id|x-amz-security-token`
	suspect      = `(?:[\w.-]*(?:` + suspectPart + `)[\w.-]*|` + suspectWhole + `)`
	quote        = `(?:\\*["'])`
)

// Shapes of secrets. The first group is what stays.
var (
	anyURL    = regexp.MustCompile(`(?i)\b([a-z][a-z0-9+.-]*://)([^\s"'<>/?#]*@)?([^\s"'<>?#]*)([?#][^\s"'<>]*)?`)
	named     = regexp.MustCompile(`(?i)(\b` + suspect + quote + `?\s?=\s?` + quote + `?)([^\s&;,"'<>\\]+)`)
	inJSON    = regexp.MustCompile(`(?i)(` + quote + suspect + quote + `\s*[:=]\s*` + quote + `)((?:\\[^"']|[^"'\\])+)`)
	inPairs   = regexp.MustCompile(`(?i)("name\\*"\s*:\s*\\*"` + suspect + `\\*"\s*,\s*\\*"value\\*"\s*:\s*\\*")((?:\\[^"]|[^"\\])+)`)
	inForm    = regexp.MustCompile(`(?i)(name\s*=\s*["']?` + suspect + `["']?[^<>]*?\bvalue\s*=\s*["']?)([^"'<>\s]+)`)
	inMarkup  = regexp.MustCompile(`(?i)(<` + suspect + `(?:\s[^<>]*)?>)([^<]+)`)
	header    = regexp.MustCompile(`(?i)(\b(?:cookie|set-cookie|authorization|proxy-authorization|x-[\w-]*(?:key|token|secret|auth|csrf|session)[\w-]*)` + quote + `?: ?` + quote + `?)([^\r\n"]+)`)
	scheme    = regexp.MustCompile(`(?i)(\b(?:Bearer|Basic|Negotiate|NTLM|Digest) )([A-Za-z0-9+/_.~=-]{12,})`)
	looseName = regexp.MustCompile(`(?i)(\b(?:` + suspectPart + `|totp|pin)(?: is|:| =) ?)([^\s&;,"'<>]+)`)
	jwt       = regexp.MustCompile(`()\b(eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,4})`)
	pem       = regexp.MustCompile(`(?s)()(-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$))`)
	markup    = regexp.MustCompile(`(?is)()(<(?:\w+:)?(?:Response|Assertion|AuthnRequest|LogoutRequest)\b[^>]*urn:oasis:names:tc:SAML.*)`)
	signed    = regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}`)
	continued = regexp.MustCompile(`(\[secret-[0-9]+\])(?:=?\r?\n|=?(?:\\r)?\\n)[ \t]*[^\s"'<>\[\]\\]{3,}((?:["'&;,\s\\]|$))`)
	providers = regexp.MustCompile(`()\b((?:AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{20,}|xox[abposr]-[A-Za-z0-9-]{10,}|sk-[A-Za-z0-9_-]{20,})`)
)

// suspectName is a whole name that a secret goes by.
var suspectName = regexp.MustCompile(`(?i)^(?:` + suspect + `|set-cookie|proxy-authorization)$`)

// shapes removes what has the name or the shape of a secret.
func (x *secrets) shapes(s string) string {
	if strings.Contains(s, "://") {
		s = anyURL.ReplaceAllStringFunc(s, x.bareURL)
	}
	for _, f := range []struct {
		mark string // without it there is nothing to look for
		form *regexp.Regexp
	}{{"-----BEGIN", pem}, {"urn:oasis", markup}, {":", header}, {"\"", inPairs}, {"value", inForm}, {"=", named}, {"\"", inJSON}, {"'", inJSON},
		{"<", inMarkup}, {"eyJ", jwt}, {" ", scheme}, {"", providers}} {
		if strings.Contains(s, f.mark) {
			s = f.form.ReplaceAllStringFunc(s, func(m string) string { return x.behind(f.form, m) })
		}
	}
	for before := ""; before != s && strings.Contains(s, "]"); {
		before = s
		s = continued.ReplaceAllString(s, "$1$2") // the rest of a secret that was broken over lines
	}
	return s
}

// prose is what follows the name of a scheme in a sentence.
var prose = regexp.MustCompile(`(?i)^(?:authenticat|authori[sz]|credential)[a-z]*[.]?$`)

// judged is a sentence that says what is wrong with a secret and not what it is.
var judged = regexp.MustCompile(`(?i) is (?:(?:in)?(?:correct|valid)|wrong|expired|not|no|too|required|missing|empty|right|ok)[.!]?$`)

// behind replaces the second group of a match.
func (x *secrets) behind(form *regexp.Regexp, match string) string {
	m := form.FindStringSubmatch(match)
	if form == scheme && prose.MatchString(m[2]) || form == looseName && judged.MatchString(m[0]) {
		return match
	}
	return m[1] + x.take(m[2]) + match[len(m[1])+len(m[2]):]
}

// bareURL keeps scheme, host and path; a part of the path that was made for one person goes as well.
func (x *secrets) bareURL(u string) string {
	m := anyURL.FindStringSubmatch(u)
	if login := strings.TrimSuffix(m[2], "@"); login != "" {
		_, password, _ := strings.Cut(login, ":")
		x.take(password)
	}
	path := strings.Split(m[3], "/")
	for i := 1; i < len(path); i++ {
		path[i] = anyRun.ReplaceAllStringFunc(path[i], x.takeOpaque)
	}
	m[3] = strings.Join(path, "/")
	if m[4] == "" || m[4] == "?" || m[4] == "#" || m[4][1:] == gone {
		return m[1] + m[3] + m[4]
	}
	before := x.removed
	if x.shapes(m[4][1:]); x.removed == before { // what has a name in it is known elsewhere from now on
		x.removed++
	}
	return m[1] + m[3] + m[4][:1] + gone
}
