package child

import (
	"context"
	"slices"

	"github.com/go-rod/rod/lib/proto"

	"logindoctor/checks"
)

// piece is how many bytes of a file one event holds: in base64 they stay below the longest line of the log.
const piece = 4 << 20

// shownPictures waits until every picture of a document can be drawn, or is known to be none.
const shownPictures = `Promise.all([...document.images].map(i => i.decode().catch(() => 0))).then(() => true)`

// print lays out a document of our own in the empty tab and tells it as PDF, tagged so that a screen reader can follow it.
func (w *walker) print(ctx context.Context, step, document string) error {
	t := w.tab.with(ctx)
	tree, err := proto.PageGetFrameTree{}.Call(t)
	if err != nil {
		return err
	}
	if err := (proto.PageSetDocumentContent{FrameID: tree.FrameTree.Frame.ID, HTML: document}).Call(t); err != nil {
		return err
	}
	if _, err := (proto.RuntimeEvaluate{Expression: shownPictures, AwaitPromise: true}).Call(t); err != nil {
		return err
	}
	r, err := proto.PagePrintToPDF{PrintBackground: true, PreferCSSPageSize: true, GenerateTaggedPDF: true, GenerateDocumentOutline: true}.Call(t)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(r.Data, piece) {
		w.journal.emit(checks.Event{Kind: checks.EventPrint, Step: step, PDF: part})
	}
	return nil
}
