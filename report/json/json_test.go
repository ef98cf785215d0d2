package json

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"logindoctor/checks"
	"logindoctor/report"
	"logindoctor/report/internal/samples"
	"logindoctor/report/redact"
	"logindoctor/report/schema"
)

func compiled(t *testing.T, url string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for id, text := range map[string][]byte{"urn:logindoctor:report:v1": schema.V1, "urn:logindoctor:event:v1": schema.EventV1} {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource(id, doc); err != nil {
			t.Fatal(err)
		}
	}
	s, err := c.Compile(url)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func check(t *testing.T, s *jsonschema.Schema, text []byte) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(doc); err != nil {
		t.Error(err)
	}
}

func rendered(t testing.TB, f report.Renderer, r *report.Report, o report.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// valid are the samples whose closed words are ours; the hostile one has foreign text in them.
func valid() map[string]*report.Report {
	all := map[string]*report.Report{}
	for name, r := range samples.All() {
		if name != "hostile" {
			all[name] = redact.Apply(r, redact.Internal)
		}
	}
	return all
}

var update = flag.Bool("update", false, "write the golden files")

func TestGolden(t *testing.T) {
	for _, name := range []string{"healthy", "degraded", "broken", "unknown"} {
		for ending, f := range map[string]report.Renderer{"json": Render, "jsonl": RenderLines} {
			file := filepath.Join("testdata", name+"."+ending)
			got := rendered(t, f, redact.Apply(samples.All()[name], redact.Internal), report.Options{})
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s differs (%v); look at it, then run with -update", file, err)
			}
		}
	}
}

func TestDocumentsAreValid(t *testing.T) {
	s := compiled(t, "urn:logindoctor:report:v1")
	for name, r := range valid() {
		t.Run(name, func(t *testing.T) {
			check(t, s, rendered(t, Render, r, report.Options{}))
			check(t, s, rendered(t, Render, r, report.Options{ASCII: true}))
		})
	}
}

func TestEventsAreValid(t *testing.T) {
	s := compiled(t, "urn:logindoctor:event:v1")
	for name, r := range valid() {
		t.Run(name, func(t *testing.T) {
			lines := strings.Split(strings.TrimSuffix(string(rendered(t, RenderLines, r, report.Options{})), "\n"), "\n")
			if want := len(r.Checks) + len(r.Findings) + 2; len(lines) != want {
				t.Errorf("%d events, want %d", len(lines), want)
			}
			for _, l := range lines {
				check(t, s, []byte(l))
			}
		})
	}
}

func TestSchemaRefuses(t *testing.T) {
	s := compiled(t, "urn:logindoctor:report:v1")
	for name, spoil := range map[string]func(r *report.Report){
		"code":        func(r *report.Report) { r.Findings[0].Code = "LD32" },
		"plug-in":     func(r *report.Report) { r.Verdict.PrimaryFinding = "X-UPPER-1" },
		"state":       func(r *report.Report) { r.Verdict.State = "fine" },
		"fingerprint": func(r *report.Report) { r.Findings[0].Fingerprint = "v1:short" },
		"run":         func(r *report.Report) { r.Run.ID = "1" },
		"check":       func(r *report.Report) { r.Checks[0].State = "" },
		"due":         func(r *report.Report) { r.Findings[0].Due = "soon" },
	} {
		r := samples.Broken()
		spoil(r)
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(rendered(t, Render, redact.Apply(r, redact.Internal), report.Options{})))
		if err != nil {
			t.Fatal(err)
		}
		if s.Validate(doc) == nil {
			t.Errorf("%s: a spoiled report is valid", name)
		}
	}
}

// Whatever the model can hold is described.
func TestSchemaKnowsEveryField(t *testing.T) {
	var doc map[string]any
	if err := json.Unmarshal(schema.V1, &doc); err != nil {
		t.Fatal(err)
	}
	described(t, doc, doc, reflect.TypeFor[report.Report](), "")
}

