package redact_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"

	"logindoctor/checks"
	"logindoctor/report"
	"logindoctor/report/internal/samples"
	"logindoctor/report/json"
	"logindoctor/report/redact"
)

// named is a report in which people, a company and addresses stand in every place they can get into.
func named() *report.Report {
	r := samples.Broken()
	r.Context.User, r.Context.Host, r.Context.Site = `CONTOSO\maria.keller`, "LT-0441.contoso.local", "LT-0441"
	r.Context.Browser = `C:\Users\maria.keller\AppData\Local\Google\Chrome\Application\chrome.exe`
	r.Target.Host, r.Target.Company, r.Target.PublicHosts = "psa.contoso.example", "contoso", []string{"login.microsoftonline.com"}
	r.Findings[0].Text = "The account bob@contoso.example of maria.keller is locked at psa.contoso.example through 10.20.0.8."
	r.Findings[0].Params = map[string]string{"user": "bob@contoso.example", "host": "psa.contoso.example"}
	r.Evidence["e5"] = report.Evidence{Check: "login.staff", Label: "user", Value: "bob@contoso.example", Class: "person"}
	r.Evidence["e6"] = report.Evidence{Check: "login.staff", Label: "said", Value: "Hello Carol Jones <carol@contoso.example>, /home/dave/.cache, 00:1a:2b:3c:4d:5e", Class: "freetext"}
	r.Evidence["e7"] = report.Evidence{Check: "dns.answers", Label: "resolver", Value: "10.20.0.53", Class: "network"}
	r.Checks = append(r.Checks, report.Check{ID: "dns.answers@psa.contoso.example", Check: "dns.answers", Subject: "psa.contoso.example", State: "fail",
		Reason: "asked by LT-0441"})
	r.Artifacts = []report.Artifact{report.Picture("login.staff@psa.contoso.example-page.png", []byte("png"))}
	return r
}

func TestShareReplacesPeopleAndDevices(t *testing.T) {
	r := redact.Apply(named(), redact.Share)
	out := document(t, r)
	for _, gone := range []string{"maria", "lt-0441", "bob@", "carol@", "dave", "00:1a:2b"} {
		if strings.Contains(strings.ToLower(out), gone) {
			t.Errorf("%s is still there", gone)
		}
	}
	for _, kept := range []string{"psa.contoso.example", "10.20.0.8", "10.20.0.53", `"company": "contoso"`} {
		if !strings.Contains(out, kept) {
			t.Errorf("%s is gone", kept)
		}
	}
	if got := fmt.Sprint(r.Context.User, r.Context.Host, r.Context.Site); got != "user-1host-1host-1" {
		t.Errorf("tested as %s", got)
	}
	if want := "The account user-2 of user-1 is locked at psa.contoso.example through 10.20.0.8."; r.Findings[0].Text != want {
		t.Errorf("text %q", r.Findings[0].Text)
	}
	if r.Evidence["e5"].Value != "user-2" || r.Findings[0].Params["user"] != "user-2" {
		t.Errorf("one person has several tokens: %+v %v", r.Evidence["e5"], r.Findings[0].Params)
	}
	if a := r.Artifacts[0]; len(a.Data) > 0 || a.Reason == "" || a.Bytes != 3 {
		t.Errorf("a picture: %+v", a)
	}
	var user report.Token
	for _, e := range r.Redaction.Ledger {
		if e.Token == "user-2" {
			user = e
		}
	}
	if user.Class != "person" || user.Places != 3 || fmt.Sprint(user.Where) != "[findings.params.user findings.text evidence.e5.value]" {
		t.Errorf("the ledger says %+v", user)
	}
	if c := r.Checks[len(r.Checks)-1]; c.ID != "dns.answers@psa.contoso.example" || c.Reason != "asked by host-1" {
		t.Errorf("a check became %+v", c)
	}
	if len(r.Redaction.Ledger) != 5 { // two of the report, three of its texts
		t.Errorf("tokens %+v", r.Redaction.Ledger)
	}
	if n := r.Redaction.Removed; n["person"] < 8 || n["picture"] != 1 || n["network"] != 1 {
		t.Errorf("removed %v", n)
	}
}

func TestPublicNamesNobody(t *testing.T) {
	r := redact.Apply(named(), redact.Public.WithPictures())
	out := strings.ToLower(document(t, r))
	for _, gone := range []string{"maria", "lt-0441", "bob@", "carol", "dave", "contoso.", "10.20.0", "psa."} {
		if strings.Contains(out, gone) {
			t.Errorf("%s is still there", gone)
		}
	}
	if r.Target.Company != "company-1" || r.Target.Host != "server-1" || r.Context.Proxy != "address-1:8080" {
		t.Errorf("target %+v, proxy %s", r.Target, r.Context.Proxy)
	}
	if !strings.Contains(r.Findings[0].Steps[0].Text, "login.microsoftonline.com from TLS inspection on the proxy address-1:8080") {
		t.Errorf("step %q", r.Findings[0].Steps[0].Text)
	}
	if r.Evidence["e6"].Value != "" || len(r.Artifacts[0].Data) > 0 {
		t.Error("what the other side wrote or showed is still there")
	}
}

