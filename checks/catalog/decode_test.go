package catalog_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/catalog"
)

var update = flag.Bool("update", false, "write golden files")

// A sheet has every shape that the decoder knows.
type sheet struct {
	Name   string            `yaml:"name"`
	Count  int               `yaml:"count"`
	On     bool              `yaml:"on"`
	Wait   checks.Duration   `yaml:"wait"`
	List   []string          `yaml:"list"`
	Rows   []row             `yaml:"rows"`
	Extra  *row              `yaml:"extra"`
	Labels map[string]string `yaml:"labels"`
	Rooms  map[string]row    `yaml:"rooms"`
}

type row struct {
	Host  string `yaml:"host"`
	Stamp `yaml:",inline"`
}

type Stamp struct {
	Source string `yaml:"source"`
	Deep   Deep   `yaml:"deep"`
}

type Deep struct {
	Checked string `yaml:"checked"`
}

func TestDecode(t *testing.T) {
	got, err := catalog.Decode[sheet]("sheet.yaml", []byte("\ufeff---\nname: 0123\ncount: 3\non: true\nwait: 90s\nlist: [a, 1e3, yes]\n"+
		"rows:\n- host: x\n  source: S\n  deep: {checked: 2026-08-30}\n- host: ~\nextra: {source: T}\nlabels: {a: b}\nrooms: {r: {host: h}}\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got.Name != "0123" || got.Count != 3 || !got.On || got.Wait != 90e9 || strings.Join(got.List, " ") != "a 1e3 yes" ||
		got.Rows[0].Source != "S" || got.Rows[0].Deep.Checked != "2026-08-30" || len(got.Rows) != 2 || got.Rows[1].Host != "" ||
		got.Extra.Source != "T" || got.Labels["a"] != "b" || got.Rooms["r"].Host != "h" {
		t.Errorf("got %+v", got)
	}
}

func TestEmptyDocuments(t *testing.T) {
	for _, text := range []string{"", "\n", "# nothing\n", "---\n", "~\n"} {
		if got, err := catalog.Decode[sheet]("sheet.yaml", []byte(text)); err != nil || got.Name != "" {
			t.Errorf("%q: got %+v, %v", text, got, err)
		}
	}
}

func TestMistakes(t *testing.T) {
	cases := map[string]struct {
		text         string
		line, column int
		want         string
	}{
		"misspelt key":              {"nmae: x\n", 1, 1, `There is no key "nmae" here.`},
		"misspelt in a list":        {"rows:\n  - host: a\n  - hots: b\n", 3, 5, `There is no key "hots" in "rows[1]".`},
		"misspelt inlined":          {"rows:\n  - {host: a, sorce: b}\n", 2, 15, `did you mean "source"?`},
		"misspelt below inlined":    {"rows:\n  - deep:\n      cheked: b\n", 3, 7, `did you mean "checked"?`},
		"misspelt behind a pointer": {"extra:\n  hosts: b\n", 2, 3, `did you mean "host"?`},
		"misspelt in a table":       {"rooms:\n  a:\n    hst: b\n", 3, 5, `There is no key "hst" in "rooms.a".`},
		"name of a Go field":        {"Stamp: {source: x}\n", 1, 1, `There is no key "Stamp" here.`},
		"nothing like it":           {"zzzzzzzz: x\n", 1, 1, "known here: count, extra, labels"},
		"merge key":                 {"<<: {name: x}\n", 1, 1, `There is no key "<<" here.`},
		"written twice":             {"name: a\ncount: 1\nname: b\n", 3, 1, `The key "name" is written twice; the first one is on line 1.`},
		"written twice in a table":  {"labels:\n  a: b\n  a: c\n", 3, 3, `The key "a" is written twice`},
		"key is a list":             {"[a]: b\n", 1, 1, "A key must be one word, found a list."},
		"word for a list":           {"list: web-sso\n", 1, 7, "write [web-sso]"},
		"list for a word":           {"name: [a]\n", 1, 7, `"name" needs one value, found a list.`},
		"item is a list":            {"list: [a, [b]]\n", 1, 11, `Item 2 of "list" needs one value, found a list.`},
		"word for a block":          {"extra: x\n", 1, 8, `"extra" needs a block of keys, found one word.`},
		"text for a table":          {"labels: two words\n", 1, 9, `"labels" needs a block of keys, found text.`},
		"word for a number":         {"count: three\n", 1, 8, `"count" needs a whole number, found one word.`},
		"fraction for a number":     {"count: 1.5\n", 1, 8, `"count" needs a whole number, found a number.`},
		"huge number":               {"count: 99999999999999999999\n", 1, 8, `"count" needs a whole number`},
		"yes":                       {"on: yes\n", 1, 5, `"on" needs true or false, found one word.`},
		"quoted true":               {"on: \"true\"\n", 1, 5, "without quotes"},
		"length without a unit":     {"wait: 90\n", 1, 7, `"wait" needs a duration with its unit, found a number.`},
		"the file is a list":        {"- name: x\n", 1, 1, "The file needs a block of keys, found a list."},
		"the file is a word":        {"name\n", 1, 1, "The file needs a block of keys, found one word."},
		"second document":           {"name: x\n---\nname: y\n", 2, 1, "A second document begins here"},
		"empty second document":     {"name: x\n---\n", 2, 1, "A second document begins here"},
		"broken second document":    {"name: x\n---\nname: [\n", 4, 1, "A value is missing"},
		"reference":                 {"name: &a x\nlist: [*a]\n", 2, 8, "references are not read"},
		"reference to nothing":      {"name: *a\n", 1, 7, "References (*name) are not read"},
		"reference to itself":       {"extra: &a {deep: *a}\n", 1, 18, "references are not read"},
		"tab":                       {"extra:\n\thost: x\n", 2, 1, "a tab must not stand here"},
		"open list":                 {"list: [a\n", 1, 7, "The bracket that opens here is not closed."},
		"open quote":                {"name: \"a\n", 1, 7, "The quote that opens here is not closed."},
		"colon in a value":          {"name: a: b\n", 1, 8, `A ":" is one too many here`},
		"at sign":                   {"name: @a\n", 1, 7, "put it in quotes"},
		"indentation":               {"name: x\n count: 1\n", 2, 7, `A ":" is one too many here; put the value in quotes, or check the indentation.`},
		"list beside keys":          {"name: x\n- a\n", 2, 1, "indentation does not fit"},
		"bytes":                     {"name: \xff\n", 1, 7, "not UTF-8"},
		"control character":         {"name: a\nlist: [\x1b]\n", 2, 8, "The character U+001B must not stand in this file."},
		"UTF-16":                    {"\xff\xfen\x00", 1, 1, "UTF-16"},
		"too big":                   {strings.Repeat("#", 2<<20), 1, 1, "at most 1024 kB"},
		"odd key":                   {"labels: {\"a]\": [x]}\n", 1, 16, `"a]" needs one value`},
		"column in characters":      {"labels: {ä: ö, é: [x]}\n", 1, 19, `"é" needs one value`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := catalog.Decode[sheet]("sheet.yaml", []byte(c.text))
			var all catalog.Errors
			if !errors.As(err, &all) || len(all) != 1 {
				t.Fatalf("want one mistake, got:\n%v", err)
			}
			e := all[0]
			if e.File != "sheet.yaml" || e.Line != c.line || e.Column != c.column || !strings.Contains(err.Error(), c.want) {
				t.Errorf("want %d:%d %q, got %d:%d:\n%v", c.line, c.column, c.want, e.Line, e.Column, err)
			}
		})
	}
}

// TestReferencesAreNotFollowed: the well-known bomb of references costs nothing.
func TestReferencesAreNotFollowed(t *testing.T) {
	text := "list: &a [x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c <= 'z'; c++ {
		text += "labels: &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+",", 9) + "]\n"
	}
	if _, err := catalog.Decode[sheet]("bomb.yaml", []byte(text)); err == nil {
		t.Error("no mistake found")
	}
}

