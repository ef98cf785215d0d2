package redact

import (
	"bytes"
	"fmt"
	"io"

	"logindoctor/report"
)

// A LeakError is an output that was not written because something in it had been taken out of the report before.
type LeakError struct {
	Format string
	What   string // "a secret", "user-1"; never the value
}

func (e *LeakError) Error() string {
	return fmt.Sprintf("%s was not written: %s would stand in it, which was taken out of the report; this is a defect of logindoctor, "+
		"and the other formats are not affected", e.Format, e.What)
}

// Write renders a report that this gate redacted, looks at the result once more and writes it. A leak makes it fail with a
// *LeakError, and nothing is written. Every output goes through here.
func (g *Gate) Write(w io.Writer, format string, r *report.Report, render report.Renderer, o report.Options) error {
	out, err := g.Render(format, r, render, o)
	if err != nil {
		return err
	}
	_, err = w.Write(out)
	return err
}

// Render is Write into memory.
func (g *Gate) Render(format string, r *report.Report, render report.Renderer, o report.Options) ([]byte, error) {
	var b bytes.Buffer
	if err := render(&b, r, o); err != nil {
		return nil, err
	}
	return b.Bytes(), g.Look(format, b.Bytes())
}

// Look returns a *LeakError if an output holds a secret that this gate knows or took out, a private key, a signed token, or
// a name that became a token.
func (g *Gate) Look(format string, out []byte) error {
	out = withoutPictures(out)
	f := folded(string(out))
	for _, k := range g.secrets.known {
		if k.may(f) && k.form.Match(out) {
			return &LeakError{format, "a secret of the settings"}
		}
	}
	for _, v := range g.secrets.values {
		if bytes.Contains(out, []byte(v)) {
			return &LeakError{format, "a secret"}
		}
	}
	if pem.Match(out) || signed.Match(out) {
		return &LeakError{format, "a private key or a signed token"}
	}
	if token := g.names.leak(out); token != "" {
		return &LeakError{format, "what became " + token}
	}
	return nil
}

// withoutPictures blanks the data of pictures, in which there is nothing to read.
func withoutPictures(out []byte) []byte {
	const mark = ";base64,"
	var kept []byte
	for {
		at := bytes.Index(out, []byte(mark))
		if at < 0 {
			return append(kept, out...)
		}
		end := bytes.IndexAny(out[at+len(mark):], "\"')")
		if end < 0 {
			return append(kept, out...)
		}
		kept = append(kept, out[:at]...)
		out = out[at+len(mark)+end:]
	}
}
