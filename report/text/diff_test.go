package text

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"logindoctor/report"
	"logindoctor/report/internal/samples"
	"logindoctor/report/redact"
)

// before is the broken sample's healthy past, with the observations that changed since.
func before() (old, new *report.Report) {
	old, new = samples.Healthy(), samples.Broken()
	for _, r := range []*report.Report{old, new} {
		r.Checks = append(r.Checks,
			report.Check{ID: "tls.issuer", Check: "tls.issuer", Stage: "tls", State: "pass", Required: true},
			report.Check{ID: "machine.clock", Check: "machine.clock", Stage: "machine", State: "warn", Required: true, Findings: []string{"LD1102"}},
			report.Check{ID: "machine.proxy", Check: "machine.proxy", Stage: "machine", State: "pass", Required: true},
			report.Check{ID: "login.staff@web-sso", Check: "login.staff", Stage: "login", State: "pass", Required: true})
	}
	n := len(new.Checks)
	new.Checks[n-4].State, new.Checks[n-4].Findings = "fail", []string{"LD3204", "LD3210"}
	new.Checks[n-1].State = "blocked"
	old.Findings = append(old.Findings, new.Findings[2])
	fact := func(check, label, value string) report.Evidence {
		return report.Evidence{Check: check, Node: check, Label: label, Value: value, Class: "public"}
	}
	old.Evidence = map[string]report.Evidence{"e1": fact("tls.issuer", "issuer", "DigiCert Global G2"), "e2": fact("machine.proxy", "proxy", "none"),
		"e3": fact("tls.issuer", "version", "TLS 1.3")}
	new.Evidence = map[string]report.Evidence{"e1": fact("tls.issuer", "issuer", "Contoso Web Gateway CA"),
		"e2": fact("machine.proxy", "proxy", "10.20.0.8:8080"), "e4": fact("tls.issuer", "inspected", "yes")}
	new.Pathways[3].Columns[3].DurationSeconds = 2
	return redact.Apply(old, redact.Internal), redact.Apply(new, redact.Internal)
}

func TestDiffGolden(t *testing.T) {
	const since = "the last ok run (13 Mar 2026 17:20)"
	old, new := before()
	for name, d := range map[string]*report.Difference{"worse": report.Diff(old, new), "better": report.Diff(new, old), "same": report.Diff(new, new),
		"unknown": report.Diff(old, redact.Apply(samples.Unknown(), redact.Internal)),
		"hostile": report.Diff(old, redact.Apply(samples.Hostile(), redact.Internal))} {
		for _, width := range []int{60, 80, 120} {
			var b bytes.Buffer
			if err := RenderDiff(&b, d, since, report.Options{Width: width, ASCII: width == 60}); err != nil {
				t.Fatal(err)
			}
			golden(t, fmt.Sprintf("diff-%s-%d", name, width), b.String())
			if strings.Contains(b.String(), "\x1b") {
				t.Errorf("%s: an escape sequence", name)
			}
		}
	}
}
