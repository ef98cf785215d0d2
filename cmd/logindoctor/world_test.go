package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"logindoctor/fixtures"
	"logindoctor/report"
)

// start starts a world from the text of a scenario; it ends with the test.
func start(t testing.TB, text string, o fixtures.Options) *fixtures.World {
	t.Helper()
	s, err := fixtures.Parse(t.Name(), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	o.Dir = t.TempDir()
	w, err := fixtures.Start(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

// logindoctor runs the program as another process in a world and returns what it says.
func logindoctor(t testing.TB, w *fixtures.World, args ...string) (stdout, stderr []byte, code int) {
	t.Helper()
	return called(t, w.Env(), args...)
}

// called runs the program with variables of its own.
func called(t testing.TB, env []string, args ...string) (stdout, stderr []byte, code int) {
	t.Helper()
	return fed(t, "", env, args...)
}

// fed is called with something on the standard input.
func fed(t testing.TB, input string, env []string, args ...string) (stdout, stderr []byte, code int) {
	t.Helper()
	path, err := exec.LookPath("logindoctor") // put there by testscript.Main
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), path, args...)
	cmd.Env = append(bareEnvironment(), env...)
	var out, trouble bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &trouble
	err = cmd.Run()
	if exit, ok := err.(*exec.ExitError); ok {
		code = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), trouble.Bytes(), code
}

func diagnosed(t testing.TB, w *fixtures.World, args ...string) *report.Report {
	t.Helper()
	out, trouble, _ := logindoctor(t, w, append(append([]string{"run", "-o", "json"}, args...), w.Args()...)...)
	var r report.Report
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("%v\n%s%s", err, out, trouble)
	}
	return &r
}

func TestOneBrokenRootIsOneFailure(t *testing.T) {
	w := start(t, "The identity host is gone.\n-- world --\ndns * idp rcode NXDOMAIN soa\n-- want --\nprimary none\n", fixtures.Options{})
	r := diagnosed(t, w, "--level", "quick")
	root := "dns.answers@" + w.Host("idp")
	var failed []string
	seen := map[string]string{}
	for _, c := range r.Checks {
		seen[c.ID] = c.State
		if c.State == "fail" {
			failed = append(failed, c.ID)
		}
		if c.State == "blocked" && (len(c.BlockedBy) != 1 || c.BlockedBy[0] != root) {
			t.Errorf("%s is blocked by %v, want %s", c.ID, c.BlockedBy, root)
		}
	}
	if len(failed) != 1 || failed[0] != root {
		t.Errorf("failed are %v, want %s alone", failed, root)
	}
	for _, id := range []string{"machine.clock", "machine.proxy", "web.answer@" + w.Host("web"), "web.answer@" + w.Host("portal"), "login.api@api"} {
		if seen[id] != "pass" {
			t.Errorf("%s is %q, want pass", id, seen[id])
		}
	}
	for _, id := range []string{"tcp.connect@" + w.Host("idp"), "idp.discovery@" + w.Host("idp")} {
		if seen[id] != "blocked" {
			t.Errorf("%s is %q, want blocked", id, seen[id])
		}
	}
	states := map[string]string{}
	for _, p := range r.Pathways {
		states[p.ID] = p.State
	}
	if states["api"] != "ok" || states["portal"] != "ok" || states["web-sso"] != "broken" {
		t.Errorf("pathways are %v", states)
	}
}

func TestReportNamesWhatWasMeasuredAndNotTheScenario(t *testing.T) {
	for seed := range uint64(3) {
		w := start(t, "The API host is gone.\n-- world --\ndns * api rcode NXDOMAIN soa\n-- want --\nprimary none\n", fixtures.Options{Hidden: true, Seed: seed})
		out, _, code := logindoctor(t, w, append([]string{"run", "--pathway", "api"}, w.Args()...)...)
		if code != 2 || !strings.Contains(string(out), w.Host("api")) {
			t.Errorf("seed %d: exit code %d, and the report does not name %s:\n%s", seed, code, w.Host("api"), out)
		}
	}
}

// encodings are the forms in which a secret may leak.
func encodings(secret string) []string {
	forms := []string{secret, url.QueryEscape(secret), url.PathEscape(secret), hex.EncodeToString([]byte(secret)),
		strings.ToUpper(hex.EncodeToString([]byte(secret)))}
	for shift := range 3 { // base64 of a longer text that holds the secret at any offset
		for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			text := e.EncodeToString([]byte(strings.Repeat("\x00", shift) + secret))
			forms = append(forms, text[4:len(text)-4])
		}
	}
	return forms
}

func TestNoSecretInAnyOutput(t *testing.T) {
	for _, name := range []string{"ok", "canary", "hostile"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := scenarioText(name)
			if err != nil {
				t.Fatal(err)
			}
			w := start(t, string(text), fixtures.Options{})
			if len(w.Secrets()) < 5 {
				t.Fatalf("only %d secrets are planted", len(w.Secrets()))
			}
			dir := t.TempDir()
			args := []string{"run", "-vv", "--level", "deep", "--progress", "plain"}
			for _, f := range formats {
				switch f.name {
				case "none", "text", pdfFormat: // a PDF is the html, in glyphs
				case templateFormat:
					whole := filepath.Join(t.TempDir(), "whole.tmpl")
					if err := os.WriteFile(whole, []byte("{{.}}{{json .}}"), 0o600); err != nil {
						t.Fatal(err)
					}
					args = append(args, "-o", f.name+"="+whole+"="+filepath.Join(dir, f.name))
				default:
					args = append(args, "-o", f.name+"="+filepath.Join(dir, f.name))
				}
			}
			out, trouble, _ := logindoctor(t, w, append(args, w.Args()...)...)
			outputs := map[string][]byte{"standard output": out, "standard error": trouble}
			shown, _, _ := logindoctor(t, w, "config", "show", "--config", configOf(w.Args()))
			outputs["config show"] = shown
			entries, err := os.ReadDir(dir)
			if err != nil || len(entries) < 3 {
				t.Fatalf("%d files, %v\n%s", len(entries), err, trouble)
			}
			for _, e := range entries {
				if outputs[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
					t.Fatal(err)
				}
			}
			for _, secret := range w.Secrets() {
				for _, form := range encodings(secret) {
					for where, text := range outputs {
						if bytes.Contains(text, []byte(form)) {
							t.Errorf("%s holds a secret as %q", where, form)
						}
					}
				}
			}
		})
	}
}

func configOf(args []string) string {
	for i, a := range args {
		if a == "--config" {
			return args[i+1]
		}
	}
	return ""
}
