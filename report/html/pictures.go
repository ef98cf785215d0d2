package html

import (
	"cmp"
	"encoding/base64"
	"html/template"
	"strings"

	"logindoctor/report"
	"logindoctor/report/internal/words"
)

// A picture is an artifact that can be shown, or the reason why it is not.
type picture struct {
	Name, Alt string
	Source    template.URL // empty if the picture is left out
	Missing   string
}

// mostPictures is how many bytes of pictures a page holds: each is there twice, shown and in the data, and base64 adds a
// third; with the rest this stays below 8 MB (ux.md 2.5).
const mostPictures = 2_400_000

// shown are the types that a page may hold; a browser runs nothing in them.
var shown = map[string]bool{"image/png": true, "image/jpeg": true}

// pictures lists what can be shown. The copy of the report that it returns lacks the data of what had to be left out.
func pictures(r *report.Report) (*report.Report, []picture) {
	kept := *r
	kept.Artifacts = append([]report.Artifact{}, r.Artifacts...)
	var list []picture
	total := 0
	for i := range kept.Artifacts {
		a := &kept.Artifacts[i]
		p := picture{Name: a.Name, Alt: alternative(r, a.Name)}
		switch {
		case !shown[a.MediaType]:
			continue
		case len(a.Data) == 0:
			p.Missing = cmp.Or(a.Reason, "it was not kept")
		case total+len(a.Data) > mostPictures:
			p.Missing, a.Data = "the page would become too large", []byte{}
		default:
			total += len(a.Data)
			p.Source = template.URL("data:" + a.MediaType + ";base64," + base64.StdEncoding.EncodeToString(a.Data))
		}
		list = append(list, p)
	}
	return &kept, list
}

// alternative says what a picture shows: the page at the check that took it, and what was wrong with it.
func alternative(r *report.Report, name string) string {
	var taker *report.Check
	for i := range r.Checks {
		if c := &r.Checks[i]; strings.HasPrefix(name, c.ID+"-") && (taker == nil || len(c.ID) > len(taker.ID)) {
			taker = c
		}
	}
	if taker == nil {
		return "Page of the sign-in"
	}
	what := "Page that " + taker.ID + " came to"
	for _, code := range taker.Findings {
		if f := words.FindingOf(r, taker, code); f != nil {
			return what + ": " + f.Title
		}
	}
	return what
}
