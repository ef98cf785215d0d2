package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"logindoctor/fixtures"
	"logindoctor/fixtures/service"
)

const ticketNumber = 48213

// A desk is a world with a report of it, ready to be attached.
type desk struct {
	t      *testing.T
	w      *fixtures.World
	report string
	digest string
}

// attachable is the report that is attached in every test; it is measured once.
var attachable struct {
	sync.Once
	text []byte
}

// openDesk reviews a report in a world whose service behaves as the lines say.
func openDesk(t *testing.T, lines ...string) *desk {
	t.Helper()
	attachable.Do(func() {
		w := start(t, "The identity host is gone.\n-- world --\ndns * idp rcode NXDOMAIN soa\n-- want --\nprimary none\n", fixtures.Options{})
		attachable.text, _, _ = logindoctor(t, w, append([]string{"run", "--level", "quick", "-o", "json"}, w.Args()...)...)
	})
	d := &desk{t: t, report: filepath.Join(t.TempDir(), "report.json")}
	if err := os.WriteFile(d.report, attachable.text, 0o600); err != nil {
		t.Fatal(err)
	}
	d.w = start(t, "A desk.\n-- world --\n"+strings.Join(lines, "\n")+"\n-- want --\nprimary none\n", fixtures.Options{})
	out, trouble, code := logindoctor(t, d.w, "review", d.report, "--config", configOf(d.w.Args()))
	m := regexp.MustCompile(`Digest ([0-9a-f]{12}) `).FindSubmatch(out)
	if code != 0 || m == nil {
		t.Fatalf("review: exit code %d\n%s%s", code, out, trouble)
	}
	d.digest = string(m[1])
	return d
}

// attach runs the command and returns its exit code and all it says.
func (d *desk) attach(args ...string) (int, string) {
	d.t.Helper()
	all := append([]string{"attach", d.report, d.w.Host("web.na"), "--ticket", "48213", "--review", d.digest}, args...)
	out, trouble, code := logindoctor(d.t, d.w, append(all, wayOf(d.w)...)...)
	return code, string(out) + string(trouble)
}

// wayOf are the arguments of a world that say how its service is reached.
func wayOf(w *fixtures.World) []string {
	args := w.Args()
	var kept []string
	for i := 0; i+1 < len(args); i += 2 { // all of them have a value; the target is the last one
		if args[i] != "--time-server" {
			kept = append(kept, args[i], args[i+1])
		}
	}
	return kept
}

// once demands that everything reviewed is there, once, and nothing else.
func (d *desk) once(want ...string) service.Ticket {
	d.t.Helper()
	got := d.w.Ticket(ticketNumber)
	var names []string
	for _, doc := range got.Documents {
		names = append(names, filepath.Ext(doc.FileName))
	}
	for range got.Notes {
		names = append(names, "note")
	}
	slices.Sort(names)
	if !slices.Equal(names, want) {
		d.t.Errorf("on the ticket are %v, want %v", names, want)
	}
	return got
}

var whole = []string{".html", ".json", "note"}

func TestAttachSendsWhatWasReviewed(t *testing.T) {
	d := openDesk(t)
	dir := t.TempDir()
	if _, trouble, code := logindoctor(t, d.w, "attach", d.report, "--folder", dir, "--review", d.digest); code != 0 {
		t.Fatalf("to a folder: exit code %d\n%s", code, trouble)
	}
	code, said := d.attach()
	if code != 0 || !strings.Contains(said, "Sent to ticket 48213 (internal note), digest "+d.digest) {
		t.Fatalf("exit code %d\n%s", code, said)
	}
	got := d.once(whole...)
	manifest := ""
	note := must(os.ReadFile(filepath.Join(dir, "note.txt")))
	blank := bytes.ReplaceAll(note, []byte(d.digest), []byte("000000000000"))
	manifest += line("note", blank)
	for _, doc := range got.Documents {
		if file := must(os.ReadFile(filepath.Join(dir, doc.FileName))); !bytes.Equal(file, doc.Data) {
			t.Errorf("%s is not what was shown", doc.FileName)
		}
		manifest += line(doc.FileName, doc.Data)
		if !strings.Contains(doc.Title, d.digest) {
			t.Errorf("title %q", doc.Title)
		}
	}
	sum := sha256.Sum256([]byte(manifest))
	if got := hex.EncodeToString(sum[:])[:12]; got != d.digest {
		t.Errorf("the digest of what arrived is %s, reviewed was %s", got, d.digest)
	}
	n := got.Notes[0]
	if !n.Internal || n.Discussion || n.Notify || n.Text != strings.ReplaceAll(string(note), "\n", " ") {
		t.Errorf("note %+v", n)
	}
	reads(t, n.Text)
	if code, said = d.attach(); code != 0 || strings.Count(said, "it was there already") != 3 {
		t.Errorf("again: exit code %d\n%s", code, said)
	}
	d.once(whole...)
}

func line(name string, data []byte) string {
	sum := sha256.Sum256(data)
	return strings.Join([]string{name, strconv.Itoa(len(data)), hex.EncodeToString(sum[:])}, " ") + "\n"
}

