package main

import (
	"fmt"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/idp/saml"
	"logindoctor/checks/login/staff"
	"logindoctor/checks/suite"
	"logindoctor/report/text"
)

// explainProvider explains the innermost code of an identity provider that a text is or holds. It reports whether there is
// one.
func (a *app) explainProvider(words string) (bool, error) {
	product, err := a.product()
	if err != nil {
		return false, err
	}
	found := providerCodes(product, words)
	if len(found) == 0 {
		return false, nil
	}
	if found[0].Means == "" {
		try := "look it up in the documentation of the provider"
		if number, ok := strings.CutPrefix(strings.ToUpper(found[0].Code), "AADSTS"); ok {
			try = "https://login.microsoftonline.com/error?code=" + number
		}
		return true, misuse(fmt.Sprintf("An identity provider refused, code %s; nothing more is known here.", found[0].Code), try)
	}
	page := text.ProviderPage{Code: found[0], Origin: product.Origin(found[0]), Around: found[1:]}
	if lead := leads(found[0]); lead != nil {
		book, err := a.explainers(suite.All)
		if err != nil {
			return true, err
		}
		page.Lead = book[lead.ID]
	}
	return true, text.ExplainProvider(a.out, page, a.flags.look.options(a.terminal, false))
}

// leads returns what a diagnosis makes of a code, nil if it is a normal step of a sign-in.
func leads(c checks.ProviderCode) *checks.Code {
	if strings.HasPrefix(c.Code, "urn:") { // a status of SAML is read in the message itself
		return saml.Leads(c.Code)
	}
	return staff.Leads(c)
}

// providerCodes are the codes that a text is, with or without what every code of its provider begins with, or else holds.
func providerCodes(product *checks.Product, words string) []checks.ProviderCode {
	words = strings.TrimSpace(words)
	for _, form := range append([]string{""}, checks.CodeForms...) {
		if c, ok := product.Code(form + words); ok {
			return []checks.ProviderCode{c}
		}
	}
	return product.CodesIn(words)
}

func (a *app) listProviderCodes() ([][]string, error) {
	product, err := a.product()
	if err != nil {
		return nil, err
	}
	rows := [][]string{{"Code", "Meaning", "Owner", "Leads to", "Text", "Certainty", "Source"}}
	for _, c := range product.AllCodes() {
		id := ""
		if lead := leads(c); lead != nil {
			id = lead.ID
		}
		rows = append(rows, []string{c.Code, c.Means, string(c.Owner), id, c.Text, c.Certainty, product.Origin(c)})
	}
	return rows, nil
}
