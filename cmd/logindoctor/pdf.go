package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/world"
	"logindoctor/report"
	"logindoctor/report/html"
)

// printWithin is what a browser may take to lay out the largest page.
const printWithin = 45 * time.Second

// printer returns a renderer that prints the HTML page with the browser of this computer. It is the one format that is
// not made by this program alone: another browser may lay it out otherwise, and the file holds the time of printing.
func (a *app) printer() (report.Renderer, error) {
	c, err := a.settings()
	if err != nil {
		return nil, err
	}
	if _, err := world.FindBrowser(c.Browser); err != nil {
		return nil, misuse("There is no browser to print a PDF with.", "-o html=report.html    and print that elsewhere")
	}
	w, err := world.New(world.Options{Browser: c.Browser})
	if err != nil {
		return nil, err
	}
	return func(out io.Writer, r *report.Report, _ report.Options) error {
		var page bytes.Buffer
		if err := html.Render(&page, r, report.Options{}); err != nil {
			return err
		}
		pdf, err := printed(w, page.String())
		if err != nil {
			return err
		}
		_, err = out.Write(pdf)
		return err
	}, nil
}

// printed lets a browser lay out a page. It goes on after an interrupt, as every other format does.
func printed(w *world.World, page string) ([]byte, error) {
	defer w.Close()
	events, err := w.Browse(context.Background(), checks.Script{Name: "pdf",
		Steps: []checks.Step{{Name: "print", Do: checks.DoPrint, Value: page, Within: printWithin}}})
	if err != nil {
		return nil, err
	}
	var pdf []byte
	var end checks.Event
	for e := range events {
		pdf = append(pdf, e.PDF...)
		end = e
	}
	if end.Outcome != checks.OutcomeDone {
		return nil, fmt.Errorf("print the PDF: the browser's script is %s: %s", end.Outcome, end.Error)
	}
	return pdf, nil
}