// reads demands a note that can be read although its line breaks became blanks (ux.md 4, rule 55).
func reads(t *testing.T, text string) {
	t.Helper()
	if len([]rune(text)) > 2000 || strings.ContainsAny(text, "\n\r|*#`") {
		t.Errorf("%d characters: %s", len([]rune(text)), text)
	}
	if !regexp.MustCompile(`LD[0-9]{4}.* Cause: .+\. Who must act: .+\. Certainty: .+\. Steps: 1\. .* 2\. .* Code [0-9A-Z]{5}-[0-9A-Z]{5}\.`).MatchString(text) {
		t.Errorf("the note does not read well: %s", text)
	}
}

func TestAttachCustomerVisible(t *testing.T) {
	d := openDesk(t)
	if code, said := d.attach("--customer-visible"); code != 0 || !strings.Contains(said, "the customer sees") {
		t.Errorf("exit code %d\n%s", code, said)
	}
	if n := d.once(whole...).Notes[0]; n.Internal || !n.Discussion || n.Notify {
		t.Errorf("%+v", n)
	}
}

// TestAttachAgainstFaults breaks the way to the ticket in every manner of connectwise.md 3.4, 3.5 and 8.
func TestAttachAgainstFaults(t *testing.T) {
	for _, c := range []struct {
		name, line string
		code       int
		says       string
		there      []string // after the first call
		again      int      // exit code of a second call, which must leave everything there once; -1 for no second call
		after      []string
	}{
		{"answer lost", "app api create stored 1", 0, "Sent to ticket", whole, 0, whole},
		{"answers lost thrice", "app api create stored 3", 0, "Sent to ticket", whole, 0, whole},
		{"cut before it was stored", "app api create cut 1", 0, "Sent to ticket", whole, 0, whole},
		{"cut again and again", "app api create cut 9", 3, "LD7208", nil, -1, nil},
		{"500 and stored", "app api create status 500 stored 2", 0, "Sent to ticket", whole, 0, whole},
		{"500 and not stored", "app api create status 500 1", 0, "Sent to ticket", whole, 0, whole},
		{"503 for ever", "app api create status 503 99", 3, "LD7208", nil, -1, nil},
		{"slow", "app api create late 700ms 3", 0, "Sent to ticket", whole, 0, whole},
		{"too many calls for a moment", "app api rate 429 1 3", 0, "Sent to ticket", whole, 0, whole},
		{"too many calls for long", "app api rate 429 600", 3, "LD7206", nil, -1, nil},
		{"files too large", "app api documents 1000", 0, "no documents: the service refused the files with status 413", []string{"note"}, 0, []string{"note"}},
		{"files of another type", "app api documents pdf", 0, "no documents: the service refused the files with status 400", []string{"note"}, 0, []string{"note"}},
		{"no right to attach", "app api documents refuse", 3, "LD7201", nil, 3, nil},
		{"no right to write", "app api notes refuse", 3, "LD7203", []string{".html", ".json"}, 3, []string{".html", ".json"}},
		{"note too long", "app api notes 100", 3, "LD7205", []string{".html", ".json"}, 3, []string{".html", ".json"}},
		{"no such ticket", "app api ticket none", 3, "LD7202", nil, -1, nil},
		{"keys refused", "app api keys refuse", 3, "LD7204", nil, -1, nil},
		{"read-only", "app api role read-only", 3, "LD7201", nil, -1, nil},
		{"client id unknown", "app api client-ids none", 3, "LD7204", nil, -1, nil},
		{"a page instead of data", "app api html", 3, "a page", nil, -1, nil},
		{"maintenance", "app maintenance 503 api", 3, "LD7208", nil, -1, nil},
		{"nobody there", "net api closed", 3, "LD7208", nil, -1, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // most of it is waiting
			d := openDesk(t, c.line)
			code, said := d.attach()
			if code != c.code || !strings.Contains(said, c.says) {
				t.Errorf("exit code %d, want %d with %q\n%s", code, c.code, c.says, said)
			}
			if code != 0 && (!strings.Contains(said, "Next  ") || !strings.Contains(said, "Fix by  ")) {
				t.Errorf("no way out in:\n%s", said)
			}
			d.once(c.there...)
			if c.again < 0 {
				return
			}
			if code, said = d.attach(); code != c.again {
				t.Errorf("again: exit code %d\n%s", code, said)
			}
			d.once(c.after...)
		})
	}
}

func TestAttachNoteSaysThatFilesAreMissing(t *testing.T) {
	d := openDesk(t, "app api documents 1000")
	d.attach()
	text := d.once("note").Notes[0].Text
	if !strings.Contains(text, "Report: not attached, because the service refused the files with status 413, review digest "+d.digest) {
		t.Error(text)
	}
	reads(t, text)
}

