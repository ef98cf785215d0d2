package redact_test

import (
	"bytes"
	"compress/flate"
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	stdjson "encoding/json"
	"fmt"
	"html"
	"io"
	mathrand "math/rand/v2"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"logindoctor/checks"
	"logindoctor/report"
	"logindoctor/report/brief"
	"logindoctor/report/bundle"
	htmlpage "logindoctor/report/html"
	"logindoctor/report/internal/samples"
	"logindoctor/report/json"
	"logindoctor/report/machine"
	"logindoctor/report/markdown"
	"logindoctor/report/redact"
	"logindoctor/report/text"
	"logindoctor/report/ticket"
)

// A kind is a secret by the name under which it travels.
type kind struct {
	name string
	make func(io.Reader) string
}

func bytesOf(r io.Reader, n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(r, b); err != nil {
		panic(err)
	}
	return b
}

func base64Of(n int) func(io.Reader) string {
	return func(r io.Reader) string { return base64.StdEncoding.EncodeToString(bytesOf(r, n)) }
}

func base64URLOf(n int) func(io.Reader) string {
	return func(r io.Reader) string { return base64.RawURLEncoding.EncodeToString(bytesOf(r, n)) }
}

func hexOf(n int) func(io.Reader) string {
	return func(r io.Reader) string { return hex.EncodeToString(bytesOf(r, n)) }
}

func base32Of(n int) func(io.Reader) string {
	return func(r io.Reader) string {
		return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(bytesOf(r, n))
	}
}

func from(alphabet string, n int) func(io.Reader) string {
	return func(r io.Reader) string {
		b := bytesOf(r, n)
		for i := range b {
			b[i] = alphabet[int(b[i])%len(alphabet)]
		}
		return string(b)
	}
}

func with(prefix string, make func(io.Reader) string) func(io.Reader) string {
	return func(r io.Reader) string { return prefix + make(r) }
}

func jwt(r io.Reader) string {
	part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	return part(`{"alg":"RS256","kid":"`+hexOf(8)(r)+`"}`) + "." + part(`{"sub":"`+hexOf(8)(r)+`"}`) + "." + base64URLOf(64)(r)
}

