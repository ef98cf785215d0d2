package redact

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"strings"

	"logindoctor/checks"
)

// A scrubber removes secrets from texts: those it knows, and whatever has the shape of one.
type scrubber struct{ known *regexp.Regexp }

// shortestKnown is the length from which a secret can be looked for without hitting ordinary words.
const shortestKnown = 6

func newScrubber(secrets []checks.Secret) scrubber {
	var forms []string
	for _, s := range secrets {
		if len(s.Reveal()) >= shortestKnown {
			forms = append(forms, codings(s.Reveal())...)
		}
	}
	if forms == nil {
		return scrubber{}
	}
	return scrubber{regexp.MustCompile(`(?i)` + strings.Join(forms, "|"))}
}

// codings returns patterns of the ways in which a server's answer may repeat a secret.
func codings(s string) []string {
	encoded := strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(s)), "=")
	plain := []string{s, url.QueryEscape(s), url.PathEscape(s), encoded}
	for i, p := range plain {
		plain[i] = regexp.QuoteMeta(p)
	}
	return plain
}

// Shapes of secrets. The names are those that lists for trace files call suspect (ux.md 2.15).
var (
	anyURL  = regexp.MustCompile(`(?i)\b([a-z][a-z0-9+.-]*://)([^\s"'<>/?#]*@)?([^\s"'<>?#]*)([?#][^\s"'<>]*)?`)
	named   = regexp.MustCompile(`(?i)\b((?:pass(?:word|wd)?|pwd|otp|totp|secret|client_secret|code|code_verifier|state|nonce|assertion|(?:access_|id_|refresh_|session_?)?token|session_?id|api_?key|private_?key|samlresponse|samlrequest|relaystate)=)[^\s&;,"'<>]+`)
	headers = regexp.MustCompile(`(?i)\b((?:cookie|set-cookie|authorization|proxy-authorization): ?)[^\r\n]+`)
	schemes = regexp.MustCompile(`\b((?:Bearer|Basic|Negotiate|NTLM) )[A-Za-z0-9+/_.~=-]{12,}`)
	tokens  = regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*){0,3}`)
	keys    = regexp.MustCompile(`(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)`)
)

const gone = "[removed]"

func (s scrubber) scrub(text string) string {
	if s.known != nil {
		text = s.known.ReplaceAllString(text, gone)
	}
	if strings.Contains(text, "://") {
		text = anyURL.ReplaceAllStringFunc(text, bareURL)
	}
	if strings.Contains(text, "=") {
		text = named.ReplaceAllString(text, "${1}"+gone)
	}
	if strings.Contains(text, ":") {
		text = headers.ReplaceAllString(text, "${1}"+gone)
	}
	if strings.Contains(text, "eyJ") {
		text = tokens.ReplaceAllString(text, gone)
	}
	if strings.Contains(text, "-----BEGIN") {
		text = keys.ReplaceAllString(text, gone)
	}
	return schemes.ReplaceAllString(text, "${1}"+gone)
}

// bareURL keeps scheme, host and path.
func bareURL(u string) string {
	m := anyURL.FindStringSubmatch(u)
	if m[4] == "" || m[4] == "?" || m[4] == "#" {
		return m[1] + m[3] + m[4]
	}
	return m[1] + m[3] + m[4][:1] + gone
}
