package saml

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"strings"
	"testing"

	"logindoctor/checks"
)

func TestDecode(t *testing.T) {
	const request = `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="x"/>`
	var packed bytes.Buffer
	z, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	z.Write([]byte(request))
	z.Close()
	var bomb bytes.Buffer
	z.Reset(&bomb)
	z.Write([]byte("<a>" + strings.Repeat(" ", 64<<20) + "</a>"))
	z.Close()
	for name, row := range map[string]struct {
		way  string
		raw  []byte
		read bool
	}{
		"form":       {"form", []byte(request), true},
		"address":    {"query", packed.Bytes(), true},
		"compressed": {"form", packed.Bytes(), false},
		"bomb":       {"query", bomb.Bytes(), false},
		"entities":   {"form", []byte(`<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`), false},
		"no XML":     {"form", []byte("hello"), false},
		"new line":   {"form", []byte(request + "\r\n\n"), true},
		"order mark": {"form", []byte("\ufeff<?xml version=\"1.0\"?>\n" + request), true},
		"two roots":  {"form", []byte(request + request), false},
		"cut":        {"form", []byte(request[:40]), false},
	} {
		e := &checks.Event{Message: &checks.Message{Way: row.way, Values: map[string]checks.Secret{
			"SAMLRequest": checks.NewSecret(base64.StdEncoding.EncodeToString(row.raw))}}}
		doc, unreadable := decode(e, "SAMLRequest")
		if (doc != nil) != row.read || unreadable == row.read {
			t.Errorf("%s: read %t, unreadable %t", name, doc != nil, unreadable)
		}
	}
	if doc, unreadable := decode(nil, "SAMLRequest"); doc != nil || unreadable {
		t.Error("no message is nothing unreadable")
	}
}

func TestShort(t *testing.T) {
	for urn, want := range map[string]string{"urn:oasis:names:tc:SAML:2.0:status:Responder": "Responder",
		"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": "rsa-sha256", "plain": "plain", "": ""} {
		if got := short(urn); got != want {
			t.Errorf("%s: %s", urn, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`<Response xmlns="a"><Issuer>i</Issuer><Assertion ID="x"><Signature><SignedInfo/></Signature></Assertion></Response>`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		doc := parse(raw)
		if doc == nil {
			return
		}
		_ = issuer(doc)
		if by := certificate(doc); by != nil {
			_ = refutes(doc, by)
		}
	})
}
