package answer

import (
	"net/http"
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/internal/hops"
)

// A Kind is what an answer turns out to be, whatever its status claims.
type Kind int

// The kinds.
const (
	Content      Kind = iota // the far end's own answer, refusals of a right included
	BlockedPage              // a filter of the network speaks
	EdgeCheck                // an edge wants proof of a browser
	Rejected                 // an edge names its rule or a reference
	Foreign                  // refused for the place or address it comes from
	Forbidden                // refused without a reason
	TooMany                  // throttled
	NotThere                 // the path does not exist
	Maintained               // 503
	Soft                     // a maintenance page with a good status
	GatewayFault             // an edge could not reach what stands behind it
	ServerFault              // the application failed
	Closed                   // only with a certificate of the client
	Blank                    // a good status and nothing behind it
)

// Kinds of words in the product file.
const (
	wordsBlocked   = "block-page"
	wordsEdgeCheck = "challenge"
	wordsRejected  = "waf-block"
	wordsForeign   = "geo-block"
	wordsHeader    = "header-too-large"
	wordsSoft      = "maintenance"
	wordsClosed    = "client-certificate"
)

// Classify tells what an exchange is by the words of the product, its headers and its status, in this order.
func Classify(product *checks.Product, x *hops.Exchange) Kind {
	said := func(means string) bool { return Says(product, means, x.Text()) }
	// https://developers.cloudflare.com/cloudflare-challenges/ documents the header.
	challenged := strings.EqualFold(x.Header.Get("Cf-Mitigated"), "challenge")
	switch {
	case said(wordsBlocked), x.Status == http.StatusNetworkAuthenticationRequired: // only a box on the way may send it, RFC 6585 section 6
		return BlockedPage
	case challenged, x.Status >= 400 && said(wordsEdgeCheck):
		return EdgeCheck
	case x.Status >= 400 && said(wordsClosed):
		return Closed
	case x.Status >= 500:
		return fault(x.Status)
	case x.Status == http.StatusTooManyRequests:
		return TooMany
	case x.Status >= 400:
		return refusal(x, said)
	case x.Status == http.StatusOK && x.HTML() && said(wordsSoft) && !Landmark(product, x.Text()):
		return Soft
	case x.Status/100 == 2 && strings.TrimSpace(x.Text()) == "":
		return Blank
	}
	return Content
}

// fault sorts the 5xx; 520 to 530 are those of a well-known edge,
// https://developers.cloudflare.com/support/troubleshooting/http-status-codes/.
func fault(status int) Kind {
	switch {
	case status == http.StatusServiceUnavailable:
		return Maintained
	case status == http.StatusBadGateway, status == http.StatusGatewayTimeout, status >= 520 && status <= 530:
		return GatewayFault
	}
	return ServerFault
}

func refusal(x *hops.Exchange, said func(string) bool) Kind {
	switch {
	case said(wordsForeign):
		return Foreign
	case said(wordsRejected):
		return Rejected
	case x.Status == http.StatusNotFound, x.Status == http.StatusGone:
		return NotThere
	case x.Status == http.StatusForbidden, x.Status == http.StatusNotAcceptable,
		x.Status == http.StatusUnavailableForLegalReasons:
		return Forbidden
	}
	return Content
}

// Landmark reports whether a page's source holds a mark of any page of the application that the product describes. It only
// knows ids and names; what a script adds later it cannot see.
func Landmark(product *checks.Product, page string) bool {
	for _, r := range product.Recipes {
		for _, spec := range r.Pages {
			if len(r.Doors) > 0 && marked(page, spec.Seen) {
				return true
			}
		}
	}
	return false
}

func marked(page string, e checks.Element) bool {
	return slices.ContainsFunc(e.ID, func(id string) bool { return attribute(page, "id", id) }) ||
		slices.ContainsFunc(e.Name, func(name string) bool { return attribute(page, "name", name) })
}

func attribute(page, name, value string) bool {
	return strings.Contains(page, name+`="`+value+`"`) || strings.Contains(page, name+`='`+value+`'`) ||
		strings.Contains(page, name+"="+value+" ") || strings.Contains(page, name+"="+value+">")
}
