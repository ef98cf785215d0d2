package bundle

import (
	"archive/zip"
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"logindoctor/report"
	"logindoctor/report/internal/samples"
	"logindoctor/report/redact"
)

// packed is a bundle with everything that one can hold, and the report in it.
func packed(t *testing.T) ([]byte, *report.Report) {
	t.Helper()
	r := samples.Broken()
	r.Artifacts = []report.Artifact{report.Picture("tls.issuer-page.png", []byte("\x89PNG")), {Name: report.HARName, MediaType: "application/json", Data: []byte(`{"log":{}}`)}}
	r.Facts = &report.Facts{Subjects: []report.FactSubject{{Host: "na.myconnectwise.net", Port: 443, Role: "web"}},
		Nodes: []report.FactNode{{ID: "tls.issuer", Check: "tls.issuer", State: "fail", Depth: "none", Evidence: []report.Fact{{Key: "a", Value: "b", Class: "public"}}}}}
	r = redact.Apply(r, redact.Internal)
	var b bytes.Buffer
	if err := Render(&b, r, report.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), r
}

func TestBundleComesBack(t *testing.T) {
	text, want := packed(t)
	again, _ := packed(t)
	if !bytes.Equal(text, again) {
		t.Error("the same report gives another bundle")
	}
	m, got, err := Open(text)
	if err != nil {
		t.Fatal(err)
	}
	if got = redact.Apply(got, redact.Internal); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
	var names []string
	for _, f := range m.Files {
		names = append(names, f.Name)
	}
	if got := strings.Join(names, " "); got != "report.json report.html facts.json screenshots/tls.issuer-page.png browser.har" {
		t.Errorf("in it are %s", got)
	}
}

// Any byte that is not what it was is noticed, wherever it stands.
func TestOneByteChanged(t *testing.T) {
	text, _ := packed(t)
	step := 1
	if len(text) > 20_000 {
		step = 97
	}
	tried := 0
	for i := 0; i < len(text); i++ {
		if i > 600 && i < len(text)-900 && i%step != 0 {
			continue // all of the head and the end, and samples between
		}
		for _, flip := range []byte{0x01, 0x20, 0x80} {
			changed := bytes.Clone(text)
			changed[i] ^= flip
			var is *ChangedError
			if _, _, err := Open(changed); !errors.As(err, &is) {
				t.Fatalf("byte %d, %q became %q: %v", i, text[i], changed[i], err)
			}
			tried++
		}
	}
	t.Logf("%d changes of %d bytes", tried, len(text))
	for _, other := range [][]byte{nil, text[:len(text)-1], text[1:], append(bytes.Clone(text), '0'), []byte("PK")} {
		if _, _, err := Open(other); err == nil {
			t.Errorf("%d bytes are taken for the bundle", len(other))
		}
	}
}

func TestChangedFileIsNamed(t *testing.T) {
	text, _ := packed(t)
	z, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range z.File {
		data, err := unpack(f)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == factsName {
			data = bytes.Replace(data, []byte(`"fail"`), []byte(`"pass"`), 1)
		}
		part, err := w.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		part.Write(data)
	}
	extra, _ := w.Create("note.txt")
	extra.Write([]byte("x"))
	w.Close()
	if _, _, err := Open(b.Bytes()); err == nil || err.Error() != `the bundle was changed: "facts.json" is not what the manifest lists; 1 file too many` {
		t.Error(err)
	}
}

func TestNamesOfArtifacts(t *testing.T) {
	for name, want := range map[string]string{"../../etc/passwd": "screenshots/.._.._etc_passwd", "a:b*.png": "screenshots/a_b_.png"} {
		if got := nameOf(report.Artifact{Name: name, MediaType: "image/png"}); got != want {
			t.Errorf("%q becomes %q", name, got)
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, text []byte) { Open(text) })
}
