package attach

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A Ticket is a ticket of ConnectWise PSA. The report becomes a note, its files become documents. Calls and answers are those
// of the vendor's developer guide (connectwise.md 3.4, 3.5 and 8).
type Ticket struct {
	ID              int
	CustomerVisible bool         // a discussion note, which the customer sees, instead of an internal one
	Base            *url.URL     // of the API, "https://api-na.myconnectwise.net/v2026_1/apis/3.0"
	Header          http.Header  // what every call carries: the login and the client id
	Client          *http.Client // follows no redirect
	Patience        time.Duration
	Pause           func(context.Context, time.Duration) error // nil really waits
}

// Name says which note it becomes.
func (t *Ticket) Name() string {
	if t.CustomerVisible {
		return fmt.Sprintf("ticket %d (note that the customer sees)", t.ID)
	}
	return fmt.Sprintf("ticket %d (internal note)", t.ID)
}

// Plan lists the calls.
func (t *Ticket) Plan(p *Parcel) []string {
	lines := []string{"GET " + t.url(t.path(), nil) + "    is the ticket there", "GET " + t.url(documents, t.ofTicket()) + "    is it attached already"}
	for _, f := range p.Files {
		lines = append(lines, fmt.Sprintf("POST %s    %q, %d bytes", t.url(documents, nil), p.Title(f), len(f.Data)))
	}
	lines = append(lines, fmt.Sprintf("POST %s    the note, %d bytes", t.url(t.path()+"/notes", nil), len(p.Note)))
	for name := range t.Header {
		lines = append(lines, "  "+name+": [secret]")
	}
	return lines
}

const documents = "/system/documents"

func (t *Ticket) path() string { return "/service/tickets/" + strconv.Itoa(t.ID) }

func (t *Ticket) ofTicket() url.Values {
	return url.Values{"recordType": {"Ticket"}, "recordId": {strconv.Itoa(t.ID)}}
}

func (t *Ticket) url(path string, query url.Values) string {
	u := *t.Base
	u.Path = strings.TrimSuffix(u.Path, "/") + path
	u.RawQuery = query.Encode()
	return u.String()
}

// Send attaches the files and then writes the note. What an earlier call attached already is not attached again.
func (t *Ticket) Send(ctx context.Context, p *Parcel) (lines []string, err error) {
	defer func() {
		var e *Error
		if errors.As(err, &e) {
			e.Sent = lines
		}
	}()
	if _, err := t.get(ctx, t.path(), nil); err != nil {
		return nil, t.noTicket(err)
	}
	refused := ""
	for _, f := range p.Files {
		id, again, err := t.attach(ctx, p, f)
		if refused = refusal(err); refused != "" {
			break // the note alone says so
		}
		if err != nil {
			return lines, t.notAttached(err, p)
		}
		lines = append(lines, fmt.Sprintf("document %d, %s%s", id, f.Name, already(again)))
	}
	note := p.Note
	if refused != "" {
		if note, err = p.note(p.gate, p.Short(), refused); err != nil {
			return lines, err
		}
		lines = append(lines, "no documents: "+refused)
	}
	id, again, err := t.write(ctx, p, note)
	if err != nil {
		return lines, t.notWritten(err)
	}
	return append(lines, fmt.Sprintf("note %d%s", id, already(again))), nil
}

func already(again bool) string {
	if again {
		return " (it was there already)"
	}
	return ""
}

// A record is what lists and answers of both kinds have in common.
type record struct {
	ID    int    `json:"id"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// attach posts one document.
func (t *Ticket) attach(ctx context.Context, p *Parcel, f File) (id int, again bool, err error) {
	title := p.Title(f)
	body, kind, err := t.form(f, title)
	if err != nil {
		return 0, false, err
	}
	return t.create(ctx, creation{path: documents, kind: kind, body: body, list: documents, query: t.ofTicket(),
		is: func(r record) bool { return r.Title == title }})
}

// form is the multipart body of a document; the file comes last.
func (t *Ticket) form(f File, title string) (body []byte, kind string, err error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, field := range [][2]string{{"recordType", "Ticket"}, {"recordId", strconv.Itoa(t.ID)}, {"title", title}} {
		if err := w.WriteField(field[0], field[1]); err != nil {
			return nil, "", err
		}
	}
	head := textproto.MIMEHeader{"Content-Type": {f.MediaType},
		"Content-Disposition": {fmt.Sprintf(`form-data; name="file"; filename=%q`, f.Name)}}
	part, err := w.CreatePart(head)
	if err != nil {
		return nil, "", err
	}
	if _, err := part.Write(f.Data); err != nil {
		return nil, "", err
	}
	if err := w.Close(); err != nil {
		return nil, "", err
	}
	return b.Bytes(), w.FormDataContentType(), nil
}

// write posts the note.
func (t *Ticket) write(ctx context.Context, p *Parcel, text string) (id int, again bool, err error) {
	body, err := json.Marshal(map[string]any{"text": text, "internalAnalysisFlag": !t.CustomerVisible, "detailDescriptionFlag": t.CustomerVisible,
		"resolutionFlag": false, "processNotifications": false})
	if err != nil {
		return 0, false, err
	}
	mark := "review digest " + p.Short()
	return t.create(ctx, creation{path: t.path() + "/notes", kind: "application/json", body: body, list: t.path() + "/allNotes",
		is: func(r record) bool { return strings.Contains(strings.Join(strings.Fields(r.Text), " "), mark) }})
}
