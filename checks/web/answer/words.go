package answer

import (
	"slices"
	"strings"

	"logindoctor/checks"
)

// everywhere are words of boxes and libraries that stand before any service; a product file adds its own.
var everywhere = []checks.Words{
	// https://docs.fortinet.com/document/fortigate/7.4.0/administration-guide/ (replacement messages),
	// https://help.zscaler.com/zia/about-end-user-notifications, https://docs.umbrella.com/deployment-umbrella/docs/block-page-diagnostic-info
	{Means: wordsBlocked, Any: []string{"web page blocked", "website blocked", "fortiguard intrusion prevention",
		"this site is blocked due to", "this site has been blocked by", "blocked by your organization's",
		"blocked by your network administrator", "access to this web page is blocked", "url category is blocked"}},
	// https://developers.cloudflare.com/cloudflare-challenges/
	{Means: wordsEdgeCheck, Any: []string{"/cdn-cgi/challenge-platform/", "checking your browser before accessing"}},
	// https://my.f5.com/manage/s/article/K14400503 and the published texts of Imperva and Akamai
	{Means: wordsRejected, Any: []string{"the requested url was rejected", "your support id is", "incapsula incident id",
		"reference #18", "reference&#32;&#35;18"}},
	// https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors/
	{Means: wordsForeign, Any: []string{"not available in your region", "not available in your country",
		"your ip has been blocked", "banned your ip address", "banned the country or region",
		"has banned the autonomous system"}},
	// https://learn.microsoft.com/troubleshoot/developer/webapps/iis/www-authentication-authorization/http-bad-request-response-kerberos
	// and ngx_http_special_response.c
	{Means: wordsHeader, Any: []string{"request too long", "request header or cookie too large",
		"size of the request headers is too long", "request header fields too large"}},
	// ngx_http_special_response.c, 495 and 496: nginx finishes the handshake and refuses the request
	{Means: wordsClosed, Any: []string{"no required ssl certificate was sent", "the ssl certificate error"}},
	{Means: wordsSoft, Any: []string{"maintenance", "we'll be back", "we will be back", "temporarily unavailable",
		"upgrade in progress", "currently upgrading"}},
}

// Says reports whether a text holds any of the words of a meaning, the product's or those known everywhere.
func Says(product *checks.Product, means, text string) bool {
	lower := strings.ToLower(text)
	return slices.ContainsFunc(slices.Concat(product.Words, everywhere), func(w checks.Words) bool {
		return w.Means == means && slices.ContainsFunc(w.Any, func(s string) bool {
			return s != "" && strings.Contains(lower, strings.ToLower(s))
		})
	})
}

// TooLong reports whether a page says that the request's headers are too long.
func TooLong(product *checks.Product, status int, text string) bool {
	return status == 431 || Says(product, wordsHeader, text)
}
