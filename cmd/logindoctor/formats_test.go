package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/world"
	"logindoctor/report"
)

// A stored report becomes a PDF that a browser printed, and the screen stays as it was.
func TestPDF(t *testing.T) {
	if _, err := world.FindBrowser(""); err != nil && os.Getenv("LOGINDOCTOR_CI") == "" {
		t.Skip(err)
	}
	past, file := filepath.Join(t.TempDir(), "history.db"), filepath.Join(t.TempDir(), "r.pdf")
	keptRun(t, brokenAPI, past, 2)
	out, _ := offline(t, 0, "render", "latest", "--history", past, "-o", "pdf="+file, "-o", "brief")
	pdf, err := os.ReadFile(file)
	if err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) || len(pdf) < 20_000 {
		t.Errorf("%d bytes, %v", len(pdf), err)
	}
	if !bytes.HasPrefix([]byte(out), []byte("BROKEN. ")) {
		t.Errorf("standard output is %s", out)
	}
}

// The buttons of the page work in a browser that opened it from the disk, pressed as a person presses them.
func TestCopyButtons(t *testing.T) {
	if _, err := world.FindBrowser(""); err != nil && os.Getenv("LOGINDOCTOR_CI") == "" {
		t.Skip(err)
	}
	past, file := filepath.Join(t.TempDir(), "history.db"), filepath.Join(t.TempDir(), "r.html")
	keptRun(t, brokenAPI, past, 2)
	offline(t, 0, "render", "latest", "--history", past, "-o", "html="+file, "-o", "none")
	w, err := world.New(world.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var steps []checks.Step
	for _, button := range []string{"ticket", "plan"} {
		steps = append(steps, checks.Step{Name: "open " + button, Do: checks.DoOpen, URL: "file://" + file},
			checks.Step{Name: "press " + button, Do: checks.DoPress, Any: []string{`button[data-copy="` + button + `"]`}},
			checks.Step{Name: "said " + button, Do: checks.DoWait, Texts: []string{"Copied."}, Within: 10 * time.Second})
	}
	events, err := w.Browse(t.Context(), checks.Script{Name: "page", Steps: steps})
	if err != nil {
		t.Fatal(err)
	}
	for e := range events {
		if e.Kind == checks.EventStep && e.Outcome != checks.OutcomeDone || e.Kind == checks.EventEnd && e.Outcome != checks.OutcomeDone {
			t.Errorf("%s is %s: %s", e.Step, e.Outcome, e.Error)
		}
	}
}

// Rendering is a pure function: the same document gives the same bytes in every format but the one that a browser prints.
func TestSameDocumentSameBytes(t *testing.T) {
	past := filepath.Join(t.TempDir(), "history.db")
	keptRun(t, brokenAPI, past, 2)
	document, _ := offline(t, 0, "render", "latest", "--history", past, "-o", "json")
	a := &app{terminal: &terminal{}}
	for _, f := range formats {
		if f.render == nil {
			continue
		}
		var first string
		for range 5 { // the order of maps differs each time
			a.in = strings.NewReader(document)
			r, err := a.readReport(t.Context(), "-")
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			if err := f.render(&b, r, report.Options{Verbose: 2}); err != nil {
				t.Fatal(err)
			}
			if first == "" {
				first = b.String()
			} else if b.String() != first {
				t.Errorf("%s differs from time to time", f.name)
				break
			}
		}
	}
}
