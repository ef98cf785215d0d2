package catalog_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/catalog"
)

var everything = catalog.Input{Target: "na", Company: "acme", User: "alice", Portal: "acme.myportallogin.com", HaveAPIKey: true}

// describe writes the parts of a target that depend on the input.
func describe(t *checks.Target) string {
	var b strings.Builder
	fmt.Fprintf(&b, "region %s\n", t.Region)
	for _, p := range t.Pathways {
		fmt.Fprintf(&b, "pathway %s %s %s:", p.ID, map[checks.Clients]string{checks.Browsers: "browser", checks.Programs: "program"}[p.Client], p.Start)
		subjects(&b, p.Subjects)
	}
	for _, id := range []string{"web-sso", "web-local", "desktop", "portal", "api", "home", "desk", "hook", "help"} {
		if needs, ok := t.Untested[id]; ok {
			fmt.Fprintf(&b, "untested %s: %s\n", id, needs)
		}
	}
	b.WriteString("controls:")
	subjects(&b, t.Controls)
	b.WriteString("others:")
	subjects(&b, t.Others)
	fmt.Fprintf(&b, "time: %s\n", strings.Join(t.Time, " "))
	return b.String()
}

func subjects(b *strings.Builder, list []*checks.Subject) {
	for _, s := range list {
		fmt.Fprintf(b, " %s=%s%s", s.Role, s.Address(), s.Path)
	}
	b.WriteString("\n")
}

func TestTarget(t *testing.T) {
	saas, err := catalog.Load("saas.yaml", []byte(read(t, "saas.yaml")))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		product *checks.Product
		input   catalog.Input
	}{
		"everything": {catalog.Default(), everything},
		"bare":       {catalog.Default(), catalog.Input{Target: "eu"}},
		"onprem":     {catalog.Default(), catalog.Input{Target: "PSA.example.test.:8443", Company: "a b/c", User: "x", HaveAPIKey: true}},
		"asked":      {catalog.Default(), catalog.Input{Region: "za", Pathways: []string{"api", "web-sso", "api"}, Company: "acme", TimeServers: []string{"192.0.2.1:1123"}}},
		"saas":       {saas, catalog.Input{Target: "south", Company: "acme", HaveAPIKey: true}},
		"saas-north": {saas, catalog.Input{Target: "desk.tidepool.example"}},
	} {
		t.Run(name, func(t *testing.T) {
			target, err := catalog.Target(c.product, c.input)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "target-"+name+".golden", strings.TrimSuffix(describe(target), "\n"))
		})
	}
}