func described(t *testing.T, doc, s map[string]any, typ reflect.Type, path string) {
	if ref, ok := s["$ref"].(string); ok {
		s = doc["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
	}
	switch typ.Kind() {
	case reflect.Slice:
		if items, ok := s["items"].(map[string]any); ok {
			described(t, doc, items, typ.Elem(), path+"[]")
		}
	case reflect.Map:
		if values, ok := s["additionalProperties"].(map[string]any); ok {
			described(t, doc, values, typ.Elem(), path+"{}")
		}
	case reflect.Struct:
		if typ == reflect.TypeFor[report.Time]() {
			return
		}
		properties, _ := s["properties"].(map[string]any)
		for i := range typ.NumField() {
			name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			field, ok := properties[name].(map[string]any)
			if !ok {
				t.Errorf("%s.%s is not in the schema", path, name)
				continue
			}
			described(t, doc, field, typ.Field(i).Type, path+"."+name)
		}
	}
}

func TestDocumentIsOneLineFeedAndNoNull(t *testing.T) {
	for name, r := range samples.All() {
		text := rendered(t, Render, redact.Apply(r, redact.Internal), report.Options{ASCII: true})
		if !bytes.HasSuffix(text, []byte("}\n")) || bytes.HasSuffix(text, []byte("\n\n")) {
			t.Errorf("%s: wrong end", name)
		}
		if bytes.Contains(text, []byte(": null")) {
			t.Errorf("%s: holds null", name)
		}
		if bytes.ContainsFunc(text, func(r rune) bool { return r > '~' || r < ' ' && r != '\n' }) {
			t.Errorf("%s: not ASCII", name)
		}
	}
	empty := rendered(t, Render, redact.Apply(&report.Report{}, redact.Internal), report.Options{})
	if bytes.Contains(empty, []byte(": null")) {
		t.Errorf("an empty report holds null:\n%s", empty)
	}
}

func TestReadReturnsWhatWasWritten(t *testing.T) {
	for name, r := range samples.All() {
		want := redact.Apply(r, redact.Internal)
		for _, o := range []report.Options{{}, {ASCII: true}} {
			text := rendered(t, Render, want, o)
			got, err := Read(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if again := rendered(t, Render, got, o); !bytes.Equal(again, text) {
				t.Errorf("%s: written again it differs:\n%s\n%s", name, again, text)
			}
		}
	}
}

func TestReadRefusesOtherDocuments(t *testing.T) {
	for _, text := range []string{"", "{}", `{"schema":"logindoctor.report/v2"}`, `{"schema":1}`, "[]"} {
		if _, err := Read(strings.NewReader(text)); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

// A file may hold what no gate of ours would have let through.
func TestReadCleans(t *testing.T) {
	r, err := Read(strings.NewReader(`{"schema":"logindoctor.report/v1","redaction":{"profile":"internal"},"run":{"duration_seconds":1e300},` +
		`"verdict":{"state":"ok","summary":{"text":"\u001b[2Jfine"}},"evidence":{"e1\u001b":{"value":"x","class":"nonsense"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Verdict.Summary.Text; got != `\x1b[2Jfine` {
		t.Errorf("summary %q", got)
	}
	for id, e := range r.Evidence {
		if id != `e1\x1b` || e.Value != "" {
			t.Errorf("evidence %q: %+v", id, e)
		}
	}
	if r.Run.DurationSeconds > 1e9 {
		t.Errorf("duration %g", r.Run.DurationSeconds)
	}
}

// What is written while it happens is what is replayed.
func TestLiveEqualsReplay(t *testing.T) {
	raw := samples.Broken()
	for i := range raw.Checks {
		raw.Checks[i].StartedSeconds = float64(i)
	}
	r := redact.Apply(raw, redact.Internal)
	var live bytes.Buffer
	s := NewStream(&live, report.Options{}, checks.NewSecret("hunter2hunter2"))
	if err := s.Start(r); err != nil {
		t.Fatal(err)
	}
	for _, c := range raw.Checks {
		if err := s.Done(c); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.End(r); err != nil {
		t.Fatal(err)
	}
	if replay := rendered(t, RenderLines, r, report.Options{}); !bytes.Equal(live.Bytes(), replay) {
		t.Errorf("live:\n%s\nreplayed:\n%s", &live, replay)
	}
}

func TestLiveRowsAreGated(t *testing.T) {
	var b bytes.Buffer
	s := NewStream(&b, report.Options{}, checks.NewSecret("hunter2hunter2"))
	if err := s.Done(report.Check{ID: "web.answer", Reason: "\x1b[2J said HUNTER2hunter2"}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(strings.ToLower(b.String()), "hunter2") || !strings.Contains(b.String(), `\\x1b[2J said [secret-1]`) {
		t.Errorf("got %s", &b)
	}
}

func TestUngatedReportIsRefused(t *testing.T) {
	for _, f := range []report.Renderer{Render, RenderLines} {
		if err := f(&bytes.Buffer{}, samples.Broken(), report.Options{}); err != report.ErrUngated {
			t.Errorf("got %v", err)
		}
	}
}

func BenchmarkJSON(b *testing.B) {
	r := redact.Apply(samples.Broken(), redact.Internal)
	for name, f := range map[string]report.Renderer{"json": Render, "jsonl": RenderLines} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				rendered(b, f, r, report.Options{})
			}
		})
	}
}
