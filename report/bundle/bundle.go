// Package bundle keeps everything that belongs to one diagnosis in one file: report, page, facts, pictures and the log of the
// browser, with a manifest. A bundle is a plain zip file.
package bundle

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"logindoctor/report"
	"logindoctor/report/html"
	reportjson "logindoctor/report/json"
)

// Schema names the version of a manifest.
const Schema = "logindoctor.bundle/v1"

// A Manifest lists what is in a bundle.
type Manifest struct {
	Schema string      `json:"schema"`
	Tool   report.Tool `json:"tool"`
	RunID  string      `json:"run_id"`
	Files  []Entry     `json:"files"`
}

// An Entry is one file of a bundle.
type Entry struct {
	Name   string `json:"name"`
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"` // hex
}

// Names of the files that every bundle has.
const (
	manifestName = "manifest.json"
	reportName   = "report.json"
	pageName     = "report.html"
	factsName    = "facts.json"
)

// A file is one file of a bundle with its content.
type file struct {
	name string
	data []byte
}

// Render writes a bundle; it is a report.Renderer. The files are stored as they are, so that the last look at every output
// sees what is in them, and so that the same report gives the same bytes.
func Render(w io.Writer, r *report.Report, o report.Options) error {
	if !r.Gated() {
		return report.ErrUngated
	}
	files, err := contents(r)
	if err != nil {
		return err
	}
	m := Manifest{Schema: Schema, Tool: r.Tool, RunID: r.Run.ID}
	for _, f := range files {
		m.Files = append(m.Files, Entry{f.name, len(f.data), digest(f.data)})
	}
	list, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	text, err := pack(append([]file{{manifestName, list}}, files...), r.Run.StartedAt.UTC())
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// contents are the files of a report: what stands in one of its own is not in the document as well.
func contents(r *report.Report) ([]file, error) {
	lean := *r
	lean.Facts, lean.Artifacts = nil, nil
	var files []file
	for _, a := range r.Artifacts {
		if len(a.Data) > 0 {
			files = append(files, file{nameOf(a), a.Data})
		}
		a.Data = nil
		lean.Artifacts = append(lean.Artifacts, a)
	}
	var doc, page bytes.Buffer
	if err := reportjson.Render(&doc, &lean, report.Options{}); err != nil {
		return nil, err
	}
	if err := html.Render(&page, r, report.Options{}); err != nil {
		return nil, err
	}
	all := []file{{reportName, doc.Bytes()}, {pageName, page.Bytes()}}
	if r.Facts != nil {
		text, err := json.MarshalIndent(r.Facts, "", "  ")
		if err != nil {
			return nil, err
		}
		all = append(all, file{factsName, text})
	}
	return append(all, files...), nil
}

// nameOf is the place of an artifact in a bundle, whatever its name holds.
func nameOf(a report.Artifact) string {
	plain := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '_'
		}
		return r
	}, a.Name)
	switch {
	case strings.HasPrefix(a.MediaType, "image/"):
		return "screenshots/" + plain
	case a.Name == report.HARName:
		return "browser.har"
	}
	return "files/" + plain
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// sealed begins the comment at the end of a bundle, which holds the digest of everything before the digest.
const sealed = "logindoctor sha256 "

// pack writes the zip file and seals it.
func pack(files []file, at time.Time) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if err := z.SetComment(sealed + strings.Repeat("0", sha256.Size*2)); err != nil {
		return nil, err
	}
	for _, f := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Store, Modified: at})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(f.data); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	text := b.Bytes()
	head := text[:len(text)-sha256.Size*2]
	return append(slices.Clone(head), digest(head)...), nil
}

// A ChangedError says what is not as it was when the bundle was made.
type ChangedError struct{ What []string }

func (e *ChangedError) Error() string { return "the bundle was changed: " + strings.Join(e.What, "; ") }

// largest bounds what is unpacked.
const largest = 64 << 20

// Open reads a bundle and proves that it is as it was made. A bundle with any other byte is a *ChangedError. It proves no
// origin: whoever changes a bundle on purpose can seal it anew.
func Open(text []byte) (*Manifest, *report.Report, error) {
	z, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		return nil, nil, &ChangedError{[]string{"it cannot be read as a zip file (" + err.Error() + ")"}}
	}
	files := map[string][]byte{}
	var wrong []string
	for _, f := range z.File {
		data, err := unpack(f)
		if err != nil {
			wrong = append(wrong, fmt.Sprintf("%.60q: %v", f.Name, err))
		}
		files[f.Name] = data
	}
	var m Manifest
	if err := json.Unmarshal(files[manifestName], &m); err != nil || m.Schema != Schema {
		return nil, nil, &ChangedError{append(wrong, manifestName+" is no manifest of a bundle")}
	}
	wrong = append(wrong, m.differs(files)...)
	if head, ok := bytes.CutSuffix(text, []byte(digestOf(text))); len(wrong) == 0 && (!ok || !bytes.HasSuffix(head, []byte(sealed))) {
		wrong = append(wrong, "its files are as listed, something around them is not")
	}
	if wrong != nil {
		return &m, nil, &ChangedError{wrong}
	}
	r, err := read(files, &m)
	return &m, r, err
}

// digestOf is what the end of a bundle must be.
func digestOf(text []byte) string { return digest(text[:max(len(text)-sha256.Size*2, 0)]) }

func unpack(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, largest+1))
	if err == nil && len(data) > largest {
		err = fmt.Errorf("more than %d MB", largest>>20)
	}
	return data, err
}

// differs compares the files with the manifest.
func (m *Manifest) differs(files map[string][]byte) []string {
	var wrong []string
	for _, e := range m.Files {
		data, ok := files[e.Name]
		switch {
		case !ok:
			wrong = append(wrong, fmt.Sprintf("%.60q is missing", e.Name))
		case digest(data) != e.SHA256:
			wrong = append(wrong, fmt.Sprintf("%.60q is not what the manifest lists", e.Name))
		}
	}
	if more := len(files) - len(m.Files) - 1; more > 0 {
		wrong = append(wrong, report.Count(more, "file")+" too many")
	}
	return wrong
}

// read puts the report together again, with its facts and files.
func read(files map[string][]byte, m *Manifest) (*report.Report, error) {
	r, err := reportjson.Read(bytes.NewReader(files[reportName]))
	if err != nil {
		return nil, err
	}
	if text, ok := files[factsName]; ok {
		if err := json.Unmarshal(text, &r.Facts); err != nil {
			return nil, fmt.Errorf("read facts: %w", err)
		}
	}
	for i, a := range r.Artifacts {
		r.Artifacts[i].Data = files[nameOf(a)]
	}
	return r, nil
}
