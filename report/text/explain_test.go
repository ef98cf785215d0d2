package text

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"logindoctor/checks"
	"logindoctor/report"
	"logindoctor/report/internal/fold"
)

const manual = `# tls.issuer

Does somebody on the way replace certificates?

## LD3204 Certificate replaced by an inspecting proxy
The certificate of {host} is replaced on the way by "{issuer}".
### Meaning
A device on the network opens the encrypted connection, reads it and closes it
again with a certificate of its own. The computer must trust the issuer of
that certificate. Here it does not.
### What people see
- Browser: a "connection is not private" page before any password field.
- Desktop client: an empty or grey sign-in window, or an immediate error.
### Why it happens
- The proxy's issuer was not installed in this user's or machine's store.
- The computer is new, re-imaged or left the management group.
- A program keeps its own store and ignores the operating system's.
### How logindoctor knows
It compares the issuer seen through the configured proxy, the issuer seen
without it, and the issuer published for this host.

Finding = the first differs, and the trust store does not contain it.
### Who fixes it, and how
- network: Exempt {host} from inspection. Many identity providers do not
  support inspection of these hosts.
- network: Then tell the help desk.
- device-it: Otherwise install the proxy's issuer "{issuer_name}" for machine and browsers.
- user: Nothing. Do not click through the warning.
### Prove the fix
logindoctor run --only tls.issuer
Then open a page of {host} in the browser.
### Undo
Remove the exemption or the installed issuer. No data is affected.
### When this can be wrong
A private link to the provider with its own certificate looks alike. Then
declare the issuer as expected: config key ` + "`expect.issuers: [NAME]`" + `.
`

func explained(t *testing.T, o report.Options) string {
	t.Helper()
	m, err := checks.ReadManual(fstest.MapFS{"README.md": {Data: []byte(manual)}})
	if err != nil {
		t.Fatal(err)
	}
	related := []*checks.ManualSection{{Code: "LD3201", Title: "Certificate expired"}, {Code: "LD3210", Title: "Issuer not trusted"},
		{Code: "LD1102", Title: "Clock wrong"}, {Code: "LD2301", Title: "Proxy asks for a password"}}
	var b bytes.Buffer
	code := &checks.Code{ID: "LD3204", Impact: checks.Blocking, Owner: checks.OwnerNetwork}
	if err := Explain(&b, m.Section("LD3204"), code, related, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestExplain(t *testing.T) {
	for _, width := range []int{40, 60, 80, 120} {
		o := report.Options{Width: width}
		plain := explained(t, o)
		golden(t, fmt.Sprintf("explain-%d", width), plain)
		for _, l := range strings.Split(plain, "\n") {
			if fold.Width(l) > width || strings.TrimRight(l, " ") != l {
				t.Errorf("%d columns: %q", fold.Width(l), l)
			}
		}
		o.Color = true
		if got := sgr.ReplaceAllString(explained(t, o), ""); got != plain {
			t.Errorf("without colour the layout is another one:\n%s", got)
		}
	}
}

func TestExplainLeavesEmptyPartsOut(t *testing.T) {
	var b bytes.Buffer
	s := &checks.ManualSection{Code: "X-disk-2", Title: "Disk full", Meaning: "It is full."}
	if err := Explain(&b, s, &checks.Code{Impact: checks.Info, Owner: checks.OwnerUndetermined}, nil, report.Options{}); err != nil {
		t.Fatal(err)
	}
	if want := "X-disk-2  Disk full\nImpact: info.  Usual owner: undetermined.\n\nMEANING\n  It is full.\n"; b.String() != want {
		t.Errorf("got %q", b.String())
	}
}
