// Package samples holds hand-written reports, none of them gated, with which the renderers are tested.
package samples

import (
	"fmt"
	"strings"
	"time"

	"logindoctor/report"
)

// All returns every sample by its name.
func All() map[string]*report.Report {
	return map[string]*report.Report{"broken": Broken(), "healthy": Healthy(), "degraded": Degraded(), "unknown": Unknown(),
		"hostile": Hostile(), "causes": Causes(), "worst": Worst(),
		"foreign": Foreign()}
}

// Healthy is the report of the healthy mock-up in ux.md 2.8.
func Healthy() *report.Report {
	return &report.Report{
		Schema: report.Schema, SchemaVersion: report.SchemaVersion,
		Tool: report.Tool{Name: "logindoctor", Version: "1.0.0", Commit: "0000000", Catalogue: "2026.11"},
		Run: report.Run{ID: "01JPAB3XYZ0123456789ABCDEF", StartedAt: report.Time{Time: time.Date(2026, 11, 24, 13, 2, 11, 120e6, time.UTC)},
			DurationSeconds: 3.1, Complete: true, Level: "standard"},
		Context: report.Context{Site: "berlin-office", Session: "interactive", User: `CONTOSO\maria`, Host: "LT-0441",
			OS: report.OS{Name: "Windows", Version: "11", Arch: "amd64"}, UTCOffset: "+01:00", Proxy: "10.20.0.8:8080",
			Resolvers: []string{"10.20.0.53"}, Browser: "Chrome 156"},
		Target: report.Target{Product: "connectwise-psa", Name: "ConnectWise PSA", Vendor: "ConnectWise", Host: "na.myconnectwise.net",
			Region: "na", Company: "contoso", Pathways: []string{"web-sso", "desktop", "portal", "api"}},
		Verdict: report.Verdict{State: report.OK, Depth: "page", ChecksRun: 42, Summary: report.Summary{MessageID: "verdict.ok",
			Params: map[string]string{"total": "4"}, Text: "All 4 sign-in pathways work up to the password page; slowest 1.9 s"}},
		Pathways: ways(),
		Checks:   rows(42),
		Untested: []report.Untested{{Check: "login.staff", What: "password and MFA", Reason: "no test account; add one with --login"}},
	}
}

func ways() []report.Pathway {
	return []report.Pathway{
		way("web-sso", "ok to password page", 11, 30, 57, 610, 1190, 0),
		way("desktop", "ok to password page", 9, 31, 60, 402, 893, 0),
		way("portal", "ok to password page", 11, 33, 57, 702, -1, 0),
		way("api", "ok, signed in", 10, 29, 55, 301, -1, 210),
	}
}

// way makes a healthy pathway. A column of 0 ms was skipped, one of -1 is not on the way.
func way(id, result string, ms ...int) report.Pathway {
	p := report.Pathway{ID: id, Title: strings.ToUpper(id), State: report.OK, Depth: "page", Result: result}
	for i, n := range ms {
		if n < 0 {
			continue
		}
		took := time.Duration(n) * time.Millisecond
		c := report.Column{ID: report.ColumnIDs[i], State: "pass", StartSeconds: p.DurationSeconds, DurationSeconds: report.Seconds(took)}
		if n == 0 {
			c.State = "skipped"
		}
		p.Columns = append(p.Columns, c)
		p.DurationSeconds = report.Seconds(took + time.Duration(p.DurationSeconds*1e9))
	}
	return p
}

// rows makes checks that passed.
func rows(n int) []report.Check {
	names := []string{"dns.answers", "tcp.connect", "tls.version", "tls.chain", "web.answer"}
	var all []report.Check
	for i := range n {
		check := names[i%len(names)]
		host := fmt.Sprintf("host%d.myconnectwise.net", i/len(names))
		all = append(all, report.Check{ID: check + "@" + host, Check: check, Subject: host, Role: "web", Stage: check[:3],
			Pathways: []string{"web-sso", "desktop"}, State: "pass", Required: true, StartedSeconds: float64(i) / 100, DurationSeconds: 0.031})
	}
	return all
}

// set gives the pathways at the places a state, a result and a column state.
func set(r *report.Report, state, result, column, columnState string, places ...int) {
	for _, i := range places {
		p := &r.Pathways[i]
		p.State, p.Result = state, result
		for j := range p.Columns {
			if p.Columns[j].ID == column {
				p.Columns[j].State = columnState
			}
		}
	}
}