func TestTargetSpellings(t *testing.T) {
	for text, want := range map[string]string{
		"na": "na na.myconnectwise.net", "NA": "na na.myconnectwise.net", "na.myconnectwise.net": "na na.myconnectwise.net",
		"na.myconnectwise.net.": "na na.myconnectwise.net", "NA.MyConnectWise.net:443": "na na.myconnectwise.net",
		"api-eu.myconnectwise.net": "eu eu.myconnectwise.net", "staging": "staging staging.connectwisedev.com",
		"na.myconnectwise.net:8443": "onprem na.myconnectwise.net:8443", "psa.example.test": "onprem psa.example.test",
		"192.0.2.1": "onprem 192.0.2.1", "192.0.2.1:444": "onprem 192.0.2.1:444", "2001:db8::1": "onprem 2001:db8::1",
		"[2001:db8::1]:444": "onprem [2001:db8::1]:444", "psa:443": "onprem psa",
	} {
		target, err := catalog.Target(catalog.Default(), catalog.Input{Target: text, Pathways: []string{"web-local"}})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := target.Region + " " + target.Pathways[0].Host(checks.RoleWeb).Name(); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestTargetSharesHosts(t *testing.T) {
	target, err := catalog.Target(catalog.Default(), everything)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := target.Pathways[0].Host(checks.RoleIDP), target.Pathways[2].Host(checks.RoleIDP); a == nil || a != b {
		t.Errorf("two pathways hold %v and %v", a, b)
	}
}

func TestInputErrors(t *testing.T) {
	const secret = "hunter2"
	for name, c := range map[string]struct {
		input          catalog.Input
		statement, try string
	}{
		"nothing":         {catalog.Input{}, "No target was given.", "na, eu, au, aus, za, staging"},
		"unknown region":  {catalog.Input{Target: "nu"}, `There is no region "nu".`, "logindoctor run na "},
		"far from any":    {catalog.Input{Target: "antarctica"}, `There is no region "antarctica".`, "logindoctor run TARGET    (regions: na, eu"},
		"region":          {catalog.Input{Region: "stagin"}, `There is no region "stagin".`, "logindoctor run staging "},
		"both":            {catalog.Input{Target: "na", Region: "eu"}, "does not belong to region eu; it belongs to na.", "leave the region out"},
		"scheme":          {catalog.Input{Target: "https://na.myconnectwise.net"}, "it holds a scheme", "logindoctor run na.myconnectwise.net"},
		"path":            {catalog.Input{Target: "na.myconnectwise.net/v4_6_release/"}, "it holds a path", "na.myconnectwise.net"},
		"scheme and path": {catalog.Input{Target: "https://PSA.example.test:8443/login?x=1#y"}, "it holds a scheme", "psa.example.test:8443"},
		"query":           {catalog.Input{Target: "psa.example.test?txtPass=" + secret}, "it holds a path", "psa.example.test"},
		"backslash":       {catalog.Input{Target: `\\psa.example.test\share`}, "it holds a path", "psa.example.com    or:"},
		"login":           {catalog.Input{Target: "https://user:" + secret + "@psa.example.test/"}, "it holds a scheme", "psa.example.test"},
		"user":            {catalog.Input{Target: "user:" + secret + "@psa.example.test"}, "it holds a user name", "psa.example.test"},
		"trailing blank":  {catalog.Input{Target: "na.myconnectwise.net "}, "it holds blanks at its ends", "na.myconnectwise.net"},
		"trailing tab":    {catalog.Input{Target: "na\t"}, "it holds blanks at its ends", "na"},
		"port 0":          {catalog.Input{Target: "psa.example.test:0"}, "a port is a number from 1 to 65535", "psa.example.test"},
		"port too high":   {catalog.Input{Target: "psa.example.test:65536"}, `has port "65536"`, "psa.example.test"},
		"no port":         {catalog.Input{Target: "psa.example.test:"}, `has port ""`, "psa.example.test"},
		"word as port":    {catalog.Input{Target: "psa.example.test:https"}, `has port "https"`, "psa.example.test"},
		"two ports":       {catalog.Input{Target: "psa.example.test:1:2"}, "more than one port", "psa.example.com    or:"},
		"blank inside":    {catalog.Input{Target: "psa .example.test"}, "is no host name", "psa.example.com    or:"},
		"look-alike":      {catalog.Input{Target: "nа.myconnectwise.net"}, "is no host name", "psa.example.com    or:"},
		"empty label":     {catalog.Input{Target: "psa..test"}, "is no host name", "psa.example.com    or:"},
		"long label":      {catalog.Input{Target: strings.Repeat("a", 64) + ".test"}, "1 to 63", "psa.example.com    or:"},
		"long name":       {catalog.Input{Target: strings.Repeat("a.", 127) + "test"}, "at most 253", "psa.example.com    or:"},
		"scheme alone":    {catalog.Input{Target: "https://"}, "it holds a scheme", "psa.example.com    or:"},
		"pathway":         {catalog.Input{Target: "na", Pathways: []string{"web-sos"}}, `There is no pathway "web-sos".`, "--pathway web-sso "},
		"other pathway":   {catalog.Input{Target: "na", Pathways: []string{"gopher"}}, `There is no pathway "gopher".`, "web-sso, web-local, desktop, portal, portal-legacy, api, home"},
		"portal missing":  {catalog.Input{Target: "na", Pathways: []string{"portal"}}, "Pathway portal cannot be tested without the portal.", "add --portal"},
		"portal address":  {catalog.Input{Target: "na", Portal: "https://acme.myportallogin.com/"}, "The portal must be a host name alone", "--portal acme.myportallogin.com"},
		"time server":     {catalog.Input{Target: "na", TimeServers: []string{"ntp://x.test"}}, "The time server must be", "--time-server x.test"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := catalog.Target(catalog.Default(), c.input)
			var input *catalog.InputError
			if !errors.As(err, &input) {
				t.Fatalf("got %v", err)
			}
			if !strings.Contains(input.Statement, c.statement) || !strings.Contains(input.Try, c.try) {
				t.Errorf("got:\n%v", err)
			}
			if strings.Contains(err.Error(), secret) || strings.ContainsAny(input.Statement, "\n\t") {
				t.Errorf("the message repeats too much:\n%v", err)
			}
		})
	}
}

func TestNothingToTest(t *testing.T) {
	p := *catalog.Default()
	p.Pathways = p.Pathways[3:6]
	_, err := catalog.Target(&p, catalog.Input{Target: "na"})
	if err == nil || err.Error() != "No pathway can be tested with what is known.\nTry:  add company, api_key; or portal" {
		t.Errorf("got %v", err)
	}
}

func TestLimits(t *testing.T) {
	in := everything
	in.Limits.ClockBad = checks.Duration(time.Minute)
	in.Expect.Issuers = []string{"Gateway"}
	target, err := catalog.Target(catalog.Default(), in)
	if err != nil {
		t.Fatal(err)
	}
	want := checks.Limits{ClockNote: 10e9, ClockRisk: 30e9, ClockBad: 60e9, ClockTokens: 300e9, SlowFirst: 5e9}
	if target.Limits != want || len(target.Expect.Issuers) != 1 {
		t.Errorf("got %+v", target.Limits)
	}
}

func TestBare(t *testing.T) {
	for text, want := range map[string]string{
		"na": "na", " https://NA.example.test/x?y#z ": "na.example.test", "u:p@h.test:8443/": "h.test:8443", "h.test:https": "h.test",
		"h.test.": "h.test", "[::1]:8443": "[::1]:8443", "": "", "https://": "",
	} {
		if got := catalog.Bare(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	words := []string{"web-sso", "web-local", "desktop", "portal", "api", "home"}
	for word, want := range map[string]string{"web-sos": "web-sso", "Portal": "portal", "dekstop": "desktop", "apis": "api", "hmoe": "home",
		"gopher": "", "x": "", "": "", strings.Repeat("portal", 1000): ""} {
		if got := catalog.Nearest(word, words); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}
