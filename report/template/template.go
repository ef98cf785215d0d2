// Package template writes a report through a template of the user's: Go's text/template over the JSON document.
package template

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/template"

	"logindoctor/report"
	"logindoctor/report/internal/fold"
)

// functions are all that a template may call beside the language's own. None of them reaches outside the document.
var functions = template.FuncMap{
	"join":  join,
	"json":  asJSON,
	"lower": strings.ToLower,
	"upper": strings.ToUpper,
}

// Parse makes a renderer out of a template. Its data is the document as in report-v1.schema.json: {{.verdict.state}},
// {{range .findings}}{{.code}} {{.text}}{{end}}. Errors name the line and the column.
func Parse(name, text string) (report.Renderer, error) {
	t, err := template.New(name).Funcs(functions).Parse(text)
	if err != nil {
		return nil, mistake(err)
	}
	return func(w io.Writer, r *report.Report, o report.Options) error {
		if !r.Gated() {
			return report.ErrUngated
		}
		data, err := document(r)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := t.Execute(&b, data); err != nil {
			return mistake(err)
		}
		out := b.String()
		if o.ASCII {
			out = fold.ASCII(out)
		}
		_, err = io.WriteString(w, out)
		return err
	}, nil
}

// mistake drops what the library puts in front of the place.
func mistake(err error) error {
	return fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "template: "))
}

// document is the report as maps, lists, texts, truths and numbers.
func document(r *report.Report) (any, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var data any
	if err := d.Decode(&data); err != nil {
		return nil, err
	}
	return numbered(data), nil
}

// numbered turns numbers into those that a template can compare and print as they are in the document.
func numbered(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			v[key] = numbered(value)
		}
	case []any:
		for i, value := range v {
			v[i] = numbered(value)
		}
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, err := v.Float64()
		if err == nil {
			return f
		}
	}
	return v
}

func join(list []any, between string) string {
	var parts []string
	for _, v := range list {
		parts = append(parts, fmt.Sprint(v))
	}
	return strings.Join(parts, between)
}

func asJSON(v any) (string, error) {
	text, err := json.Marshal(v)
	return string(text), err
}
