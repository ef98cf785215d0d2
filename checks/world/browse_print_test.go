package world

import (
	"bytes"
	"net/http"
	"sync/atomic"
	"testing"

	"logindoctor/checks"
)

// A document of our own becomes a PDF; what it would load from outside is not asked for.
func TestBrowserPrints(t *testing.T) {
	s := newSite(t)
	var asked atomic.Bool
	s.plain("outside.test", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Store(true) }))
	log := s.browse(checks.Script{Name: "pdf", Steps: []checks.Step{{Name: "print", Do: checks.DoPrint,
		Value: `<!DOCTYPE html><meta http-equiv="Content-Security-Policy" content="default-src 'none'"><title>A report</title><h1>BROKEN</h1>` +
			`<img src="http://outside.test/x.png"><script src="http://outside.test/x.js"></script>`}}})
	var pdf []byte
	for _, e := range log.Of(checks.EventPrint) {
		pdf = append(pdf, e.PDF...)
	}
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) || !bytes.Contains(pdf, []byte("%%EOF")) || !bytes.Contains(pdf, []byte("/StructTreeRoot")) {
		t.Errorf("%d bytes are no tagged PDF; the script ended %+v", len(pdf), log.End())
	}
	if asked.Load() {
		t.Error("the document asked for something outside")
	}
}
