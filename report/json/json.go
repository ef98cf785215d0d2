// Package json writes a report for programs, as one document or as a stream of events, and reads a document back.
package json

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"logindoctor/report"
	"logindoctor/report/redact"
)

// Render writes exactly one document and one line feed.
func Render(w io.Writer, r *report.Report, o report.Options) error {
	if !r.Gated() {
		return report.ErrUngated
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return write(w, text, o)
}

// Read reads a document of any minor version and gates it, because a file may hold anything.
func Read(in io.Reader) (*report.Report, error) {
	var r report.Report
	if err := json.NewDecoder(in).Decode(&r); err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	if r.Schema != report.Schema {
		return nil, fmt.Errorf("read report: schema is %.60q, not %q", r.Schema, report.Schema)
	}
	return redact.Apply(&r, redact.Internal), nil
}

// write ends a text with a line feed and escapes it if it has to be ASCII.
func write(w io.Writer, text []byte, o report.Options) error {
	if o.ASCII {
		text = ascii(text)
	}
	_, err := w.Write(append(text, '\n'))
	return err
}

// ascii escapes what is above U+007F, which JSON has in strings only.
func ascii(text []byte) []byte {
	var b bytes.Buffer
	for i, size := 0, 0; i < len(text); i += size {
		var r rune
		r, size = utf8.DecodeRune(text[i:])
		switch {
		case r < utf8.RuneSelf:
			b.WriteByte(text[i])
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.Bytes()
}
