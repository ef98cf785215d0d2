package staff

import (
	"slices"

	"logindoctor/checks"
)

// ofMessages are what the two sides say on their pages of a mistake that idp.oidc or idp.saml sees in their messages: then it
// is a consequence.
var ofMessages = []*checks.Code{OnlyBrowser, PageFails, RedirectURI, ClientUnknown, SAMLRefused, SAMLClock, StateLost, PassingFault,
	SameSite, Declined, NotTaken, SigningCert, KeyUnknown, RefusedFor, Refused, UnknownAccount}

// explainedByMessages adds those edges. Some mistakes hurt nobody but a strict side: no state, a weak signature.
func explainedByMessages(list []*checks.Code) []*checks.Code {
	for _, c := range ofMessages {
		c.ExplainedBy = slices.Concat(c.ExplainedBy, []string{"idp.oidc", "idp.saml"})
	}
	StateLost.ExplainedBy = append(StateLost.ExplainedBy, "LD5124")
	PageFails.ExplainedBy = append(PageFails.ExplainedBy, "LD5254")
	Refused.ExplainedBy = append(Refused.ExplainedBy, "LD5254")
	NotTaken.ExplainedBy = append(NotTaken.ExplainedBy, "LD5254")
	return list
}
