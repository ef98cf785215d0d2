package saml

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"io"
	"strings"
	"time"

	"github.com/beevik/etree"

	"logindoctor/checks"
	"logindoctor/checks/internal/heard"
)

// maxDocument is how much XML is read.
const maxDocument = 1 << 20

// decode reads the document in a message: base64, and compressed where it travels in an address (SAML 2.0 Bindings 3.4 and
// 3.5). A response by reference (artifact) has none.
func decode(e *checks.Event, name string) (doc *etree.Element, unreadable bool) {
	if !heard.Has(e, name) {
		return nil, false
	}
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(heard.Value(e, name)), ""))
	if err == nil && e.Message.Way == "query" {
		raw, err = io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(raw)), maxDocument))
	}
	if err != nil {
		return nil, true
	}
	doc = parse(raw)
	return doc, doc == nil
}

// parse returns the root of a document, nil if it is no XML or declares entities, which no message of SAML needs.
func parse(raw []byte) *etree.Element {
	doc := etree.NewDocument()
	doc.ReadSettings.ValidateInput = true // takes no space behind the end, and files end with a new line
	if len(raw) > maxDocument || doc.ReadFromBytes(bytes.TrimSpace(raw)) != nil {
		return nil
	}
	for _, t := range doc.Child {
		if _, ok := t.(*etree.Directive); ok {
			return nil
		}
	}
	return doc.Root()
}

func attr(e *etree.Element, name string) string {
	if e == nil {
		return ""
	}
	return e.SelectAttrValue(name, "")
}

// find returns the first element at a path, nil if there is none.
func find(e *etree.Element, path string) *etree.Element {
	if e == nil {
		return nil
	}
	return e.FindElement(path)
}

func all(e *etree.Element, path string) []*etree.Element {
	if e == nil {
		return nil
	}
	return e.FindElements(path)
}

func text(e *etree.Element, path string) string {
	if at := find(e, path); at != nil {
		return strings.TrimSpace(at.Text())
	}
	return ""
}

// when reads a time, SAML 2.0 Core 1.3.3; ok is false if there is none.
func when(e *etree.Element, name string) (at time.Time, ok bool) {
	at, err := time.Parse(time.RFC3339, attr(e, name))
	return at, err == nil
}

// issuer is who says that it sent a response: the response itself, or else its assertion.
func issuer(response *etree.Element) string {
	if name := text(response, "./Issuer"); name != "" {
		return name
	}
	return text(response, "./Assertion/Issuer")
}

// list joins the values of an attribute.
func list(of []*etree.Element, name string) (values []string) {
	for _, e := range of {
		values = append(values, attr(e, name))
	}
	return values
}

// short is the last part of a name such as urn:oasis:names:tc:SAML:2.0:status:Responder.
func short(urn string) string { return urn[strings.LastIndexAny(urn, ":#/")+1:] }

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
