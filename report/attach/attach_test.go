package attach

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"logindoctor/report"
	"logindoctor/report/internal/samples"
	"logindoctor/report/redact"
)

func packed(t *testing.T, r *report.Report, p redact.Profile) *Parcel {
	t.Helper()
	parcel, err := Pack(redact.New(p), r)
	if err != nil {
		t.Fatal(err)
	}
	return parcel
}

func TestParcelIsTheSameEachTime(t *testing.T) {
	for name, r := range samples.All() {
		one, two := packed(t, r, redact.Share), packed(t, r, redact.Share)
		if one.Digest != two.Digest || one.Note != two.Note || !bytes.Equal(one.Files[0].Data, two.Files[0].Data) {
			t.Errorf("%s: two parcels of one report differ", name)
		}
		if !strings.Contains(strings.Join(strings.Fields(one.Note), " "), "review digest "+one.Short()+".") {
			t.Errorf("%s: the note does not quote the digest:\n%s", name, one.Note)
		}
		if r.Redaction.Profile != "" {
			t.Errorf("%s: the report itself was changed", name)
		}
	}
	r := samples.Broken()
	r.Findings[0].Steps[0].Text += " Now."
	if packed(t, r, redact.Share).Digest == packed(t, samples.Broken(), redact.Share).Digest {
		t.Error("another report has the same digest")
	}
	if p := packed(t, samples.Broken(), redact.Public); p.Digest == packed(t, samples.Broken(), redact.Share).Digest || !p.Is(p.Digest) || p.Is(p.Digest[:11]) || p.Is("") {
		t.Error("a digest is taken for another")
	}
}

var blanks = regexp.MustCompile(`\s+`)

// A note must read well when the service shows its line breaks as blanks, however long it is.
func TestNoteWithoutLineBreaks(t *testing.T) {
	longest := 0
	for name, r := range samples.All() {
		note := packed(t, r, redact.Share).Note
		longest = max(longest, utf8.RuneCountInString(note))
		if n := utf8.RuneCountInString(note); n > 2000 {
			t.Errorf("%s: %d characters", name, n)
		}
		flat := strings.TrimSpace(blanks.ReplaceAllString(note, " "))
		for paragraph := range strings.SplitSeq(strings.TrimSpace(note), "\n\n") {
			if end := paragraph[len(paragraph)-1:]; !strings.Contains(".:?!", end) && !strings.HasSuffix(paragraph, "...") {
				t.Errorf("%s: a paragraph runs into the next one: …%s", name, paragraph[max(0, len(paragraph)-60):])
			}
		}
		if name == "hostile" {
			continue
		}
		if !regexp.MustCompile(`^Sign-in diagnosis: [A-Z]+.*\. .*(Cause|Result): .+\. .*Tested as: .+\. Report: .+, review digest [0-9a-f]{12}\. .*Code [0-9A-Z]{5}-[0-9A-Z]{5}\.`).MatchString(flat) {
			t.Errorf("%s does not read well:\n%s", name, flat)
		}
	}
	if longest < 1700 {
		t.Errorf("the longest note has %d characters, so the limit was not tried", longest)
	}
}

func TestPicturesGoFirst(t *testing.T) {
	r := samples.Broken()
	for i := range 3 {
		r.Artifacts = append(r.Artifacts, report.Picture(fmt.Sprintf("tls.issuer-%d.png", i), bytes.Repeat([]byte{byte(i), 0xff}, 1_500_000)))
	}
	p := packed(t, r, redact.Share.WithPictures())
	if len(p.Files) != 2 {
		t.Fatalf("left out: %v", p.LeftOut)
	}
	for _, f := range p.Files {
		if len(f.Data) > LargestFile || !bytes.Contains(f.Data, []byte("would become too large")) {
			t.Errorf("%s has %d bytes", f.Name, len(f.Data))
		}
	}
	if p := packed(t, r, redact.Share); len(p.LeftOut) != 3 || !strings.Contains(p.LeftOut[0], "opt-in") {
		t.Errorf("left out: %v", p.LeftOut)
	}
}