func TestAttachRefuses(t *testing.T) {
	d := openDesk(t)
	config := configOf(d.w.Args())
	for _, c := range []struct {
		code int
		says string
		args []string
	}{
		{64, "--review DIGEST", []string{"--ticket", "48213"}},
		{64, "one place to send to", nil},
		{64, "one place to send to", []string{"--ticket", "1", "--webhook"}},
		{3, "look again", []string{"--ticket", "48213", "--review", "WRONG", "--dry-run"}},
		{3, "look again", []string{"--ticket", "48213", "--review", d.digest[:11]}},
		{3, "look again", []string{"--ticket", "48213", "--review", d.digest, "--redact", "public"}},
		{64, "credentials.webhook.url", []string{"--webhook", "-y"}},
		{64, "no flag --password", []string{"--password", "x"}},
	} {
		out, trouble, code := logindoctor(t, d.w, append([]string{"attach", d.report, "--config", config, "--product", d.w.Args()[1]}, c.args...)...)
		if c.code == 64 && c.says == "no flag --password" {
			c.says = "Secrets are not taken as flags"
		}
		if code != c.code || !strings.Contains(string(trouble), c.says) || len(out) > 0 {
			t.Errorf("%v: exit code %d\n%s%s", c.args, code, out, trouble)
		}
	}
	if code, said := d.attach("--dry-run"); code != 0 || !strings.Contains(said, "POST https://"+d.w.Host("api.na")) || !strings.Contains(said, "Authorization: [secret]") {
		t.Errorf("exit code %d\n%s", code, said)
	}
	d.once()
}

// A report of the lab stays on this computer.
func TestAttachOfADemonstration(t *testing.T) {
	d := openDesk(t)
	text := strings.Replace(string(must(os.ReadFile(d.report))), `"schema_version": "1.0",`, `"schema_version": "1.0", "demo": true,`, 1)
	if err := os.WriteFile(d.report, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _, _ := logindoctor(t, d.w, "review", d.report)
	d.digest = string(regexp.MustCompile(`Digest ([0-9a-f]{12}) `).FindSubmatch(out)[1])
	if code, said := d.attach(); code != 0 {
		t.Errorf("to loopback: exit code %d\n%s", code, said)
	}
	d.once(whole...)
	out, trouble, code := logindoctor(t, d.w, "attach", d.report, "na.psa.test", "--ticket", "48213", "--review", d.digest, "--config", configOf(d.w.Args()),
		"--product", d.w.Args()[1], "--connect-to", "::192.0.2.1:443", "--proxy", "direct", "--step-timeout", "300ms")
	if code != 3 || len(out) > 0 {
		t.Errorf("to an address outside: exit code %d\n%s%s", code, out, trouble)
	}
}

// A webhook gets the parcel once, and its address stands nowhere.
func TestWebhook(t *testing.T) {
	d := openDesk(t)
	calls := make(chan map[string]any, 8)
	var status atomic.Int64
	hook := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || r.Header.Get("Idempotency-Key") != body["digest"] {
			t.Errorf("%v %v", err, r.Header)
		}
		calls <- body
		http.Redirect(w, r, "http://elsewhere.test/", int(status.Load()))
	}))
	defer hook.Close()
	dir := t.TempDir()
	ca, settings := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "settings.yaml")
	pemText := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: hook.Certificate().Raw})
	if err := errors.Join(os.WriteFile(ca, pemText, 0o600), os.WriteFile(settings, []byte("credentials: {webhook: {url: \"env:HOOK_URL\"}}\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOOK_URL", hook.URL+"/services/T0SECRETPATH")
	for _, c := range []struct{ status, code int }{{http.StatusAccepted, 0}, {http.StatusFound, 3}, {http.StatusInternalServerError, 3}} {
		status.Store(int64(c.status))
		out, trouble, code := logindoctor(t, d.w, "attach", d.report, "--webhook", "--review", d.digest, "--config", settings, "--ca-file", ca, "--proxy", "direct")
		if code != c.code || len(calls) != 1 || strings.Contains(string(out)+string(trouble), "T0SECRET") {
			t.Fatalf("status %d: exit code %d, %d calls\n%s%s", c.status, code, len(calls), out, trouble)
		}
		got := <-calls
		if files, _ := got["files"].([]any); got["schema"] != "logindoctor.parcel/v1" || len(files) != 2 {
			t.Errorf("%.300v", got)
		}
	}
}

func TestMail(t *testing.T) {
	d := openDesk(t)
	file := filepath.Join(t.TempDir(), "report.eml")
	if _, trouble, code := logindoctor(t, d.w, "attach", d.report, "--mail", file, "--mail-to", "support@example.test", "--review", d.digest); code != 0 {
		t.Fatalf("exit code %d\n%s", code, trouble)
	}
	mail := string(must(os.ReadFile(file)))
	for _, want := range []string{"To: <support@example.test>", "Subject: Sign-in diagnosis " + d.digest, "X-Unsent: 1", "Sign-in diagnosis: BROKEN", "filename=\"signin-"} {
		if !strings.Contains(mail, want) {
			t.Errorf("no %q in:\n%.3000s", want, mail)
		}
	}
}
