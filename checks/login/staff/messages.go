package staff

import (
	"slices"
	"strings"

	"logindoctor/checks"
)

// What idp.oidc and idp.saml see in the messages themselves, causes of others first.
var (
	clocks     = strings.Fields("LD5158 LD5159 LD5212 LD5250 LD5251 LD5156 LD5157 LD5246 LD5247 LD5248 LD5249")
	requests   = strings.Fields("LD5120 LD5121 LD5122 LD5123 LD5125 LD5126 LD5127 LD5128 LD5129 LD5210 LD5211 LD5213 LD5214 LD5217 LD5218 LD5219")
	signatures = strings.Fields("LD5161 LD5162 LD5164 LD5165 LD5166 LD5168 LD5222 LD5223 LD5225 LD5252 LD5253 LD5254 LD5255")
	threads    = strings.Fields("LD5124 LD5131 LD5132 LD5135 LD5136 LD5244 LD5245 LD5261")
	contents   = strings.Fields("LD5133 LD5134 LD5137 LD5150 LD5151 LD5152 LD5153 LD5154 LD5155 LD5160 LD5216 LD5220 LD5221 LD5230 LD5240 LD5241 " +
		"LD5242 LD5243 LD5257 LD5258 LD5259 LD5260")
	refused = strings.Fields("LD5140 LD5141 LD5142 LD5143 LD5144 LD5145 LD5231 LD5232 LD5233 LD5234 LD5235 LD5236 LD5237")
	all     = slices.Concat(clocks, requests, signatures, threads, contents, refused)
)

// consequences is what the two sides say on their pages of such a mistake: then it is a consequence.
var consequences = map[string][]string{
	"LD4411": all, "LD5103": all, "LD5398": all, "LD5399": all,
	"LD5101": requests, "LD5102": slices.Concat(requests, refused), "LD5104": clocks, "LD5105": threads, "LD5203": signatures,
	"LD5204": signatures, "LD6001": contents,
}

// explainedByMessages adds those edges.
func explainedByMessages(list []*checks.Code) []*checks.Code {
	for _, c := range list {
		c.ExplainedBy = slices.Concat(c.ExplainedBy, consequences[c.ID])
	}
	return list
}
