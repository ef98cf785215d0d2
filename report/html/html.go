// Package html writes a report as one page that needs nothing from outside, and reads the report in such a page back.
package html

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // for the page
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"

	"logindoctor/checks"
	"logindoctor/report"
	"logindoctor/report/internal/fold"
	"logindoctor/report/internal/words"
	"logindoctor/report/json"
)

//go:embed page.tmpl
var page string

//go:embed style.css
var style string

//go:embed script.js
var script string

// policy lets the page use its own style, its own script and the pictures it holds, and nothing else.
var policy = fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; img-src data:; base-uri 'none'; form-action 'none'",
	hash(style), hash(script))

// hash is how a policy names a text.
func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

var pages = template.Must(template.New("page").Funcs(template.FuncMap{
	"pieces": words.Pieces, "sentence": report.Sentence, "tone": tone, "word": word, "strong": strong,
}).Parse(page))

// Render writes the page.
func Render(w io.Writer, r *report.Report, o report.Options) error {
	if !r.Gated() {
		return report.ErrUngated
	}
	v, err := newView(r)
	if err != nil {
		return err
	}
	return v.write(w, o)
}

func (v *view) write(w io.Writer, o report.Options) error {
	out, err := execute(v)
	if err != nil {
		return err
	}
	if limit := budget(v); len(out) > limit {
		v.Large = fmt.Sprintf("This page has %.1f MB; more than %.1f MB are slow to open and may not fit into a ticket. "+
			"The formats json, markdown and ticket are smaller.", float64(len(out))/1e6, float64(limit)/1e6)
		if out, err = execute(v); err != nil {
			return err
		}
	}
	if o.ASCII {
		out = fold.References(out)
	}
	_, err = io.WriteString(w, out)
	return err
}

// The bytes above which a page says that it is large, without and with pictures (ux.md 2.5).
const (
	Budget         = 1_500_000
	PicturesBudget = 8_000_000
)

func budget(v *view) int {
	if v.Shown {
		return PicturesBudget
	}
	return Budget
}

func execute(v *view) (string, error) {
	var b bytes.Buffer
	err := pages.Execute(&b, v)
	return b.String(), err
}

// Where the report is in a page.
const (
	dataStart = `<script type="application/json" id="report">`
	dataEnd   = `</script>`
)

var errNoReport = errors.New("read report: the page holds no report of logindoctor")

// Read reads the report that a page holds.
func Read(in io.Reader) (*report.Report, error) {
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	_, rest, ok := bytes.Cut(text, []byte(dataStart))
	if !ok {
		return nil, errNoReport
	}
	data, _, ok := bytes.Cut(rest, []byte(dataEnd))
	if !ok {
		return nil, errNoReport
	}
	return json.Read(bytes.NewReader(data))
}

// tone is the class of a state of a check.
func tone(state string) string {
	switch state {
	case checks.Passed.String():
		return report.OK
	case checks.Warned.String():
		return report.Degraded
	case checks.Failed.String():
		return report.Broken
	case checks.Blocked.String(), checks.Skipped.String():
		return "idle"
	}
	return report.Unknown
}

// word is that of a state of a check. There is room to tell apart what a terminal shows alike.
func word(state string) string {
	switch state {
	case checks.Blocked.String(), checks.Skipped.String(), checks.Errored.String():
		return state
	}
	return words.State(state)
}

// strong reports whether a state is painted so that it is seen from afar.
func strong(state string) bool { return state == checks.Failed.String() }