// Broken is the report of the broken mock-up.
func Broken() *report.Report {
	r := Healthy()
	r.Run.DurationSeconds = 4.2
	r.Verdict = report.Verdict{State: report.Broken, Depth: "reach", PrimaryFinding: "LD3204", ChecksRun: 36, UntestedBehind: 6,
		Summary: report.Summary{MessageID: "verdict.broken.same_cause", Params: map[string]string{"failed": "2", "total": "4"},
			Text: "2 of 4 sign-in pathways fail for the same reason"}}
	set(r, report.Broken, "broken at identity provider", "idp", "fail", 0, 1)
	set(r, report.Broken, "broken at identity provider", "login", "blocked", 0, 1)
	set(r, report.OK, "ok up to the password page", "", "", 2)
	r.Findings = []report.Finding{Intercepted(), {
		Code: "LD3210", Fingerprint: "v1:aaaaaaaaaaaaaaaa", Role: report.Consequence, Cause: "v1:3b1f0c9a7d22e415", Impact: "blocking",
		Certainty: "likely", Owner: "device-it", Pathways: []string{"web-sso", "desktop"}, Stage: "tls", Endpoint: "login.microsoftonline.com",
		EndpointRole: "idp", Title: "Issuer not trusted", MessageID: "LD3210.cause",
		Text: "The certificate of login.microsoftonline.com is not trusted here.", Explain: "LD3210"}, {
		Code: "LD1102", Fingerprint: "v1:91d0aa4412bb7f03", Role: report.Unrelated, Impact: "risk", Certainty: "likely", Owner: "device-it",
		Stage: "machine", Title: "Clock wrong", MessageID: "LD1102.cause", Params: map[string]string{"offset": "41 s"},
		Text:  "The clock is 41 s behind; some sign-in methods stop at 300 s.",
		Steps: []report.Step{{N: 1, Owner: "device-it", Text: "Switch on time synchronisation."}}, Evidence: []string{"e4"}, Explain: "LD1102"}}
	r.Evidence = map[string]report.Evidence{
		"e1": {Check: "tls.issuer", Node: "tls.issuer", Label: "issuer through the proxy", Value: "Contoso Web Gateway CA", Class: "public",
			Raw: "x509: certificate signed by unknown authority"},
		"e2": {Check: "tls.issuer", Node: "tls.issuer", Label: "issuer without the proxy", Value: "public authority, as published", Class: "public"},
		"e3": {Check: "machine.trust", Node: "machine.trust", Label: "trust store of this user", Value: "does not contain the issuer in e1", Class: "public"},
		"e4": {Check: "machine.clock", Node: "machine.clock", Label: "offset", Value: "-41 s", Class: "public"},
	}
	r.Checks = append(rows(36), report.Check{ID: "login.staff@web-sso", Check: "login.staff", Stage: "login", Pathways: []string{"web-sso"},
		State: "blocked", BlockedBy: []string{"tls.issuer"}, Required: true}, report.Check{ID: "tls.issuer", Check: "tls.issuer", Stage: "tls",
		Pathways: []string{"web-sso", "desktop"}, State: "fail", Required: true, StartedSeconds: 0.3, DurationSeconds: 0.884, Findings: []string{"LD3204"}})
	r.Untested = []report.Untested{{Check: "login.staff", What: "password entry", Reason: "no test account"}}
	return r
}

// Intercepted is a finding with everything that a finding may have.
func Intercepted() report.Finding {
	return report.Finding{Code: "LD3204", Fingerprint: "v1:3b1f0c9a7d22e415", Role: report.RootCause, Impact: "blocking", Certainty: "confirmed",
		Basis: "proxied, direct and browser observations agree", Owner: "network", NotAtFault: []string{"user", "vendor"},
		Pathways: []string{"web-sso", "desktop"}, Stage: "tls", Endpoint: "login.microsoftonline.com", EndpointRole: "idp",
		Subject: "login.microsoftonline.com", Title: "Certificate replaced by an inspecting proxy", MessageID: "LD3204.cause",
		Params: map[string]string{"host": "login.microsoftonline.com", "issuer": "Contoso Web Gateway CA"},
		Text: `The certificate of login.microsoftonline.com is replaced on the way by "Contoso Web Gateway CA". This computer does not ` +
			`trust that issuer, so sign-in stops before the password page.`,
		Steps: []report.Step{
			{N: 1, Owner: "network", Text: "Exempt login.microsoftonline.com from TLS inspection on the proxy 10.20.0.8:8080."},
			{N: 2, Command: "logindoctor run --pathway web-sso,desktop", Expect: "ok"}},
		Evidence: []string{"e1", "e2", "e3"}, Explain: "LD3204"}
}