// A desk is a service with one ticket; delay is how late it stores what is posted.
type desk struct {
	sync.Mutex
	posts, lists int
	rows         []map[string]any // of both lists
	delay        time.Duration
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodPost:
		body, _ := io.ReadAll(r.Body)
		d.Lock()
		d.posts++
		id, delay := 100+d.posts, d.delay
		d.Unlock()
		row := map[string]any{"id": id}
		if json.Unmarshal(body, &row) != nil { // a form
			title := regexp.MustCompile(`name="title"\r\n\r\n(.*)\r\n`).FindSubmatch(body)
			row = map[string]any{"title": string(title[1])}
		}
		row["id"] = id
		time.Sleep(delay)
		d.Lock()
		d.rows = append(d.rows, row)
		d.Unlock()
		w.WriteHeader(http.StatusCreated)
		json.NewEncoder(w).Encode(row)
	case strings.HasSuffix(r.URL.Path, "allNotes"), strings.HasSuffix(r.URL.Path, "documents"):
		d.Lock()
		defer d.Unlock()
		d.lists++
		from := 0
		if r.URL.Query().Get("page") == "2" {
			from = min(pageSize, len(d.rows))
		}
		json.NewEncoder(w).Encode(append([]map[string]any{}, d.rows[from:min(from+pageSize, len(d.rows))]...))
	default:
		io.WriteString(w, `{"id":1}`)
	}
}

func (d *desk) ticket(t *testing.T, patience time.Duration) *Ticket {
	t.Helper()
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	base, err := url.Parse(server.URL + "/v1/apis/3.0")
	if err != nil {
		t.Fatal(err)
	}
	return &Ticket{ID: 1, Base: base, Header: http.Header{}, Client: &http.Client{Timeout: patience},
		Pause: func(context.Context, time.Duration) error { return nil }}
}

// A call without an answer in time may still be carried out, so it is never repeated.
func TestNoAnswerInTime(t *testing.T) {
	d := &desk{delay: 400 * time.Millisecond}
	ticket := d.ticket(t, 200*time.Millisecond)
	p := packed(t, samples.Broken(), redact.Share)
	_, err := ticket.Send(t.Context(), p)
	var e *Error
	if !errors.As(err, &e) || e.Code != MayHaveGone || d.posts != 1 {
		t.Fatalf("%v after %d posts", err, d.posts)
	}
	for stored := 0; stored == 0; time.Sleep(10 * time.Millisecond) {
		d.Lock()
		stored, d.delay = len(d.rows), 0
		d.Unlock()
	}
	lines, err := ticket.Send(t.Context(), p)
	if err != nil || d.posts != 3 || len(d.rows) != 3 || !strings.Contains(lines[0], "it was there already") {
		t.Errorf("the second time: %v, %v, %d posts", lines, err, d.posts)
	}
}

// What is there already is found on whatever page it stands.
func TestLooksAtEveryPage(t *testing.T) {
	d := &desk{}
	for i := range pageSize + 5 {
		d.rows = append(d.rows, map[string]any{"id": i + 1, "title": fmt.Sprint("other ", i), "text": "other"})
	}
	p := packed(t, samples.Broken(), redact.Share)
	ticket := d.ticket(t, time.Minute)
	for want, posts := 3, 0; posts < 2; posts++ {
		if _, err := ticket.Send(t.Context(), p); err != nil || d.posts != want {
			t.Errorf("%v, %d posts, want %d", err, d.posts, want)
		}
	}
}

func TestErrorsAreComplete(t *testing.T) {
	m, err := Manual()
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Sections) != len(Codes) {
		t.Errorf("%d sections for %d codes", len(m.Sections), len(Codes))
	}
	for i, c := range Codes {
		if m.Sections[i].Code != c.ID {
			t.Errorf("section %d is %s, want %s", i, m.Sections[i].Code, c.ID)
		}
	}
}
