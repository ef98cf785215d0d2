package plugin

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/world"
)

const readme = `# app.door

Is the door open?

## X-door-7 Door shut
The door to {room} is shut.
### Meaning
Nobody gets in.
### What people see
A door.
### Why it happens
Wind.
### How logindoctor knows
It knocks.
### Who fixes it, and how
- device-it: Open the door.
### Prove the fix
logindoctor run --only app.door
### Undo
Shut the door.
### When this can be wrong
Never.
`

func described(t *testing.T, change func(map[string]any)) string {
	t.Helper()
	d := map[string]any{"version": 1, "manual": readme,
		"codes": []map[string]any{{"id": "X-door-7", "impact": "blocking", "owner": "device-it", "explained_by": []string{}}}}
	change(d)
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// speaker is a program that answers describe and run with fixed texts and keeps what it was asked.
func speaker(t *testing.T, describe, run string) (path, asked string) {
	t.Helper()
	dir := t.TempDir()
	asked = filepath.Join(dir, "asked")
	for name, text := range map[string]string{"describe": describe, "run": run} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return program(t, `for last; do :; done; [ "$last" = run ] && /bin/cat >`+asked+`; /bin/cat `+dir+`/$last`), asked
}

func TestJSONContract(t *testing.T) {
	path, asked := speaker(t, described(t, func(map[string]any) {}), `{"version":1,
		"findings":[{"code":"X-door-7","certainty":"likely","owner":"network","evidence":[{"key":"room","value":"12\u001b","class":"public"}]},
			{"code":"X-door-7","certainty":"possible","evidence":[{"key":"room","value":"opened by hunter2","class":"org"}]}],
		"evidence":[{"key":"knocks","value":"3","class":"public"}]}`)
	t.Setenv("LD_TEST_SECRET", "hunter2\n")
	c := declare(t, Declaration{Speaks: JSON, Command: []string{path, "--for", "{host}"}, Secrets: []string{"staff.password"}})
	p, err := apply(t, c, world.Options{Secrets: map[string]string{"staff.password": "env:LD_TEST_SECRET"}})
	want := "X-door-7 blocking likely network [{room 12 public}]\n" +
		"X-door-7 blocking possible device-it [{room opened by [secret] org}]\n[{knocks 3 public}]"
	if got := text(p); got != want || err != nil {
		t.Errorf("got %s, %v", got, err)
	}
	question, err := os.ReadFile(asked)
	if got := string(question); got != `{"version":1,"host":"na.test","port":443,"role":"web","path":"","region":"na",`+
		`"pathways":["web-sso","web-local"],"secrets":{"staff.password":"hunter2\n"}}` {
		t.Errorf("asked %s, %v", got, err)
	}
	book, err := checks.ReadManual(c.Files)
	if err != nil || book.Section("X-door-7").Sentence != "The door to {room} is shut." {
		t.Errorf("manual %+v, %v", book, err)
	}
}

func TestJSONWithoutItsSecret(t *testing.T) {
	path, asked := speaker(t, described(t, func(map[string]any) {}), `{"version":1}`)
	_, err := apply(t, declare(t, Declaration{Speaks: JSON, Command: []string{path}, Secrets: []string{"staff.password"}}), world.Options{})
	if _, missing := os.Stat(asked); err == nil || missing == nil {
		t.Errorf("it ran: %v", err)
	}
}

func TestDescriptionsThatAreRefused(t *testing.T) {
	code := func(key string, value any) func(map[string]any) {
		return func(d map[string]any) { d["codes"].([]map[string]any)[0][key] = value }
	}
	for name, test := range map[string]struct {
		change func(map[string]any)
		want   string
	}{
		"another version":    {func(d map[string]any) { d["version"] = 2 }, "version 2 is not 1"},
		"no version":         {func(d map[string]any) { delete(d, "version") }, "version 0 is not 1"},
		"unknown field":      {func(d map[string]any) { d["colour"] = "red" }, "unknown field"},
		"no codes":           {func(d map[string]any) { d["codes"] = []any{} }, "no codes"},
		"foreign code":       {code("id", "LD3204"), "write X-door- and a number"},
		"sloppy code":        {code("id", "X-door-07"), "write X-door- and a number"},
		"code of another":    {code("id", "X-window-1"), "write X-door- and a number"},
		"impact":             {code("impact", "severe"), "impact"},
		"owner":              {code("owner", "boss"), "nobody is called"},
		"manual":             {func(d map[string]any) { d["manual"] = "# app.door\n## X-door-7 Door\ntext\n" }, "lacks the heading"},
		"code not in manual": {code("id", "X-door-8"), "no section for X-door-8"},
	} {
		path, _ := speaker(t, described(t, test.change), "")
		_, err := New(t.Context(), Declaration{Name: "door", Speaks: JSON, Command: []string{path}})
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), path+" describe") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestResultsThatAreRefused(t *testing.T) {
	finding := func(code, certainty, owner, evidence string) string {
		return `{"version":1,"findings":[{"code":"` + code + `","certainty":"` + certainty + `","owner":"` + owner + `","evidence":[` + evidence + `]}]}`
	}
	const room = `{"key":"room","value":"1","class":"public"}`
	for name, test := range map[string]struct{ said, want string }{
		"nothing":         {"", "EOF; it printed nothing"},
		"garbage":         {"Traceback (most recent call last):\n  boom", `it printed "Traceback (most recent call last): / boom"`},
		"echoes a secret": {`{"version":1,"hunter2":1}`, `unknown field "[secret]"`},
		"version":         {`{"version":3,"new":1}`, "version 3 is not 1"},
		"two documents":   {`{"version":1}{"version":1}`, "something follows"},
		"unknown code":    {finding("X-door-9", "likely", "", room), "was not described"},
		"foreign code":    {finding("LD3204", "likely", "", room), "was not described"},
		"certainty":       {finding("X-door-7", "sure", "", room), "certainty"},
		"owner":           {finding("X-door-7", "likely", "boss", room), "owner"},
		"placeholder":     {finding("X-door-7", "likely", "", ""), "no evidence for {room}"},
		"class":           {finding("X-door-7", "likely", "", `{"key":"room","value":"1","class":"secret"}`), "class"},
		"no class":        {finding("X-door-7", "likely", "", `{"key":"room","value":"1"}`), "class"},
		"key":             {finding("X-door-7", "likely", "", room+`,{"key":"A B","value":"1","class":"public"}`), "snake_case"},
	} {
		t.Setenv("LD_TEST_SECRET", "hunter2")
		path, _ := speaker(t, described(t, func(map[string]any) {}), test.said)
		c := declare(t, Declaration{Speaks: JSON, Command: []string{path}, Secrets: []string{"staff.password"}})
		p, err := apply(t, c, world.Options{Secrets: map[string]string{"staff.password": "env:LD_TEST_SECRET"}})
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), path+" run") {
			t.Errorf("%s: got %v", name, err)
		}
		if got := text(p); got != "" {
			t.Errorf("%s: half of it was filed: %s", name, got)
		}
	}
}
