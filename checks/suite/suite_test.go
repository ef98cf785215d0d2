package suite

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"logindoctor/checks"
)

func TestDeclarations(t *testing.T) {
	if err := checks.Validate(All); err != nil {
		t.Error(err)
	}
}

// banned are the words of ux.md 3.2 that no message uses.
var banned = regexp.MustCompile(`(?i)\b(invalid|illegal|fatal|oops|simply|just|obviously|unexpected error|something went wrong|contact your administrator)\b`)

func TestManuals(t *testing.T) {
	for _, c := range All {
		m, err := checks.ReadManual(c.Files)
		if err != nil {
			t.Errorf("%s: %v", c.ID, err)
			continue
		}
		if m.Title != c.ID || m.Question == "" {
			t.Errorf("%s: the manual begins with %q and asks %q", c.ID, m.Title, m.Question)
		}
		for _, code := range c.Codes {
			if m.Section(code.ID) == nil {
				t.Errorf("%s: no section for %s", c.ID, code.ID)
			}
		}
		for _, s := range m.Sections {
			section(t, c, s)
		}
	}
}

func section(t *testing.T, c *checks.Check, s checks.ManualSection) {
	if !slices.ContainsFunc(c.Codes, func(code *checks.Code) bool { return code.ID == s.Code }) {
		t.Errorf("%s: section %s, which it does not declare", c.ID, s.Code)
	}
	if w := banned.FindString(s.Title + " " + s.Sentence); w != "" {
		t.Errorf("%s: %s says %q", c.ID, s.Code, w)
	}
	if !strings.HasSuffix(s.Sentence, ".") || strings.HasSuffix(s.Title, ".") {
		t.Errorf("%s: %s: a sentence ends with a full stop, a title does not: %q, %q", c.ID, s.Code, s.Sentence, s.Title)
	}
	if !strings.HasPrefix(s.Sources, "- ") {
		t.Errorf("%s: %s: the heading Sources names no public document", c.ID, s.Code)
	}
	if len(s.Fixes) == 0 && s.Meaning == "" {
		t.Errorf("%s: %s says neither what it means nor who fixes it", c.ID, s.Code)
	}
}

func TestEveryCheckHasScenariosAndNoScaffold(t *testing.T) {
	for _, c := range All {
		if _, err := fs.Stat(c.Files, "scenarios/clean.txtar"); err != nil {
			t.Errorf("%s: no healthy scenario scenarios/clean.txtar", c.ID)
		}
		err := fs.WalkDir(c.Files, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := fs.ReadFile(c.Files, path)
			if strings.Contains(string(text), "SCAFFOLD") {
				t.Errorf("%s: %s still holds the text of the scaffold", c.ID, path)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}
