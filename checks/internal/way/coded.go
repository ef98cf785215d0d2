package way

import (
	"slices"

	"logindoctor/checks"
)

// Refusals returns the codes of a text, the innermost first, if one of them refuses the sign-in.
func Refusals(product *checks.Product, text string) []checks.ProviderCode {
	found := product.CodesIn(text)
	if !slices.ContainsFunc(found, func(c checks.ProviderCode) bool { return !Harmless(c.Means) }) {
		return nil
	}
	return found
}

// harmless are the meanings of codes that are normal steps of a sign-in or have nothing to do with it.
var harmless = []string{"silent", "interaction", "interrupt", "mfa", "mfa-enrol", "cancelled", "forgot-password", "desktop-sso", "device-code", "sign-out"}

// Harmless reports whether a meaning is a normal step of a flow and no refusal.
func Harmless(means string) bool { return slices.Contains(harmless, means) }
