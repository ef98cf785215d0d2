package staff

import (
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/internal/recipe"
	"logindoctor/checks/internal/way"
)

// cookiesOff: the browser refuses cookies of the pages themselves by a setting.
func (v verdict) cookiesOff() bool {
	hosts := v.log.Hosts()
	own := func(e checks.Event) bool { return slices.Contains(hosts, e.Host) }
	bySetting := slices.DeleteFunc(v.log.Refused(), func(e checks.Event) bool {
		return !own(e) || !slices.Contains(e.Cookie.Refused, "UserPreferences")
	})
	if len(bySetting) == 0 || slices.ContainsFunc(v.log.Stored(), own) {
		return false
	}
	v.report(CookiesOff, bySetting[0].Host, checks.Public("cookie", bySetting[0].Cookie.Name))
	return true
}

// sameSite: the application's cookie stays behind because the provider sends the person back with a form. It only counts
// if the application then misses something.
func (v verdict) sameSite() bool {
	if means, _ := said(v.Target.Product, v.lastText()); means != "state" {
		return false
	}
	var names []string
	var at checks.Event
	for _, e := range v.log.Withheld() {
		strict := slices.ContainsFunc(e.Cookie.Refused, func(r string) bool { return strings.Contains(r, "SameSite") })
		posted := slices.ContainsFunc(v.log.Hops(), func(h checks.Event) bool { return h.Host == e.Host && h.Method == "POST" })
		if strict && posted && !slices.Contains(names, e.Cookie.Name) {
			names, at = append(names, e.Cookie.Name), e
		}
	}
	if len(names) == 0 {
		return false
	}
	v.report(SameSite, at.Host, checks.Public("cookie", strings.Join(names, ", ")), checks.Public("same_site", at.Cookie.SameSite))
	return true
}

// misshapen: the application sets its cookie in a way that browsers refuse, and fails for want of it when the provider sends the
// person back. It does so in words of its own or none; known words about something else have another cause.
func (v verdict) misshapen() bool {
	means, _ := said(v.Target.Product, v.lastText())
	if _, rounds := v.circle(); rounds >= recipe.MaxRounds {
		return false // loop says so
	}
	if v.course.Shown() || !v.handedBack() || means != "" && means != "state" || len(way.Refusals(v.Target.Product, v.lastText())) > 0 {
		return false
	}
	for _, e := range v.log.Refused() {
		kept := slices.ContainsFunc(v.log.Stored(), func(s checks.Event) bool { return s.Host == e.Host && s.Cookie.Name == e.Cookie.Name })
		byMaking := slices.ContainsFunc(e.Cookie.Refused, func(reason string) bool { return slices.Contains(makings, reason) })
		if e.Host == v.host() && !kept && byMaking {
			v.report(CookieRefused, e.Host, checks.Public("cookie", e.Cookie.Name), checks.Public("reason", strings.Join(e.Cookie.Refused, ", ")))
			return true
		}
	}
	return false
}

// makings are the reasons for which every browser refuses a cookie, whoever uses it: Network.SetCookieBlockedReason of the DevTools
// protocol.
var makings = []string{"SecureOnly", "SameSiteNoneInsecure", "InvalidDomain", "InvalidPrefix", "OverwriteSecure", "SyntaxError",
	"DisallowedCharacter", "NameValuePairExceedsMaxSize"}