func TestRules(t *testing.T) {
	text := "name: x\nrows:\n  - host: a\n    sorce: b\n  - host: b\ncount: many\n"
	_, err := catalog.Decode("sheet.yaml", []byte(text), func(s *sheet, refuse catalog.Refuse) {
		if s.Name != "y" {
			refuse("name", "The name must be y.", "write y")
		}
		if s.Count == 0 {
			refuse("count", "The count is reported by its form already.", "")
		}
		for i, r := range s.Rows {
			if r.Source == "" {
				refuse([]string{"rows[0]", "rows[1]"}[i]+".source", "A row needs a source.", "")
			}
		}
		refuse("extra.deep.checked", "Extra is missing.", "")
	})
	golden(t, "rules.golden", err.Error())
}

func TestErrorText(t *testing.T) {
	_, err := catalog.Decode[struct {
		Target struct {
			Pathways []string `yaml:"pathways"`
		} `yaml:"target"`
		Credentials map[string]string `yaml:"credentials"`
		Wait        checks.Duration   `yaml:"wait"`
	}]("config.yaml", []byte("# settings\nwait: soon\ntarget:\n  pathways: web-sso\n  pathway: [a]\ncredentials:\n  password: [hunter2]\n"+
		"waits: 3s\n"+strings.Repeat(" ", 10)+"# "+strings.Repeat("long ", 60)+"\n"+"unknown_key_that_is_far_too_long_to_be_shown_as_a_whole_because_it_would_fill_the_line_twice: 1\n"))
	golden(t, "config.golden", err.Error())
}

