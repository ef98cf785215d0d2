package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"logindoctor/fixtures"
	"logindoctor/report/schema"
)

// compiled returns the two published schemas.
func compiled(t *testing.T) (document, event *jsonschema.Schema) {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	var compiled []*jsonschema.Schema
	for _, text := range [][]byte{schema.V1, schema.EventV1} { // events refer to the report
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		id := doc.(map[string]any)["$id"].(string)
		if err := c.AddResource(id, doc); err != nil {
			t.Fatal(err)
		}
		s, err := c.Compile(id)
		if err != nil {
			t.Fatal(err)
		}
		compiled = append(compiled, s)
	}
	return compiled[0], compiled[1]
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