func TestNamesOfNobodyStay(t *testing.T) {
	r := samples.Unknown()
	r.Context.Host = "desktop" // as a pathway is called
	r = redact.Apply(r, redact.Share)
	if r.Context.User != "SYSTEM" || !strings.Contains(r.Findings[0].Text, "SYSTEM") {
		t.Errorf("%q %q", r.Context.User, r.Findings[0].Text)
	}
	if r.Pathways[1].ID != "desktop" || r.Context.Host != "host-1" {
		t.Errorf("pathway %q on %q", r.Pathways[1].ID, r.Context.Host)
	}
}

func TestStricterStays(t *testing.T) {
	for _, p := range redact.Profiles {
		once := redact.Apply(named(), p)
		for _, q := range redact.Profiles {
			again := redact.Apply(once, q)
			if q.String() == p.String() || q.String() == "internal" {
				if !reflect.DeepEqual(once, again) {
					t.Errorf("%s, then %s: it differs\n%s\n%s", p, q, document(t, once), document(t, again))
				}
			}
			if p.String() == "public" && again.Redaction.Profile != "public" {
				t.Errorf("%s after public: %s", q, again.Redaction.Profile)
			}
		}
	}
	share := redact.Apply(named(), redact.Share)
	if public := redact.Apply(share, redact.Public); public.Context.User != "user-1" || public.Target.Company != "company-1" {
		t.Errorf("%+v", public.Context)
	}
}

// A document cannot pass a name off as a token.
func TestForgedLedger(t *testing.T) {
	r := named()
	r.Redaction.Ledger = []report.Token{{Class: "person", Token: `contoso\maria.keller`}, {Class: "person", Token: "user-7"}}
	if r = redact.Apply(r, redact.Share); r.Context.User != "user-8" {
		t.Errorf("the user is %q", r.Context.User)
	}
}

func TestSameSecretSameToken(t *testing.T) {
	r := samples.Broken()
	r.Evidence["e5"] = report.Evidence{Value: "Cookie: sid=s3cr3tvalue1", Class: "freetext"}
	r.Evidence["e6"] = report.Evidence{Value: "the form sent password=hunter2hunter2 and client_secret=s0m3thing3lse", Class: "freetext"}
	r.Findings[0].Text = "It answered hunter2hunter2."
	r = redact.Apply(r, redact.Internal, checks.NewSecret("hunter2hunter2"))
	if r.Findings[0].Text != "It answered [secret-1]." || !strings.Contains(r.Evidence["e6"].Value, "password=[secret-1] and client_secret=[secret-3]") {
		t.Errorf("%q %q", r.Findings[0].Text, r.Evidence["e6"].Value)
	}
	if e := r.Redaction.Ledger[0]; e.Class != "secret" || e.Token != "secret-1" || e.Places != 2 {
		t.Errorf("%+v", e)
	}
}

func TestLastLook(t *testing.T) {
	for name, c := range map[string]struct {
		profile redact.Profile
		leak    string
		is      string
	}{
		"secret":           {redact.Internal, "x hunter2%68unter2 y", "a secret of the settings"},
		"secret in base64": {redact.Internal, "data:text/plain;charset=x,aHVudGVyMmh1bnRlcjI=", "a secret of the settings"},
		"learned":          {redact.Internal, "tail s3cr3tvalue1", "a secret"},
		"key":              {redact.Internal, "-----BEGIN PRIVATE KEY-----\nMII", "a private key or a signed token"},
		"token":            {redact.Internal, "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0x.c2lnbmF0dXJl", "a private key or a signed token"},
		"user":             {redact.Share, `by contoso\MARIA.keller.`, "what became user-1"},
		"computer":         {redact.Share, "<b>LT-0441</b>", "what became host-1"},
		"company":          {redact.Public, "at psa.contoso.example", "what became server-1"},
	} {
		t.Run(name, func(t *testing.T) {
			r := named()
			r.Evidence["e8"] = report.Evidence{Value: "sid=s3cr3tvalue1", Class: "freetext"}
			gate := redact.New(c.profile, checks.NewSecret("hunter2hunter2"))
			r = gate.Redact(r)
			careless := func(w io.Writer, r *report.Report, o report.Options) error {
				if err := json.Render(w, r, o); err != nil {
					return err
				}
				_, err := io.WriteString(w, c.leak)
				return err
			}
			var out bytes.Buffer
			var leak *redact.LeakError
			if err := gate.Write(&out, "json", r, careless, report.Options{}); !errors.As(err, &leak) || leak.What != c.is || out.Len() > 0 {
				t.Errorf("%v, %d bytes were written", err, out.Len())
			}
			if strings.Contains(strings.ToLower(fmt.Sprint(leak)), "maria") || strings.Contains(fmt.Sprint(leak), "hunter2") {
				t.Errorf("the error leaks: %v", leak)
			}
			if err := gate.Write(&out, "json", r, json.Render, report.Options{}); err != nil {
				t.Errorf("the report itself: %v", err)
			}
		})
	}
}

func document(t *testing.T, r *report.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Render(&b, r, report.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
