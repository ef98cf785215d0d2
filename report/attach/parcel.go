// Package attach sends a report away: to a ticket, a folder, a mail or a webhook. What is sent is packed first, shown, and
// bound to a digest; nothing else ever leaves.
package attach

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"logindoctor/report"
	"logindoctor/report/html"
	"logindoctor/report/json"
	"logindoctor/report/redact"
	"logindoctor/report/ticket"
)

// LargestFile is the most bytes of one file; what a service takes is not known (ux.md 2.5).
const LargestFile = 5_000_000

// shown is how many digits of a digest stand in texts. All are compared that somebody gives.
const shown = 12

// A File is one document of a parcel.
type File struct {
	Name      string // "signin-20261124-1402.html"
	MediaType string
	About     string // one phrase for people
	Data      []byte
}

// A Parcel is everything that would leave this computer, and nothing else.
type Parcel struct {
	Report  *report.Report // as it was redacted
	Note    string         // of a ticket, at most 2,000 characters; it quotes the digest
	Files   []File
	LeftOut []string // files that are not in it, each with its reason
	Digest  string   // SHA-256 over name, length and SHA-256 of every part, in hex

	gate *redact.Gate
}

// Pack redacts a report and makes a parcel of it. The same report gives the same parcel, byte for byte.
func Pack(g *redact.Gate, r *report.Report) (*Parcel, error) {
	p := &Parcel{Report: g.Redact(r), gate: g}
	name := "signin-" + p.Report.Local().Format("20060102-1504")
	for _, f := range []struct {
		File
		render report.Renderer
	}{
		{File{Name: name + ".html", MediaType: "text/html; charset=utf-8", About: "the report people read"}, html.Render},
		{File{Name: name + ".json", MediaType: "application/json", About: "the same data for tools"}, json.Render},
	} {
		if err := p.add(g, f.File, f.render); err != nil {
			return nil, err
		}
	}
	for _, a := range p.Report.Artifacts {
		if a.Reason != "" {
			p.LeftOut = append(p.LeftOut, a.Name+": "+a.Reason)
		}
	}
	note, err := p.note(g, strings.Repeat("0", shown), "")
	if err != nil {
		return nil, err
	}
	p.Digest = p.manifest(note)
	p.Note, err = p.note(g, p.Short(), "")
	return p, err
}

// add renders a file, without its pictures if it is too large with them.
func (p *Parcel) add(g *redact.Gate, f File, render report.Renderer) error {
	for _, r := range []*report.Report{p.Report, withoutData(p.Report)} {
		var err error
		if f.Data, err = g.Render(f.Name, r, render, report.Options{}); err != nil {
			return err
		}
		if len(f.Data) <= LargestFile {
			p.Files = append(p.Files, f)
			return nil
		}
	}
	p.LeftOut = append(p.LeftOut, fmt.Sprintf("%s: %d MB are more than %d MB", f.Name, len(f.Data)/1_000_000, LargestFile/1_000_000))
	return nil
}

func withoutData(r *report.Report) *report.Report {
	lean := *r
	lean.Artifacts = nil
	for _, a := range r.Artifacts {
		if len(a.Data) > 0 {
			a.Data, a.Reason = nil, "the file would become too large"
		}
		lean.Artifacts = append(lean.Artifacts, a)
	}
	return &lean
}

// note writes the note; refused says why the files are not there.
func (p *Parcel) note(g *redact.Gate, digest, refused string) (string, error) {
	files := make([]string, len(p.Files))
	for i, f := range p.Files {
		files[i] = f.Name
	}
	about := strings.Join(files, " and ")
	if refused != "" {
		about = "not attached, because " + refused
	}
	text, err := g.Render("the note", p.Report, ticket.Render, report.Options{File: about + ", review digest " + digest})
	return string(text), err
}

// manifest is the digest of the parts.
func (p *Parcel) manifest(note string) string {
	var b strings.Builder
	for _, f := range append([]File{{Name: "note", Data: []byte(note)}}, p.Files...) {
		fmt.Fprintf(&b, "%s %d %x\n", f.Name, len(f.Data), sha256.Sum256(f.Data))
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

// Short is the part of the digest that stands in texts.
func (p *Parcel) Short() string { return p.Digest[:shown] }

// Is reports whether a digest that somebody read is this parcel's.
func (p *Parcel) Is(digest string) bool {
	return len(digest) >= shown && strings.HasPrefix(p.Digest, strings.ToLower(digest))
}

// Title is the name of a file as a document: whoever looks for it finds it by the digest.
func (p *Parcel) Title(f File) string { return "Sign-in diagnosis " + p.Short() + " " + f.Name }
