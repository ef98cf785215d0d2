package attach

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/wneessen/go-mail"
)

// A Folder keeps a parcel as files, to be carried by hand.
type Folder struct{ Dir string }

// Name is the folder.
func (f Folder) Name() string { return "folder " + f.Dir }

// parts are the files of a parcel with the note as the first of them.
func parts(p *Parcel) []File {
	return append([]File{{Name: "note.txt", MediaType: "text/plain; charset=utf-8", About: "the note", Data: []byte(p.Note)}}, p.Files...)
}

// Plan lists the files.
func (f Folder) Plan(p *Parcel) []string {
	var lines []string
	for _, part := range parts(p) {
		lines = append(lines, fmt.Sprintf("write %s    %d bytes", filepath.Join(f.Dir, part.Name), len(part.Data)))
	}
	return lines
}

// Send writes the files; those that are there are replaced.
func (f Folder) Send(_ context.Context, p *Parcel) (lines []string, err error) {
	if err := os.MkdirAll(f.Dir, 0o755); err != nil {
		return nil, err
	}
	for _, part := range parts(p) {
		path := filepath.Join(f.Dir, part.Name)
		if err := os.WriteFile(path, part.Data, 0o644); err != nil {
			return lines, err
		}
		lines = append(lines, path)
	}
	return lines, nil
}

// A Mail is a message in a file, which a mail program opens and a person sends.
type Mail struct {
	Path string // ends in .eml
	To   string // may be empty: the person fills it in
}

// Name is the file.
func (m Mail) Name() string { return "mail " + m.Path }

// Plan names the message.
func (m Mail) Plan(p *Parcel) []string {
	return []string{fmt.Sprintf("write %s    subject %q, %d files", m.Path, m.subject(p), len(p.Files))}
}

func (m Mail) subject(p *Parcel) string { return "Sign-in diagnosis " + p.Short() }

// Send writes the message.
func (m Mail) Send(_ context.Context, p *Parcel) ([]string, error) {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if m.To != "" {
		if err := msg.To(m.To); err != nil {
			return nil, err
		}
	}
	msg.Subject(m.subject(p))
	msg.SetDateWithValue(p.Report.Run.StartedAt.Time)
	msg.SetMessageIDWithValue(p.Short() + "@logindoctor.invalid")
	msg.SetGenHeader("X-Unsent", "1") // Outlook opens it as a draft
	msg.SetBodyString(mail.TypeTextPlain, p.Note)
	for _, f := range p.Files {
		if err := msg.AttachReader(f.Name, bytes.NewReader(f.Data), mail.WithFileContentType(mail.ContentType(f.MediaType))); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return nil, err
	}
	return []string{m.Path}, os.WriteFile(m.Path, b.Bytes(), 0o600)
}

// WebhookSchema names the version of what a webhook gets.
const WebhookSchema = "logindoctor.parcel/v1"

// A Webhook is an address that takes a parcel as JSON.
type Webhook struct {
	URL    string // holds a secret as a rule, and is never shown
	Host   string
	Client *http.Client // follows no redirect
}

// Name is the host.
func (h Webhook) Name() string { return "webhook at " + h.Host }

// Plan is the call, without the path.
func (h Webhook) Plan(p *Parcel) []string {
	return []string{fmt.Sprintf("POST https://%s/[secret]    the note and %d files as JSON", h.Host, len(p.Files))}
}

type hookFile struct {
	Name      string `json:"name"`
	MediaType string `json:"media_type"`
	SHA256    string `json:"sha256"`
	Data      string `json:"data"` // base 64
}

// Send posts once. Nobody can look whether a webhook took it, so it is never repeated; who receives it can tell a second one
// by the digest in the header Idempotency-Key.
func (h Webhook) Send(ctx context.Context, p *Parcel) ([]string, error) {
	files := []hookFile{}
	for _, f := range p.Files {
		sum := sha256.Sum256(f.Data)
		files = append(files, hookFile{f.Name, f.MediaType, hex.EncodeToString(sum[:]), base64.StdEncoding.EncodeToString(f.Data)})
	}
	body, err := json.Marshal(map[string]any{"schema": WebhookSchema, "digest": p.Digest, "note": p.Note, "files": files})
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("the address of the webhook is none")
	}
	r.GetBody = nil
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", p.Digest)
	res, err := h.Client.Do(r)
	if err != nil {
		return nil, &Error{Code: MayHaveGone, Statement: "The webhook did not answer.", Seen: short(plain(err).Error()),
			Because: "it may have taken the report all the same", Next: "look there before you send it again"}
	}
	defer res.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(res.Body, 512))
	if res.StatusCode/100 != 2 {
		return nil, &Error{Code: Refused, Statement: "The webhook refused the report.", Seen: short(fmt.Sprintf("status %d %s", res.StatusCode, said)),
			Next: "compare with what the receiver expects"}
	}
	return []string{fmt.Sprintf("status %d", res.StatusCode)}, nil
}
