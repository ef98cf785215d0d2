package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"logindoctor/checks/world"
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