// Degraded is the report of the degraded mock-up.
func Degraded() *report.Report {
	r := Healthy()
	r.Run.DurationSeconds = 3.3
	r.Verdict.State, r.Verdict.PrimaryFinding = report.Degraded, "LD5203"
	r.Verdict.Summary = report.Summary{MessageID: "verdict.degraded", Text: "All reach the password page; web-sso ends 8 Dec 2026"}
	set(r, report.Degraded, "ok to password page", "idp", "warn", 0, 1)
	r.Findings = []report.Finding{{Code: "LD5203", Fingerprint: "v1:5203520352035203", Role: report.RootCause, Impact: "risk", Certainty: "confirmed",
		Owner: "identity", Due: "2026-12-08", Pathways: []string{"web-sso", "desktop"}, Stage: "idp", Endpoint: "sso.contoso.test", EndpointRole: "idp",
		Title: "Signing certificate expires", MessageID: "LD5203.cause",
		Text: "The signing certificate of Contoso's single sign-on expires on 8 Dec 2026, in 14 days. After that every single sign-on is refused.",
		Steps: []report.Step{{N: 1, Owner: "identity", Text: "Renew the signing certificate and upload it in the PSA sign-on settings."},
			{N: 2, Command: "logindoctor run --pathway web-sso", Expect: "ok"}}, Explain: "LD5203"}}
	r.Untested = nil
	return r
}

// Unknown is the report of the unknown mock-up: a job under SYSTEM.
func Unknown() *report.Report {
	r := Healthy()
	r.Run.DurationSeconds = 2.6
	r.Context.User, r.Context.Session, r.Context.Proxy = "SYSTEM", "service", ""
	r.Verdict = report.Verdict{State: report.Unknown, Depth: "none", PrimaryFinding: "LD9101", ChecksRun: 20,
		Summary: report.Summary{MessageID: "verdict.unknown", Text: "Cannot tell whether this user can sign in from here"}}
	set(r, report.Unknown, "unknown: needs the user", "idp", "error", 0, 1, 2)
	r.Findings = []report.Finding{{Code: "LD9101", Fingerprint: "v1:9101910191019101", Role: report.RootCause, Impact: "info", Certainty: "confirmed",
		Owner: "operator", Stage: "machine", Title: "Wrong session", MessageID: "LD9101.cause",
		Text: "logindoctor ran as SYSTEM. The user's proxy settings, certificates and browser session are not visible to SYSTEM, so 3 of 4 " +
			"pathways could not be judged.",
		Steps: []report.Step{{N: 1, Owner: "operator", Text: "Run the job as the logged-on user."}}, Explain: "LD9101"}}
	r.Untested = nil
	return r
}

// Causes has five independent causes and came from the lab.
func Causes() *report.Report {
	r := Broken()
	r.Demo = true
	r.Run.Complete = false
	r.Verdict.OtherBlocking = 4
	for i, owner := range []string{"psa-admin", "vendor", "isp", "user"} {
		f := report.Finding{Code: fmt.Sprintf("LD710%d", i+1), Fingerprint: fmt.Sprintf("v1:710%d710000000000", i+1), Role: report.RootCause,
			Impact: "blocking", Certainty: []string{"likely", "possible"}[i%2], Owner: owner, Pathways: []string{"api"}, Stage: "login",
			Title: "Keys refused", MessageID: "LD7103.cause", Text: "The API pathway cannot sign in: its key pair is not accepted.",
			Steps: []report.Step{{N: 1, Owner: owner, Text: "Create a new key for the API member, then run `logindoctor run --pathway api` again."},
				{N: 2, Owner: "operator", Text: "Store the new key."}}, Explain: fmt.Sprintf("LD710%d", i+1)}
		r.Findings = append(r.Findings, f)
	}
	set(r, report.Broken, "broken at the sign-in itself: keys refused", "login", "fail", 3)
	return r
}

// Attack is text that must not reach a terminal as it is.
const Attack = "\x1b]0;owned\x07\x1b[2J\u202egnp.exe\u2066\u200b\x00\r\n::error::<script>alert(1)</script>|\u0085\xff\u2028"

