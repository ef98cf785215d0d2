package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"logindoctor/fixtures"
	"logindoctor/report/schema"
)

// schemas of the repository, compiled.
func compiled(t *testing.T) (document, event *jsonschema.Schema) {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for name, text := range map[string][]byte{"report-v1.schema.json": schema.V1, "event-v1.schema.json": schema.EventV1} {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		id, _ := doc.(map[string]any)["$id"].(string)
		if id == "" {
			id = name
		}
		if err := c.AddResource(id, doc); err != nil {
			t.Fatal(err)
		}
		s, err := c.Compile(id)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(name, "report") {
			document = s
		} else {
			event = s
		}
	}
	return document, event
}

// TestRealOutputsFollowTheSchema validates what the program writes in worlds of every verdict.
func TestRealOutputsFollowTheSchema(t *testing.T) {
	document, event := compiled(t)
	for _, name := range []string{"login.api/clean", "degraded", "broken", "unknown", "hostile", "combo-01"} {
		t.Run(name, func(t *testing.T) {
			w := start(t, string(must(scenarioText(name))), fixtures.Options{})
			lines := filepath.Join(t.TempDir(), "events.jsonl")
			out, trouble, _ := logindoctor(t, w, append([]string{"run", "-o", "json", "-o", "jsonl=" + lines}, w.Args()...)...)
			validate(t, document, out, trouble)
			events, err := os.ReadFile(lines)
			if err != nil {
				t.Fatal(err)
			}
			list := bytes.Split(bytes.TrimSpace(events), []byte("\n"))
			if len(list) < 5 {
				t.Errorf("%d events", len(list))
			}
			for _, line := range list {
				validate(t, event, line, nil)
			}
		})
	}
}

func validate(t *testing.T, s *jsonschema.Schema, text, trouble []byte) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, text, trouble)
	}
	if err := s.Validate(doc); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
}
