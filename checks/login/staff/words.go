package staff

import (
	"slices"
	"strings"

	"logindoctor/checks"
)

// libraries are texts of the libraries that sign-in pages are made with; a product file adds its own.
var libraries = []checks.Words{
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
	{Means: "mfa-provider", Any: []string{"cannot use mfa service"}},
	// learn.microsoft.com/entra/identity-platform/reference-error-codes: AADSTS50020, 53000, 500021, 70008 and 50173
	{Means: "other-account", Any: []string{"from identity provider"}},
	{Means: "device", Any: []string{"device is not in required device state"}},
	{Means: "tenant-restriction", Any: []string{"tenant is denied"}},
	{Means: "session-expired", Any: []string{"has expired due to inactivity", "fresh auth token is needed"}},
	{Means: "throttled", Any: []string{"there are too many requests at this moment"}},
}

// errorPage is what IdentityServer's page for errors says, whatever the error.
const errorPage = "sorry, there was an error"

// refusals are texts at which waiting for a form ends: a page that shows one has none.
func refusals(product *checks.Product) []string {
	var all []string
	for _, w := range slices.Concat(product.Words, libraries) {
		if byMeans[w.Means] != nil {
			all = append(all, w.Any...)
		}
	}
	return append(append(all, errorPage), checks.CodeForms...)
}

// said returns the meaning of the first words that a text holds, the product's own before those of libraries.
func said(product *checks.Product, text string) (means, words string) {
	lower := strings.ToLower(text)
	for _, table := range [][]checks.Words{product.Words, libraries} {
		for _, w := range table {
			if byMeans[w.Means] == nil {
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
