package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"logindoctor/checks/checktest"
	"logindoctor/checks/world"
	"logindoctor/fixtures"
	"logindoctor/fixtures/identity"
	"logindoctor/report"
)

// codes are those of a report's findings.
func codes(r *report.Report) []string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, f.Code)
	}
	return all
}

// TestASecondRunKnowsWhatTheFirstSpent signs in with a wrong password twice; the server counts one attempt. With nothing kept
// nobody can know.
func TestASecondRunKnowsWhatTheFirstSpent(t *testing.T) {
	w := start(t, "An old password.\n-- world --\nperson password the-one-before\n-- run --\n--browser none\n--pathway web-local\n-- want --\nprimary none\n",
		fixtures.Options{})
	file := filepath.Join(t.TempDir(), "history.db")
	for i, want := range []string{"LD6021", "LD6023"} {
		r := diagnosed(t, w, "--login", "--history", file)
		if got := codes(r); !slices.Equal(got, []string{want}) || w.Attempts("web") != 1 {
			t.Errorf("run %d: codes %v, %d attempts", i+1, got, w.Attempts("web"))
		}
		if want == "LD6023" && !strings.Contains(r.Findings[0].Text, "not successful") {
			t.Errorf("the reason is %q", r.Findings[0].Text)
		}
	}
	if r := diagnosed(t, w, "--history", file); len(r.Findings) != 0 || w.Attempts("web") != 1 {
		t.Errorf("without --login: %v, %d attempts", codes(r), w.Attempts("web"))
	}
}

// TestAPersonIsAskedForACredential pipes the password into the program.
func TestAPersonIsAskedForACredential(t *testing.T) {
	w := start(t, "Everything works.\n-- world --\n-- run --\n--browser none\n--pathway web-local\n-- want --\nprimary none\n", fixtures.Options{})
	password := secretOf(t, w, "staff.password")
	askInSettings(t, w, "staff.password")
	args := slices.Concat([]string{"run", "-o", "brief", "--login", "--history", "none"}, w.Args())
	out, trouble, code := fed(t, password+"\n", w.Env(), args...)
	said := string(out) + string(trouble)
	if code != 0 || !strings.Contains(string(trouble), "Value of the credential staff.password?") || strings.Contains(said, password) || w.Attempts("web") != 1 {
		t.Errorf("exit %d, %d attempts\n%s%s", code, w.Attempts("web"), out, trouble)
	}
	out, trouble, code = fed(t, password+"\n", w.Env(), append(args, "--no-input")...)
	if code != 0 || bytes.Contains(trouble, []byte("?")) || w.Attempts("web") != 1 {
		t.Errorf("--no-input: exit %d, %d attempts\n%s%s", code, w.Attempts("web"), out, trouble)
	}
}

// TestACodeThatCameByMessageIsAskedFor types what a person would read from the phone.
func TestACodeThatCameByMessageIsAskedFor(t *testing.T) {
	if _, err := world.FindBrowser(""); err != nil {
		checktest.Missing(t, "a browser")
	}
	w := start(t, "A code by message.\n-- world --\nidp factor \"We texted your phone ending in 42.\"\n-- run --\n--pathway web-sso\n-- want --\nprimary none\n",
		fixtures.Options{})
	code, err := identity.Code(secretOf(t, w, "staff.totp"), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	out, trouble, exit := fed(t, code+"\n", w.Env(), slices.Concat([]string{"run", "-o", "json", "--login", "--ask", "--history", "none"}, w.Args())...)
	var r report.Report
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("%v\n%s%s", err, out, trouble)
	}
	if exit != 0 || r.Pathways[0].Depth != "login" || !bytes.Contains(trouble, []byte("by mail, text message or call")) || bytes.Contains(out, []byte(code)) {
		t.Errorf("exit %d, depth %s, codes %v\n%s", exit, r.Pathways[0].Depth, codes(&r), trouble)
	}
}

// secretOf reads a credential of the world where its settings keep it.
func secretOf(t *testing.T, w *fixtures.World, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(filepath.Dir(configOf(w.Args())), name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// askInSettings has the settings ask for a credential instead of naming a file.
func askInSettings(t *testing.T, w *fixtures.World, name string) {
	t.Helper()
	path := configOf(w.Args())
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	kept := strconv.Quote("file:" + filepath.Join(filepath.Dir(path), name))
	if !strings.Contains(string(text), kept) {
		t.Fatalf("no %s in\n%s", kept, text)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), kept, "prompt", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}