// Hostile has hostile text wherever text can stand, and numbers nobody expects.
func Hostile() *report.Report {
	r := Broken()
	long := strings.Repeat("a", 63) + "." + strings.Repeat("b", 63) + "." + strings.Repeat("c", 63) + ".test"
	r.Verdict.Summary.Text = "2 of 4 " + Attack
	r.Context.User, r.Context.Host, r.Context.Site = "Jürgen "+Attack, "電腦"+Attack, Attack
	r.Context.OS.Name = Attack
	r.Target.Host, r.Target.Company, r.Target.Vendor = long, Attack, Attack
	f := &r.Findings[0]
	f.Text = "The certificate of " + long + " is replaced by \"" + Attack + "\". " + strings.Repeat("漢字", 30)
	f.Steps[0].Text = "Exempt " + long + " " + Attack
	f.Steps = append(f.Steps, report.Step{N: 3, Owner: Attack, Text: Attack, Command: Attack})
	f.Basis, f.Endpoint, f.Title = Attack, long, Attack
	f.Params[Attack] = Attack
	r.Findings[2].Text = Attack
	r.Findings = append(r.Findings, report.Finding{Code: "X-nagios-disk-2", Fingerprint: "v1:0000000000000001", Role: report.Unrelated, Impact: "info",
		Certainty: "likely", Owner: "undetermined", Stage: "app", Title: "Plug-in", MessageID: "X-nagios-disk-2.cause", Text: Attack})
	r.Evidence["e1"] = report.Evidence{Check: "tls.issuer", Label: "issuer " + Attack, Value: Attack + strings.Repeat(" x", 900), Class: "freetext", Raw: Attack}
	r.Evidence["e2"] = report.Evidence{Check: "web.answer", Label: "address", Value: "https://user:pw@" + long + "/a/b?code=SECRETSECRET&state=1#frag", Class: "public"}
	r.Pathways[0].ID, r.Pathways[0].Result = "web "+Attack, Attack
	r.Pathways[1].Columns[0].State = Attack
	r.Checks = append(r.Checks, report.Check{ID: "web.answer@" + long, Check: "web.answer", Subject: long, Stage: "web", Pathways: []string{Attack},
		State: "error", Reason: "read: " + Attack})
	r.Untested = append(r.Untested, report.Untested{Pathway: Attack, Reason: Attack})
	r.Limits = []report.Limit{{MessageID: "limit.x", Text: Attack}}
	return r
}

// LongHost is longer than any name in DNS may be, as somebody may write it into a certificate.
var LongHost = strings.TrimSuffix(strings.Repeat("a-label-of-a-server-with-a-long-name.", 9)[:292], "-") + ".example"

// Foreign has the scripts of other people where texts stand: from right to left, wide, with marks above their letters.
func Foreign() *report.Report {
	r := Broken()
	f := &r.Findings[0]
	f.Text = "The certificate of " + LongHost + " is replaced on the way by \"شركة كونتوسو للشبكات\"."
	f.Endpoint, f.Hosts = LongHost, []string{LongHost}
	f.Steps[0].Text = "Exempt " + LongHost + " from TLS inspection on the proxy 10.20.0.8:8080."
	r.Context.User, r.Context.Host, r.Context.Site = `CONTOSO\יעל כהן`, "電腦-0441", "Zürich, Bâle e\u0301tage"
	r.Evidence["e1"] = report.Evidence{Check: "tls.issuer", Label: "issuer through the proxy", Value: "رمز الدخول غير صحيح (ABC 123)", Class: "public"}
	r.Findings[2].Text = "השעון מאחר ב-41 שניות; a page said \"ログインできません\"."
	r.Checks = append(r.Checks, report.Check{ID: "web.answer@" + LongHost, Check: "web.answer", Subject: LongHost, Stage: "web",
		Pathways: []string{"web-sso"}, State: "error", Reason: "the page says: دخول"})
	return r
}

// Worst has more of everything than anyone will see.
func Worst() *report.Report {
	r := Causes()
	prose := strings.Repeat("The certificate of a-rather-long-host-name.subdomain.contoso.example is replaced. ", 20)
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Text, f.Basis = prose, prose
		f.Steps = nil
		for n := range 20 {
			f.Steps = append(f.Steps, report.Step{N: n + 1, Owner: "network", Text: prose, Command: "logindoctor run --only " + strings.Repeat("x", 250)})
		}
		f.Evidence = nil
		for n := range 60 {
			id := fmt.Sprintf("e%d", 60*i+n+1)
			f.Evidence = append(f.Evidence, id)
			r.Evidence[id] = report.Evidence{Check: "tls.issuer", Label: fmt.Sprintf("observation %d of this kind", n), Value: prose, Class: "public", Raw: prose}
		}
	}
	for i := range 40 {
		aside := r.Findings[2]
		aside.Fingerprint = fmt.Sprintf("v1:%016x", i)
		r.Findings = append(r.Findings, aside)
		extra := r.Pathways[i%4]
		extra.ID = fmt.Sprintf("pathway-with-a-long-name-%d", i)
		extra.Result = prose
		r.Pathways = append(r.Pathways, extra)
		r.Untested = append(r.Untested, report.Untested{What: prose, Reason: fmt.Sprintf("%d %s", i, prose)})
		r.Limits = append(r.Limits, report.Limit{MessageID: "limit.x", Text: prose})
	}
	r.Verdict.Summary.Text = prose
	r.Context.User, r.Context.Host = prose, prose
	return r
}
