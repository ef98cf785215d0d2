package checks

import (
	"strings"
	"testing"
	"testing/fstest"
)

const page = `# tls.chain

Does each host prove its name?

## LD3210 Issuer not trusted
The issuer of {host}
is not trusted.
### Meaning
One.

Two.
### What people see
### Why it happens
### How logindoctor knows
### Who fixes it, and how
- network: Exempt {host}
  from inspection.
- device-it: Install {issuer}.
### Prove the fix
logindoctor run --only tls.chain
### Undo
### When this can be wrong
Never.
### Sources
- RFC 5280.
`

func manual(text string) (*Manual, error) {
	return ReadManual(fstest.MapFS{"README.md": {Data: []byte(text)}})
}

func TestReadManual(t *testing.T) {
	m, err := manual(page)
	if err != nil {
		t.Fatal(err)
	}
	s := m.Section("LD3210")
	if m.Title != "tls.chain" || m.Question != "Does each host prove its name?" || s == nil {
		t.Fatalf("got %+v", m)
	}
	if s.Title != "Issuer not trusted" || s.Sentence != "The issuer of {host} is not trusted." || s.Meaning != "One.\n\nTwo." || s.Wrong != "Never." || s.Sources != "- RFC 5280." {
		t.Errorf("got %+v", s)
	}
	if len(s.Fixes) != 2 || s.Fixes[0] != (Fix{OwnerNetwork, "Exempt {host} from inspection."}) || s.Fixes[1].Owner != OwnerDeviceIT {
		t.Errorf("fixes are %+v", s.Fixes)
	}
	if m.Section("LD9999") != nil {
		t.Error("a section that is not there is found")
	}
}

func TestReadManualNamesTheMistake(t *testing.T) {
	cases := map[string][2]string{
		"heading that does not exist": {"### Undo", "### Undone"},
		"heading that is missing":     {"### Undo\n", ""},
		"heading that is there twice": {"### Undo\n", "### Undo\n### Undo\n"},
		"no sentence":                 {"The issuer of {host}\nis not trusted.\n", ""},
		"unknown owner":               {"- network:", "- nobody:"},
		"fix that is no item":         {"- network: Exempt {host}\n", ""},
		"section without a title":     {"## LD3210 Issuer not trusted", "## LD3210"},
		"heading before any section":  {"Does each", "### Meaning\nDoes each"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(page, c[0], c[1], 1)
			if text == page {
				t.Fatal("nothing was changed")
			}
			if m, err := manual(text); err == nil || !strings.Contains(err.Error(), "README.md") {
				t.Errorf("got %+v, %v", m, err)
			}
		})
	}
}

func FuzzReadManual(f *testing.F) {
	f.Add(page)
	f.Fuzz(func(t *testing.T, text string) {
		m, err := manual(text)
		if err != nil {
			return
		}
		for _, s := range m.Sections {
			if s.Code == "" || s.Sentence == "" {
				t.Errorf("accepted a section %+v", s)
			}
		}
	})
}

func TestFill(t *testing.T) {
	ev := []Evidence{Public("host", "a.example"), Public("n", "{host}")}
	if got := Fill("{host} and {n} and {other}", ev); got != "a.example and {host} and {other}" {
		t.Errorf("got %q", got)
	}
}

func TestManualAsksQuestions(t *testing.T) {
	text := strings.Replace(page, "### Sources", "### What to ask\n- other-place: Does it work\n  elsewhere?\n- colleague: And for {host}?\n### Sources", 1)
	m, err := manual(text)
	if err != nil {
		t.Fatal(err)
	}
	asks := m.Sections[0].Asks
	if len(asks) != 2 || asks[0] != (Ask{"other-place", "Does it work elsewhere?"}) || asks[1].Name != "colleague" {
		t.Errorf("questions %q", asks)
	}
	if _, err := manual(strings.Replace(text, "- colleague: And", "- Colleague And", 1)); err == nil {
		t.Error("a question without a name was read")
	}
}
