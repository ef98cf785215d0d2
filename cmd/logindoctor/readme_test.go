package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"logindoctor/fixtures"
)

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(root + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")
	inline     = regexp.MustCompile("`(logindoctor [^`]+|go [^`]+|cd [^`]+)`")
)

// commands are all that the README tells people to type.
func commands(text string) []string {
	var list []string
	for _, m := range shellBlock.FindAllStringSubmatch(text, -1) {
		list = append(list, strings.Split(strings.TrimSpace(m[1]), "\n")...)
	}
	for _, m := range inline.FindAllStringSubmatch(text, -1) {
		list = append(list, m[1])
	}
	return list
}

// TestCommandsOfTheREADME runs every command of the README. The two that start everything are known by name: demo runs
// here without installing anything, and .ci/test is what runs this test. A run looks at a world of the lab, so that
// nothing leaves this computer; the flags that choose a world are the lab's then.
func TestCommandsOfTheREADME(t *testing.T) {
	w := start(t, "Everything works.\n-- world --\n-- want --\nprimary none\n", fixtures.Options{})
	list := commands(readme(t))
	if len(list) < 8 || list[0] != "go run ./cmd/logindoctor demo --install-browser" || list[1] != "bash .ci/test" {
		t.Fatalf("the README's commands are %q", list)
	}
	past := filepath.Join(t.TempDir(), "history.db")
	keptRun(t, goodAPI, past, 0)
	keptRun(t, brokenAPI, past, 2)
	for _, command := range list {
		t.Run(command, func(t *testing.T) {
			words := strings.Fields(command)
			switch {
			case words[0] == "go" && len(words) > 3 && words[3] == "demo":
				t.Chdir(t.TempDir())
				wantExit(t, w, 0, "demo")
			case words[0] != "logindoctor":
				knownElsewhere(t, command)
			case words[1] == "run":
				t.Chdir(t.TempDir())
				wantExit(t, w, 0, inWorld(words[1:], w)...)
			case words[1] == "review", words[1] == "attach":
				sendingOfREADME(t, w, words[1:])
			case words[1] == "lab" && words[2] == "run":
				scenarioOfREADME(t, w)
			case words[1] == "lab" && words[2] == "score":
				wantExit(t, w, 0, "lab", "score", "--match", "dns.answers/gone")
			case words[1] == "history" || words[1] == "diff":
				wantExit(t, w, 0, append(words[1:], "--history", past)...)
			case words[1] == "init":
				wantExit(t, w, 0, "init", "--config", t.TempDir()+"/config.yaml")
			default:
				wantExit(t, w, 0, words[1:]...)
			}
		})
	}
}

// knownElsewhere are commands that other tests run: the scaffold, the generator, and this test run itself.
func knownElsewhere(t *testing.T, command string) {
	known := []string{"bash .ci/test", "cd checks/suite && go run ./generate new tls.newness", "go generate ./checks/suite",
		"go test ./checks/tls/newness", "go doc logindoctor/checks"}
	if !slices.Contains(known, command) {
		t.Errorf("no test runs %q", command)
	}
}

func wantExit(t *testing.T, w *fixtures.World, want int, args ...string) {
	t.Helper()
	if out, trouble, code := logindoctor(t, w, args...); code != want {
		t.Errorf("logindoctor %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), code, want, out, trouble)
	}
}

// inWorld aims a command of the README at a world of the lab.
func inWorld(words []string, w *fixtures.World) []string {
	var kept []string
	for i := 0; i < len(words); i++ {
		switch word := words[i]; {
		case word == "--resolver" || word == "--connect-to" || word == "--ca-file" || word == "--product" || word == "--company" || word == "--user" || word == "--seen-from":
			i++ // the world brings its own; nobody has looked at it from elsewhere
		case strings.HasPrefix(word, "na"): // the target, which the world's arguments end with
		default:
			kept = append(kept, word)
		}
	}
	return append(kept, w.Args()...)
}

// sendingOfREADME reviews a report of the lab and attaches it there.
func sendingOfREADME(t *testing.T, w *fixtures.World, words []string) {
	t.Chdir(t.TempDir())
	wantExit(t, w, 0, append([]string{"run", "--level", "quick", "-o", "json=report.json", "-o", "none"}, w.Args()...)...)
	out, _, _ := logindoctor(t, w, "review", "report.json", "--config", configOf(w.Args()))
	m := regexp.MustCompile(`Digest ([0-9a-f]{12}) `).FindSubmatch(out)
	if m == nil {
		t.Fatalf("review says\n%s", out)
	}
	for i, word := range words {
		if word == "DIGEST" {
			words[i] = string(m[1])
		}
	}
	if words[0] == "attach" {
		words = append(words[:2:2], append([]string{w.Host("web.na")}, append(words[2:], wayOf(w)...)...)...)
	}
	wantExit(t, w, 0, words...)
}

// scenarioOfREADME diagnoses the scenario that the README shows.
func scenarioOfREADME(t *testing.T, w *fixtures.World) {
	_, text, ok := strings.Cut(readme(t), "```text\nThe name of the identity host")
	if !ok {
		t.Fatal("the README shows no scenario")
	}
	text, _, _ = strings.Cut(text, "```")
	file := t.TempDir() + "/my-fault.txtar"
	if err := os.WriteFile(file, []byte("The name of the identity host"+text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, trouble, code := logindoctor(t, w, "lab", "run", file)
	if code != 2 || !strings.Contains(string(out), "[LD2101]") {
		t.Errorf("exit code %d\n%s%s", code, out, trouble)
	}
}

// TestFirstScreenOfTheREADME compares the diagnosis on the README's first screen with what demo prints today, but for
// what differs from run to run.
func TestFirstScreenOfTheREADME(t *testing.T) {
	_, block, _ := strings.Cut(readme(t), "<!-- demo:begin -->\n```text\n")
	block, _, ok := strings.Cut(block, "\n```\n<!-- demo:end -->")
	if !ok || len(block) < 500 {
		t.Fatal("the README shows no diagnosis")
	}
	w := start(t, string(must(scenarioText("broken"))), fixtures.Options{})
	out, _, _ := logindoctor(t, w, append([]string{"run"}, w.Args()...)...)
	if got, want := steady(block), steady(strings.TrimSpace(string(out))); got != want {
		t.Errorf("the README shows\n%s\nlogindoctor prints\n%s", got, want)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

var unsteady = regexp.MustCompile(`[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{5} UTC|[0-9.]+ m?s\b|[0-9a-f]{20,}|Tested as .*|the [0-9]+ checks|[0-9]+ d\b|Root R1 [A-Za-z0-9 ]+`)

// steady blanks what differs from run to run.
func steady(text string) string { return unsteady.ReplaceAllString(text, "~") }