func guid(r io.Reader) string {
	h := hexOf(16)(r)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

const (
	digits = "0123456789"
	typed  = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!$*-_@"
)

var kinds = []kind{
	{"password", from(typed, 14)}, {"Input.Password", from(typed, 10)}, {"passwd", from(typed, 12)}, {"pwd", from(typed, 16)}, {"passphrase", from(typed, 20)},
	{"passcode", from(digits, 8)}, {"private_key", from(typed, 16)}, {"public_key", from(typed, 16)}, {"api_key", base64URLOf(24)}, {"apikey", hexOf(20)},
	{"clientSecret", base64URLOf(30)}, {"client_secret", from(typed, 40)}, {"client_assertion", jwt}, {"totp", from(digits, 6)}, {"otp", from(digits, 6)},
	{"totp_seed", base32Of(20)}, {"Input.TwoFactorCode_otp", from(digits, 6)}, {"recovery_code", hexOf(5)}, {"pin", from(digits, 6)},
	{"ASP.NET_SessionId", from("abcdefghijklmnopqrstuvwxyz012345", 24)}, {".AspNetCore.Cookies", base64URLOf(90)}, {".AspNet.Correlation", base64URLOf(32)},
	{"session_id", hexOf(16)}, {"PHPSESSID", from("abcdefghijklmnopqrstuvwxyz012345", 26)}, {"sid", base64URLOf(18)}, {"csrf_token", base64URLOf(27)},
	{"__RequestVerificationToken", base64URLOf(80)}, {"__VIEWSTATE", base64Of(60)}, {"SAMLResponse", base64Of(300)}, {"SAMLRequest", base64Of(120)},
	{"SAMLart", base64Of(44)}, {"RelayState", base64URLOf(24)}, {"assertion", jwt}, {"wresult", base64Of(90)}, {"code", base64URLOf(32)},
	{"state", base64URLOf(24)}, {"nonce", base64URLOf(24)}, {"code_verifier", base64URLOf(32)}, {"code_challenge", base64URLOf(32)}, {"id_token", jwt},
	{"access_token", jwt}, {"refresh_token", with("0.A", base64URLOf(60))}, {"device_code", base64URLOf(40)}, {"user_code", from("BCDFGHJKLMNPQRSTVWXZ", 9)},
	{"magic_link", hexOf(24)}, {"reset_token", base64URLOf(24)}, {"AccountKey", base64Of(64)}, {"sig", base64Of(32)}, {"X-Amz-Signature", hexOf(32)},
	{"github_token", with("ghp_", from("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 36))}, {"credential", guid},
}

func deflated(s string) []byte {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestCompression)
	io.WriteString(w, s)
	w.Close()
	return b.Bytes()
}

func quoted(s string) string {
	b, _ := stdjson.Marshal(s)
	return string(b)
}

func entities(s string) string {
	var b strings.Builder
	for _, r := range s {
		fmt.Fprintf(&b, "&#%d;", r)
	}
	return b.String()
}

func percented(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

// Encodings are how a secret stands in a text that logindoctor reads.
var encodings = []struct {
	name  string
	plant func(name, value string) string
}{
	{"URL", func(n, v string) string {
		return "GET https://login.contoso.example/signin?lang=en&" + n + "=" + percented(v) + "#top failed"
	}},
	{"base64", func(n, v string) string {
		return "sent " + base64.StdEncoding.EncodeToString([]byte(n+"="+v)) + " twice"
	}},
	{"base64url", func(n, v string) string {
		return "sent " + base64.RawURLEncoding.EncodeToString([]byte("lang=en&"+n+"="+v+"&x=1")) + " twice"
	}},
	{"hex", func(n, v string) string { return "sent " + hex.EncodeToString([]byte(n+"="+v)) + " twice" }},
	{"JWT parts", func(n, v string) string {
		part := base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"x",` + quoted(n) + ":" + quoted(v) + "}"))
		return "whole eyJhbGciOiJub25lIn0." + part + ".c2lnbmF0dXJl and part " + part + " end"
	}},
	{"deflated SAML", func(n, v string) string {
		return "posted " + base64.StdEncoding.EncodeToString(deflated(`<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"><a>`+v+`</a></samlp:Response>`)) + " once"
	}},
	{"JSON in one line", func(n, v string) string {
		return `answer {"ok":true,` + quoted(n) + ":" + quoted(v) + `,"id":4711} read`
	}},
	{"HTML entities", func(n, v string) string {
		return html.EscapeString(`<input name="`+n+`" value="`) + entities(v) + html.EscapeString(`">`)
	}},
	{"header", func(n, v string) string { return "Set-Cookie: " + n + "=" + v + "; Path=/; Secure" }},
	{"query", func(n, v string) string { return "POST /signin?" + n + "=" + url.QueryEscape(v) + "&lang=en HTTP/1.1" }},
	{"split over lines", func(n, v string) string { return "form\n" + n + "=" + v[:len(v)/2] + "\n" + v[len(v)/2:] + "\n(end)" }},
	{"inside a HAR", func(n, v string) string { return archive(n, v) }},
}

// archive is a HAR with the secret wherever one can stand in it.
func archive(n, v string) string {
	pair := `{"name":` + quoted(n) + `,"value":` + quoted(v) + `}`
	return `{"log":{"version":"1.2","entries":[{"request":{"url":` + quoted("https://login.contoso.example/cb?"+n+"="+url.QueryEscape(v)) +
		`,"headers":[{"name":"Cookie","value":` + quoted(n+"="+v) + `}],"cookies":[` + pair + `],"queryString":[` + pair + `],"postData":{"params":[` + pair +
		`],"text":` + quoted(n+"="+url.QueryEscape(v)) + `}},"response":{"content":{"text":` + quoted(`{`+quoted(n)+`:`+quoted(v)+`}`) + `}}}]}}`
}

// Views are an output as somebody would look at it who searches for a secret: as it is, and with each coding taken off.
func views(out []byte) []string {
	s := string(out)
	all := []string{s, html.UnescapeString(s), unescapeJSON(s), html.UnescapeString(unescapeJSON(s)), unescapePercent(s), unescapePercent(unescapeJSON(s))}
	for _, v := range all[:4] {
		all = append(all, unbroken.Replace(v))
	}
	inflate, seen := flate.NewReader(nil), map[string]bool{}
	for _, run := range runs.FindAllString(unescapeJSON(s), -1) {
		if seen[run] {
			continue
		}
		seen[run] = true
		for skip := range 4 {
			for _, data := range decodings(run[skip:]) {
				all = append(all, string(data))
				if len(data) < 40 {
					continue // too short for a message
				}
				inflate.(flate.Resetter).Reset(bytes.NewReader(data), nil)
				if inflated, _ := io.ReadAll(inflate); len(inflated) > 0 {
					all = append(all, string(inflated))
				}
			}
		}
	}
	return all
}

var (
	runs     = regexp.MustCompile(`[A-Za-z0-9+/_-]{12,}`)
	unbroken = strings.NewReplacer("\n", "", "\r", "", `\n`, "", " ", "")
	percents = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)
	escapes  = regexp.MustCompile(`\\(?:u[0-9a-f]{4}|["/\\])`)
)

func decodings(run string) [][]byte {
	var all [][]byte
	plain := strings.NewReplacer("-", "+", "_", "/").Replace(run)
	if len(plain)%4 == 1 {
		plain = plain[:len(plain)-1]
	}
	if data, err := base64.RawStdEncoding.DecodeString(plain); err == nil {
		all = append(all, data)
	}
	if data, err := hex.DecodeString(run[:len(run)/2*2]); err == nil {
		all = append(all, data)
	}
	return all
}

func unescapeJSON(s string) string {
	return escapes.ReplaceAllStringFunc(s, func(m string) string {
		if m[1] != 'u' {
			return m[1:]
		}
		n, _ := strconv.ParseUint(m[2:], 16, 32)
		return string(rune(n))
	})
}

func unescapePercent(s string) string {
	return percents.ReplaceAllStringFunc(s, func(m string) string {
		n, _ := strconv.ParseUint(m[1:], 16, 8)
		return string([]byte{byte(n)})
	})
}

// findable are the values to look for: the secret, and each half of one that is long enough to be told from chance.
func findable(value string) []string {
	all := []string{value}
	if len(value) >= 20 {
		all = append(all, value[:len(value)/2], value[len(value)/2:])
	}
	return all
}

func found(in []string, value string) bool {
	for _, v := range in {
		for at := 0; ; {
			i := strings.Index(v[at:], value)
			if i < 0 {
				break
			}
			at += i + len(value)
			before, after := at-len(value)-1, at
			alone := (before < 0 || !isDigit(v[before])) && (after >= len(v) || !isDigit(v[after]))
			if len(value) > 8 || alone { // six digits stand in a longer number by chance
				return true
			}
		}
	}
	return false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' }

var outputs = map[string]report.Renderer{"text": text.Render, "brief": brief.Render, "json": json.Render, "jsonl": json.RenderLines, "html": htmlpage.Render,
	"markdown": markdown.Render, "ticket": ticket.Render, "junit": machine.JUnit, "csv": machine.CSV, "nagios": machine.Nagios, "checkmk": machine.Checkmk,
	"datto": machine.Datto, "github": machine.GitHub, "prometheus": machine.Prometheus, "openmetrics": machine.OpenMetrics, "bundle": bundle.Render}

// planted has the texts wherever a text of the other side can get to.
func planted(texts []string, har string) *report.Report {
	r := samples.Broken()
	f := &r.Findings[0]
	f.Evidence = nil
	for i, s := range texts {
		id := fmt.Sprintf("e%d", i+1)
		f.Evidence = append(f.Evidence, id)
		r.Evidence[id] = report.Evidence{Check: "web.answer", Label: "said", Value: s, Class: string(checks.ClassText), Raw: s}
		f.Steps = append(f.Steps, report.Step{N: i + 3, Owner: "network", Text: s})
		f.Params[fmt.Sprintf("said%d", i)] = s
		r.Checks = append(r.Checks, report.Check{ID: fmt.Sprintf("web.answer@host%d", i), Check: "web.answer", Stage: "web", Pathways: []string{"api"},
			State: "error", Reason: s})
		r.Untested = append(r.Untested, report.Untested{What: s, Reason: s})
		aside := r.Findings[2]
		aside.Text, aside.Fingerprint = s, fmt.Sprintf("v1:%016x", i)
		r.Findings = append(r.Findings, aside)
	}
	r.Findings[0].Text, r.Findings[0].Basis, r.Verdict.Summary.Text = texts[0], texts[1], texts[len(texts)-1]
	r.Artifacts = []report.Artifact{{Name: "browser.har", MediaType: "application/json", Data: []byte(har)}}
	return r
}

func plantAll(k kind, value string) (texts []string) {
	for _, e := range encodings {
		texts = append(texts, e.plant(k.name, value))
	}
	return texts
}

// TestNothingLeaks plants every kind of secret in every encoding, in what is read and in what is measured, and searches every
// format for it. The searcher knows the values, which are new in each run.
func TestNothingLeaks(t *testing.T) {
	if len(kinds) < 50 || len(encodings) != 12 {
		t.Fatalf("%d kinds in %d encodings", len(kinds), len(encodings))
	}
	searched := 0
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			value := k.make(rand.Reader)
			for route, r := range routes(t, planted(plantAll(k, value), archive(k.name, value)), value) {
				for format, render := range outputs {
					if format != "json" && route != "measured" {
						continue // the document holds all that the others are made of
					}
					if format == "bundle" && k.name != kinds[0].name {
						continue // it holds the bytes of two others
					}
					var out bytes.Buffer
					if err := render(&out, r, report.Options{Verbose: 2}); err != nil {
						t.Fatal(err)
					}
					seen := views(out.Bytes())
					for _, v := range findable(value) {
						if found(seen, v) {
							t.Errorf("%s, %s: %q is there", route, format, v)
						}
					}
				}
			}
		})
		searched += len(encodings)
	}
	t.Logf("%d plantings searched for in %d formats", searched, len(outputs))
}

// routes are the ways on which a report comes to a renderer: measured, with and without the secret in the settings, and read.
func routes(t *testing.T, raw *report.Report, value string) map[string]*report.Report {
	t.Helper()
	text, err := stdjson.Marshal(raw)
	if err != nil {
		t.Fatal(err)
	}
	read, err := json.Read(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	page, err := htmlpage.Read(strings.NewReader(`<script type="application/json" id="report">` + string(text) + `</script>`))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(page, read) {
		t.Error("a page is read otherwise than a document")
	}
	return map[string]*report.Report{"measured": redact.Apply(raw, redact.Internal), "known": redact.Apply(raw, redact.Internal, checks.NewSecret(value)),
		"shared": redact.Apply(raw, redact.Share.WithTraces()), "public": redact.Apply(raw, redact.Public), "read": read}
}

// A searcher that finds nothing anywhere would prove nothing.
func TestTheSearcherFinds(t *testing.T) {
	for _, k := range kinds {
		value := k.make(rand.Reader)
		for _, e := range encodings {
			if planted := e.plant(k.name, value); !found(views([]byte(planted)), value) {
				t.Errorf("%s as %s is not found in %q", k.name, e.name, planted)
			}
		}
	}
}

// FuzzNothingLeaks plants one secret in one encoding between texts that nobody thought of.
func FuzzNothingLeaks(f *testing.F) {
	for i := range encodings {
		f.Add(uint8(7*i), uint8(i), uint64(i), uint8(i), "the answer was", "and nothing else")
	}
	between := []string{" ", "\n", "\"", ", ", "> "}
	f.Fuzz(func(t *testing.T, whichKind, whichEncoding uint8, seed uint64, sep uint8, before, after string) {
		k, e := kinds[int(whichKind)%len(kinds)], encodings[int(whichEncoding)%len(encodings)]
		var key [32]byte
		binary.LittleEndian.PutUint64(key[:], seed)
		value, gap := k.make(mathrand.NewChaCha8(key)), between[int(sep)%len(between)]
		text := before + gap + e.plant(k.name, value) + gap + after
		if found(views([]byte(before+gap+gap+after)), value) {
			return // there by chance
		}
		r := &report.Report{Evidence: map[string]report.Evidence{"e1": {Value: text, Class: string(checks.ClassText)}},
			Findings: []report.Finding{{Text: text}}}
		for _, p := range []redact.Profile{redact.Internal, redact.Share.WithTraces()} {
			gate := redact.New(p)
			out, err := gate.Render("json", gate.Redact(r), json.Render, report.Options{})
			if err != nil {
				t.Fatalf("%s in %q: %v", e.name, text, err)
			}
			for _, v := range findable(value) {
				if found(views(out), v) {
					t.Fatalf("%s of %s as %s in %q: %q is there", value, k.name, e.name, text, v)
				}
			}
		}
	})
}
