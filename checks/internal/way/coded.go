package way

import (
	"slices"
	"strings"

	"logindoctor/checks"
)

// Coded returns the code of an identity provider that a text holds. A federated provider's code wins over the one that
// wraps it.
func Coded(product *checks.Product, text string) (checks.ProviderCode, bool) {
	var outer *checks.ProviderCode
	for i := range product.Codes {
		c := &product.Codes[i]
		if !word(text, c.Code) {
			continue
		}
		if outer == nil || wraps(outer.Code) && !wraps(c.Code) {
			outer = c
		}
	}
	if outer == nil {
		return checks.ProviderCode{}, false
	}
	return *outer, true
}

// wraps reports whether a code may hold the one of another provider. OAuth's error names carry no number and are the
// envelope of all; AADB2C holds AADSTS, https://learn.microsoft.com/azure/active-directory-b2c/error-codes.
func wraps(code string) bool {
	return strings.HasPrefix(code, "AADB2C") || !strings.ContainsAny(code, "0123456789")
}

// word finds a code that does not go on with another letter or digit.
func word(text, code string) bool {
	for rest := text; code != ""; {
		_, after, ok := strings.Cut(rest, code)
		if !ok {
			return false
		}
		if after == "" || !alphanumeric(after[0]) {
			return true
		}
		rest = after
	}
	return false
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

// Harmless reports whether a meaning is a normal step of a flow and no refusal.
func Harmless(means string) bool {
	return slices.Contains([]string{"consent", "interrupt", "cancelled", "session", "forgot-password", "mfa", "mfa-enrol"}, means)
}
