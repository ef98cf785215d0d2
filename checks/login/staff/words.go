package staff

import (
	"slices"

	"logindoctor/checks"
	"logindoctor/checks/internal/say"
)

// errorPage is what IdentityServer's page for errors says, whatever the error.
const errorPage = "sorry, there was an error"

// refusals are texts at which waiting for a form ends: a page that shows one has none.
func refusals(product *checks.Product) []string {
	var all []string
	for _, w := range slices.Concat(product.Words, say.Libraries) {
		if byMeans[w.Means] != nil {
			all = append(all, w.Any...)
		}
	}
	return append(append(all, errorPage), checks.CodeForms...)
}

// said returns the meaning of the first words that a text holds and that lead to a conclusion.
func said(product *checks.Product, text string) (means, words string) {
	return say.Means(product, text, func(means string) bool { return byMeans[means] != nil })
}
