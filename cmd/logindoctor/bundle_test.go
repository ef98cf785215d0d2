package main

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"logindoctor/checks"
	"logindoctor/fixtures"
	"logindoctor/report"
	"logindoctor/report/json"
)

// A bundle gives the same report again, elsewhere and without a network, also after it was redacted.
func TestBundleIsJudgedAlike(t *testing.T) {
	for name, line := range map[string]string{
		"healthy":          "",
		"name gone":        "dns * idp rcode NXDOMAIN soa",
		"certificate":      "tls web until -1d",
		"one address dead": "dns * web a web web/2\nnet web/2 closed",
		"keys":             "app api keys refuse",
		"clock":            "time world +400d",
		"sinkhole":         "dns dns1 idp a 0.0.0.0 ttl 5 ede 17",
		"proxy":            "machine proxy proxy\nnet direct * silent\nproxy connect idp 403",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t, "A world.\n-- world --\n"+line+"\n-- want --\nprimary none\n", fixtures.Options{})
			dir := t.TempDir()
			zip, doc := filepath.Join(dir, "b.zip"), filepath.Join(dir, "r.json")
			_, trouble, ran := logindoctor(t, w, append([]string{"run", "--level", "quick", "-o", "none", "-o", "bundle=" + zip, "-o", "json=" + doc}, w.Args()...)...)
			want, err := json.Read(bytes.NewReader(must(os.ReadFile(doc))))
			if err != nil {
				t.Fatalf("%v\n%s", err, trouble)
			}
			if out, trouble, code := logindoctor(t, w, "bundle", "verify", zip); code != 0 || !strings.Contains(string(out), "is as it was made by logindoctor") {
				t.Errorf("verify: exit code %d\n%s%s", code, out, trouble)
			}
			for _, from := range []string{zip, doc} {
				out, trouble, code := logindoctor(t, w, "bundle", "analyze", from, "-o", "json")
				got, err := json.Read(bytes.NewReader(out))
				if err != nil || code != ran || len(trouble) > 0 {
					t.Fatalf("analyze %s: exit code %d, want %d, %v\n%s", filepath.Base(from), code, ran, err, trouble)
				}
				alike(t, got, want)
			}
			shared := filepath.Join(dir, "shared.zip")
			if _, trouble, code := logindoctor(t, w, "render", doc, "--redact", "public", "-o", "none", "-o", "bundle="+shared); code != 0 {
				t.Fatalf("%s", trouble)
			}
			out, _, code := logindoctor(t, w, "bundle", "analyze", shared, "-o", "json")
			got, err := json.Read(bytes.NewReader(out))
			if err != nil || code != ran || got.Redaction.Profile != "public" || got.Verdict.State != want.Verdict.State ||
				got.Verdict.PrimaryFinding != want.Verdict.PrimaryFinding || got.Phone() != want.Phone() {
				t.Errorf("redacted: exit code %d, %v, %+v", code, err, got)
			}
			broken := must(os.ReadFile(zip))
			broken[len(broken)/3] ^= 1
			if err := os.WriteFile(zip, broken, 0o600); err != nil {
				t.Fatal(err)
			}
			for _, command := range []string{"verify", "analyze"} {
				if out, trouble, code := logindoctor(t, w, "bundle", command, zip); code != 3 || !strings.Contains(string(trouble), "changed") || len(out) > 0 {
					t.Errorf("%s of a changed bundle: exit code %d\n%s%s", command, code, out, trouble)
				}
			}
		})
	}
}

// alike compares what two reports say.
func alike(t *testing.T, got, want *report.Report) {
	t.Helper()
	for _, c := range []struct {
		what      string
		got, want any
	}{{"verdict", got.Verdict, want.Verdict}, {"findings", got.Findings, want.Findings}, {"pathways", got.Pathways, want.Pathways},
		{"checks", got.Checks, want.Checks}, {"evidence", got.Evidence, want.Evidence}, {"target", got.Target, want.Target}, {"context", got.Context, want.Context}} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s\n%+v\nwant\n%+v", c.what, c.got, c.want)
		}
	}
}

// Newer rules judge the same facts otherwise.
func TestNewerRules(t *testing.T) {
	w := start(t, "A world.\n-- world --\ndns * idp rcode NXDOMAIN soa\n-- want --\nprimary none\n", fixtures.Options{})
	out, _, _ := logindoctor(t, w, append([]string{"run", "--level", "quick", "-o", "json"}, w.Args()...)...)
	old, err := json.Read(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	by := report.Rules{}
	for _, c := range allCodes() {
		if newer := *c; newer.ID == "LD2101" {
			newer.Impact = checks.Degrading
			by.Codes = append(by.Codes, &newer)
		}
	}
	again := old.Again(by, report.Tool{Name: "logindoctor", Version: "9.0.0"})
	if again.Verdict.State != report.Degraded || again.Tool.Version != "9.0.0" {
		t.Errorf("%+v %+v", again.Verdict, again.Findings[0])
	}
	if s := otherwise(old, again); s != "The rules have changed: logindoctor "+release+" said BROKEN LD2101, logindoctor 9.0.0 says DEGRADED LD2101." {
		t.Error(s)
	}
	if (&report.Report{}).Again(by, tool()) != nil {
		t.Error("a report without facts is judged")
	}
}
