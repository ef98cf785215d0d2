// Package say knows what pages of a sign-in say.
package say

import (
	"cmp"
	"regexp"
	"strings"

	"logindoctor/checks"
)

// Libraries are texts of the libraries that sign-in pages are made with; a product file adds its own.
var Libraries = []checks.Words{
	// AzureAD/azure-activedirectory-identitymodel-extensions-for-dotnet, LogMessages.cs
	{Means: "key-unknown", Any: []string{"IDX10500", "IDX10501", "IDX10503", "IDX10511"}},
	{Means: "upstream-down", Any: []string{"IDX20803", "IDX20804"}},
	{Means: "saml-clock", Any: []string{"IDX10222", "IDX10223", "assertion is not yet valid", "assertion has expired",
		"assertion is expired", "not yet valid", "timing issue"}},
	{Means: "saml-signature", Any: []string{"signature is invalid", "signature validation failed", "invalid signature",
		"could not verify the signature", "verify signature", "signing certificate has expired"}},
	// dotnet/aspnetcore, RemoteAuthenticationHandler.cs and OpenIdConnectHandler.cs
	{Means: "state", Any: []string{"correlation failed", "IDX21323", "unable to unprotect the message.state",
		"state mismatch", "we are having trouble loading your current state"}},
	// DuendeArchive/IdentityServer4, issues 984, 1592, 4145 and 4941
	{Means: "redirect-uri", Any: []string{"invalid redirect_uri"}},
	// ASP.NET Core Identity UI, Lockout.cshtml; Microsoft Learn, B2C localization string IDs
	{Means: "locked", Any: []string{"this account has been locked out", "your account is temporarily locked"}},
	{Means: "disabled", Any: []string{"your account is disabled",
		"your account has been locked. contact your support person"}},
	{Means: "account-unknown", Any: []string{"we can't seem to find your account",
		"a user with the specified credential could not be found"}},
	{Means: "licence", Any: []string{"not licensed", "no license available", "license limit", "licence limit", "too many users"}},
	{Means: "no-access", Any: []string{"you do not have access", "no access to this application",
		"not been granted access"}},
	// ASP.NET Core Identity UI, Login.cshtml.cs and LoginWith2fa.cshtml.cs; IdentityServer quickstart, AccountOptions.cs
	{Means: "password-wrong", Any: []string{"invalid login attempt", "invalid username or password"}},
	{Means: "password-wrong", Any: []string{"your password is incorrect", "looks like you used an old password"}}, // Microsoft Learn, B2C localization string IDs
	{Means: "code-wrong", Any: []string{"invalid authenticator code", "wrong code entered, please try again",
		"the verification code you have entered does not match our records", "you didn't enter the expected verification code"}},
	// Microsoft Learn, B2C localization string IDs, phone factor
	{Means: "retries", Any: []string{"wrong code entered too many times", "you've made too many incorrect attempts"}},
	{Means: "message-failed", Any: []string{"cannot send sms to the phone", "the phone number you provided is unreachable",
		"the phone number you provided is busy"}},
	// dotnet/aspnetcore, src/Antiforgery/src/Resources.resx
	{Means: "csrf", Any: []string{"antiforgery cookie", "antiforgery token", "the required antiforgery"}},
	{Means: "mfa-provider", Any: []string{"cannot use mfa service"}},
	// learn.microsoft.com/entra/identity-platform/reference-error-codes: AADSTS50020, 53000, 500021, 70008 and 50173
	{Means: "interaction", Any: []string{"interaction_required"}},
	{Means: "other-account", Any: []string{"from identity provider"}},
	{Means: "policy", Any: []string{"you cannot access this right now"}}, // the heading of the page of AADSTS53003
	{Means: "device", Any: []string{"device is not in required device state"}},
	{Means: "tenant-restriction", Any: []string{"tenant is denied"}},
	{Means: "session-expired", Any: []string{"has expired due to inactivity", "fresh auth token is needed"}},
	{Means: "throttled", Any: []string{"there are too many requests at this moment"}},
}

// Means returns the meaning of the first words that a text holds, the product's own before those of libraries, among the
// meanings that are asked for.
func Means(product *checks.Product, text string, asked func(means string) bool) (means, words string) {
	lower := strings.ToLower(text)
	for _, table := range [][]checks.Words{product.Words, Libraries} {
		for _, w := range table {
			if !asked(w.Means) {
				continue
			}
			for _, s := range w.Any {
				if s != "" && strings.Contains(lower, strings.ToLower(s)) {
					return w.Means, s
				}
			}
		}
	}
	return "", ""
}

// A sense is known by two words in one sentence, whoever wrote the page.
type sense struct {
	means  string
	words  *regexp.Regexp
	beside *regexp.Regexp // words of something else that is in the way
}

// either matches two words with little between them, in any order.
func either(a, b string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(?:` + a + `)\b[^.!?\n]{0,40}\b(?:` + b + `)\b|\b(?:` + b + `)\b[^.!?\n]{0,40}\b(?:` + a + `)\b`)
}

var senses = []sense{
	{"password-wrong", either(`incorrect|invalid|wrong|not (?:valid|correct|recogni[sz]ed)|(?:did|do|does)(?: not|n['’]t) match`, `password|credentials?|login`),
		regexp.MustCompile(`(?i)lock|disabl|deactivat|expir|suspend|too many|token|session|captcha|certificate`)},
	{"mfa-enrol", either(`register|enroll?|set ?up|activate`, `authenticator|(?:second|two|double|multi)[- ]?factor|2fa|mfa|device`),
		regexp.MustCompile(`(?i)compliant|managed|(?:this|your|unknown) device|error`)},
	{"not-assigned", regexp.MustCompile(`(?i)\bnot (?:authori[sz]ed|allowed|permitted|entitled)\b|\baccess (?:(?:is|was|has been) )?(?:denied|forbidden)\b|\b(?:no|not have|n['’]t have|insufficient) (?:access|permissions?|rights|privileges)\b`),
		regexp.MustCompile(`(?i)network|location|country|region|address|device|browser|time|hour|policy|expir|lock|disabl|licen[cs]e|application`)},
}

// Sense returns what a page that was looked at means, among "password-wrong", "mfa-enrol" and "not-assigned", and the words by which
// it is known. Both are empty if it holds none, or also words of something else.
func Sense(page checks.Event) (means, words string) {
	said := cmp.Or(page.Error, page.Text)
	for _, s := range senses {
		if words := s.words.FindString(said); words != "" && !s.beside.MatchString(said) {
			return s.means, words
		}
	}
	return "", ""
}

// Seen returns what a page that was looked at says: what it marks as an error, else its first words.
func Seen(page checks.Event) string { return Short(cmp.Or(page.Error, page.Text)) }

// Short returns the first words of a text.
func Short(text string) string {
	words := strings.Fields(text)
	return strings.Join(words[:min(len(words), 40)], " ")
}
