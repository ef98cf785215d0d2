package text

import (
	"io"
	"strings"

	"logindoctor/checks"
	"logindoctor/report"
	"logindoctor/report/internal/fold"
)

// A ProviderPage is what is known of an identity provider's error code.
type ProviderPage struct {
	Code   checks.ProviderCode
	Origin string                // where it was read
	Lead   *checks.ManualSection // what logindoctor makes of it; nil if it is a normal step of a sign-in
	Around []checks.ProviderCode // codes that wrap it, from inside out
}

// ExplainProvider writes what an identity provider's code says, who acts, and where that was read.
func ExplainProvider(w io.Writer, page ProviderPage, o report.Options) error {
	p := newPage(o)
	c := page.Code
	p.entry(&checks.ManualSection{Code: c.Code, Title: c.Text})
	p.block("", "", "Meaning: "+c.Means+". "+fold.Hold+fold.Keep("Who acts: "+string(c.Owner)+"."))
	p.fixes([]checks.Fix{{Owner: c.Owner, Text: c.Step}})
	if page.Lead != nil {
		p.section("What logindoctor makes of it", page.Lead.Code+" "+page.Lead.Title+"\n\nlogindoctor explain "+page.Lead.Code)
	} else {
		p.section("What logindoctor makes of it", "Nothing: it is a normal step of a sign-in.")
	}
	around := ""
	for _, c := range page.Around {
		around += "\n- " + c.Code + " " + c.Text
	}
	p.section("Wrapped in", strings.TrimSpace(around))
	p.section("Source", page.Origin+", read "+c.Checked+", "+c.Certainty)
	_, err := io.WriteString(w, p.String())
	return err
}