func TestErrorTextAtTheEndOfALongLine(t *testing.T) {
	_, err := catalog.Decode[sheet]("sheet.yaml", []byte("list: ["+strings.Repeat("item, ", 40)+"[x], \u202eend]\n"))
	golden(t, "long.golden", err.Error())
}

func TestErrorsUnwrap(t *testing.T) {
	_, err := catalog.Decode[sheet]("sheet.yaml", []byte("a: 1\nb: 2\n"))
	var one *catalog.Error
	if !errors.As(err, &one) || one.Line != 1 {
		t.Errorf("got %v", err)
	}
}

func TestNoGoNamesInMessages(t *testing.T) {
	_, err := catalog.Decode[sheet]("sheet.yaml", []byte("name: {}\ncount: x\non: x\nwait: x\nlist: x\nrows: x\nextra: x\nlabels: x\nrooms: x\n"))
	for _, word := range []string{"struct", "string", "int", "bool", "map", "slice", "reflect", "checks.", "catalog.", "yaml:", "go-yaml", "unmarshal"} {
		if strings.Contains(strings.ReplaceAll(err.Error(), "sheet.yaml", ""), word) {
			t.Errorf("%q in:\n%v", word, err)
		}
	}
}

// FuzzDecode wants -fuzzminimizetime 10x: the product file as a seed takes long to shrink.
func FuzzDecode(f *testing.F) {
	if data, err := os.ReadFile("connectwise.yaml"); err == nil {
		f.Add(data)
	}
	for _, text := range []string{"name: x", "rows: [{host: a}]", "a: &b [*b]", "? {a: b}\n: c", "\ufeff---\n...\n---", "a: |\n x\n\ty", "%YAML 1.2\n---\na", "a: !!binary x",
		"pasword: x\rlist: y", "- - - [\n", "credentials:\n  é: \"x\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := catalog.Decode[sheet]("fuzz.yaml", data)
		inspect(t, err)
		_, err = catalog.Load("fuzz.yaml", data)
		inspect(t, err)
	})
}

// inspect checks what holds for every error: a place in the file, one line of excerpt under a caret, printable text.
func inspect(t *testing.T, err error) {
	if err == nil {
		return
	}
	var all catalog.Errors
	if !errors.As(err, &all) || len(all) == 0 {
		t.Fatalf("an error of another kind: %v", err)
	}
	for _, e := range all {
		if e.Line < 1 || e.Column < 1 || e.Text == "" || strings.ContainsAny(e.Error(), "\x1b\r\x00") || strings.Count(e.Excerpt, "\n") > 2 {
			t.Errorf("got %+v", e)
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got+"\n" {
		t.Errorf("%s differs:\n%s", name, got)
	}
}
