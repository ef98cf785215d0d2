package portal

import (
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

// A Result is what the page offers.
type Result struct {
	Password  bool     // a field for a password
	Mail      bool     // a field for a mail address or user name
	Forgot    bool     // a link for a forgotten one
	Providers []string // buttons of other providers
	Log       page.Log // of the walk
}

// Walked is for the checks that look at what passed on the way.
func (r Result) Walked() page.Log { return r.Log }

// read finds what a form offers by the words people use for it.
func read(e checks.Event) Result {
	var r Result
	for _, f := range e.Fields {
		label := strings.ToLower(f.Label)
		switch {
		case !f.Visible:
		case f.Type == "password":
			r.Password = true
		case f.Tag == "input" && f.Type != "submit" && (strings.Contains(label, "mail") || strings.Contains(label, "user")):
			r.Mail = true
		case strings.Contains(label, "forgot"):
			r.Forgot = true
		case f.Tag != "input" || f.Type == "submit" || f.Type == "button":
			if slices.ContainsFunc([]string{"microsoft", "google", "sso", "single sign"}, func(s string) bool { return strings.Contains(label, s) }) {
				r.Providers = append(r.Providers, f.Label)
			}
		}
	}
	return r
}
