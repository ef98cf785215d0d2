package staff

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/internal/hops"
	"logindoctor/checks/internal/journey"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/recipe"
	"logindoctor/checks/internal/say"
	"logindoctor/checks/internal/whose"
)

// blockedHere: an extension or a managed list of this browser stops a page or a part of one.
func (v verdict) blockedHere() bool {
	if t := journey.Of(v.troubles, journey.Extension); t != nil {
		v.report(Extension, cmp.Or(t.Host, v.web()), checks.Public("place", cmp.Or(t.URL, v.Pathway.Start)))
		return true
	}
	if t := journey.Of(v.troubles, journey.Admin); t != nil {
		host, entry := v.listed(cmp.Or(t.Host, v.web()))
		v.report(ManagedBlock, host, checks.Public("place", cmp.Or(t.URL, v.Pathway.Start)), checks.Org("entry", entry))
		return true
	}
	return false
}

// listed returns the host of the way that the managed list names, and its entry. The browser itself names the page from
// which it was sent there.
func (v verdict) listed(seen string) (host, entry string) {
	var blocked, allowed []string
	for _, p := range v.policies {
		switch p.Name {
		case "URLBlocklist":
			blocked = append(blocked, p.List()...)
		case "URLAllowlist":
			allowed = append(allowed, p.List()...)
		}
	}
	for _, s := range v.Pathway.Subjects {
		entry, exact := checks.ListedHost(blocked, s.Host)
		if _, spared := checks.ListedHost(allowed, s.Host); exact > spared {
			return s.Name(), entry
		}
	}
	return seen, "unknown"
}

// unreached: the browser gets no answer from a host that answers programs, or this walk would have been blocked. A host
// that hangs up after it gave the browser another page is not out of its reach: one page of it fails. Where our own relay
// could not get there, it was not the browser that failed.
func (v verdict) unreached() bool {
	for _, t := range v.troubles {
		if t.Kind != journey.Gone || !t.Main || v.cut(t.Host) != "" {
			continue
		}
		code := OnlyBrowser
		before := func(e checks.Event) bool { return e.Host == t.Host && e.URL != t.URL }
		if slices.Contains(hangups, t.Error) && slices.ContainsFunc(v.log.Hops(), before) {
			code = PageFails
		}
		v.report(code, t.Host, checks.Text("error", t.Error), checks.Public("place", t.URL), checks.Public("answer", "no answer"))
		return true
	}
	return false
}

// cut tells why our own relay could not reach a host for the browser, "" if it did.
func (v verdict) cut(host string) string {
	for _, e := range v.log.Of(checks.EventTunnel) {
		if e.Host == host {
			return e.Error
		}
	}
	return ""
}

// hangups are chromium's words for a far end that ends the connection or the request, net/base/net_error_list.h.
var hangups = []string{"net::ERR_EMPTY_RESPONSE", "net::ERR_CONNECTION_CLOSED", "net::ERR_CONNECTION_RESET", "net::ERR_HTTP2_PROTOCOL_ERROR"}

// tooOld: the page's scripts are written in words that this browser does not know, or the page itself turns it away. A web
// page in the place of a script breaks in the same way, and is another fault.
func (v verdict) tooOld() bool {
	if journey.Of(v.troubles, journey.Replaced, journey.Missing, journey.Unused, journey.Gone) != nil {
		return false
	}
	why := ""
	for _, e := range v.log.Of(checks.EventConsole) {
		ends := slices.ContainsFunc(unfinished, func(words string) bool { return strings.Contains(e.Text, words) })
		if strings.Contains(e.Text, "SyntaxError") && !ends {
			why = e.Text
		}
	}
	if why == "" && strings.Contains(strings.ToLower(v.lastText()), "unsupported browser") {
		why = "the page says so"
	}
	if why == "" {
		return false
	}
	start, _ := v.log.Last(checks.EventStart)
	v.report(TooOld, v.host(), checks.Text("why", why), checks.Text("browser", start.Text))
	return true
}

// unfinished are a browser's words for a script that breaks off, which every other browser would say as well: V8,
// src/common/message-template.h.
var unfinished = []string{"Unexpected end of input", "Unterminated ", "missing ) after argument list"}

// part: a script or call that the page needs does not arrive.
func (v verdict) part() bool {
	t := journey.Of(v.troubles, journey.Policy, journey.Missing, journey.Replaced, journey.Unused, journey.Gone)
	if t == nil {
		return false
	}
	f := v.lacks(t.URL, why(*t))
	if t.Kind == journey.Policy {
		f.By(whose.Host(v.Target, v.subject(v.host())))
	}
	return true
}

// stops: a script of the page did not get to its end, and the page has nothing that a person could use.
func (v verdict) stops() bool {
	last, _ := v.log.Page()
	thrown := v.log.Thrown()
	if thrown == "" || len(visible(last)) > 0 {
		return false
	}
	v.report(ScriptStops, v.host(), checks.Public("place", last.URL), checks.Text("error", say.Short(thrown))).By(whose.Host(v.Target, v.subject(v.host())))
	return true
}

// hindered: the form stands there and nobody can use it, if not for want of a part.
func (v verdict) hindered() bool {
	why := v.log.Hindered()
	if why == "" {
		return false
	}
	if !v.blockedHere() && !v.part() {
		v.report(Unusable, v.host(), checks.Text("why", why)).By(whose.Host(v.Target, v.subject(v.host())))
	}
	return true
}

// empty: the page shows nothing. All of it came, or nobody answers when it asks for a part. What stands in a frame is not seen.
func (v verdict) empty() bool {
	last, _ := v.log.Page()
	if !strings.HasPrefix(last.URL, "https:") || strings.TrimSpace(last.Text) != "" || len(visible(last)) > 0 || v.log.Framed() {
		return false
	}
	switch {
	case last.Awaits != "":
		v.lacks(last.Awaits, "no answer within "+checks.Human(hops.Patience)).FromSilence()
	case last.Loading:
		return false
	default:
		v.report(Empty, v.host(), checks.Public("place", last.URL)).By(whose.Host(v.Target, v.subject(v.host())))
	}
	return true
}

// lacks: without a part the page cannot be used.
func (v verdict) lacks(place, why string) *checks.Finding {
	code := PartMissing
	if v.subject(v.host()).Role == checks.RoleIDP {
		code = ProviderPart
	}
	return v.report(code, v.host(), checks.Public("place", place), checks.Text("why", why))
}

func why(t journey.Trouble) string {
	switch t.Kind {
	case journey.Policy:
		return "the page's content security policy forbids it"
	case journey.Missing:
		return fmt.Sprintf("status %d", t.Status)
	case journey.Replaced:
		return "a web page came in its place"
	}
	return t.Error
}

// thirdParty: cookies inside frames are refused while those of the pages are kept.
func (v verdict) thirdParty() bool {
	reasons := []string{"UserPreferences", "ThirdPartyPhaseout", "ThirdPartyBlockedInFirstPartySet"}
	for _, e := range slices.Concat(v.log.Refused(), v.log.Withheld()) {
		if slices.ContainsFunc(e.Cookie.Refused, func(r string) bool { return slices.Contains(reasons, r) }) {
			v.report(ThirdParty, e.Host, checks.Public("cookie", e.Cookie.Name))
			return true
		}
	}
	return false
}

// sso returns the pathway on which people sign in through a provider, if it is tested.
func (v verdict) sso() string {
	for _, w := range v.Target.Pathways {
		if w.Door == checks.DoorSSO {
			return w.ID
		}
	}
	return ""
}

func (v verdict) popup() bool {
	for _, e := range v.log.Of(checks.EventPopup) {
		if e.Blocked != "" {
			v.report(NoPopup, v.host(), checks.Public("place", e.URL))
			return true
		}
	}
	return false
}

// silent: the walk ended without a password field although nothing was in its way.
func (v verdict) silent() bool {
	last, _ := v.log.Page()
	web := v.subject(v.host()).Role != checks.RoleIDP
	pressed := v.course.Did(recipe.ActPress)
	switch {
	case v.Pathway.Door == checks.DoorLocal && v.course.Did(recipe.ActAwait) && !v.course.Did(recipe.ActFillPassword):
		v.onlySSO()
	case v.course.At(checks.PageForm) && !pressed:
		// Without the words that announce single sign-on the form asks for a password: another way in, and a page all the same.
		v.Observe(checks.Public("single_sign_on", "not offered to this user"))
		v.Reached(checks.DepthPage)
	case strings.TrimSpace(last.Text) == "" || v.form(last):
		return false
	case !web && page.Choice(last):
		v.wants(Consent, say.Seen(last))
	case v.course.Did(recipe.ActFillPassword) && slices.ContainsFunc(last.Fields, page.Typed):
		v.report(Question, v.host(), checks.Text("text", say.Seen(last)))
		v.Reached(checks.DepthPage)
	case v.declined(), v.notTaken():
	case v.course.Did(recipe.ActFillPassword), len(visible(last)) == 0 && (pressed || !web || v.handedBack()):
		v.mute(last)
	default:
		return false
	}
	return true
}

func (v verdict) onlySSO() {
	v.report(OnlySSO, v.web(), checks.Person("user", v.Target.User)).Instead = v.sso()
}

// mute reports a page that goes no further and holds neither words nor codes that are known.
func (v verdict) mute(last checks.Event) {
	if v.sensed(last) {
		return
	}
	code, text, c := "none", say.Seen(last), Refused
	if step := v.Target.Product.CodesIn(last.Text); len(step) > 0 {
		code = step[0].Code
		if wants := asksFor[step[0].Means]; wants != nil {
			c = wants
		}
	}
	v.report(c, v.host(), checks.Public("code", code), checks.Text("text", text), checks.Text("what", "text "+strconv.Quote(text)),
		checks.Person("user", v.user()))
	if c.Impact == checks.Info {
		v.Reached(checks.DepthPage)
	}
}

// sensed: the page says what it means in words of its own. The password is wrong only where it was typed, and an account is only
// looked at behind it.
func (v verdict) sensed(last checks.Event) bool {
	means, words := say.Sense(last)
	typed, back := v.course.Did(recipe.ActFillPassword), v.handedBack()
	if means == "" || !typed && !back || means == "password-wrong" && back {
		return false
	}
	if means == "not-assigned" && v.subject(v.host()).Role != checks.RoleIDP {
		means = "no-access"
	}
	v.words(means, words)
	return true
}

// asksFor is what it means if a code that is a step stands on a page that asks for nothing.
var asksFor = map[string]*checks.Code{"mfa-enrol": Enrol, "mfa": Interaction, "interaction": Interaction}

// form reports whether a page asks for a password.
func (v verdict) form(e checks.Event) bool {
	return slices.ContainsFunc(visible(e), func(f checks.Field) bool { return f.Type == "password" })
}

func visible(e checks.Event) []checks.Field {
	return slices.DeleteFunc(slices.Clone(e.Fields), func(f checks.Field) bool { return !f.Visible })
}

// inconclusive says which step the walk could not do; that is about logindoctor, not about the sign-in.
func (v verdict) inconclusive() error {
	for _, t := range v.troubles {
		if why := v.cut(t.Host); why != "" {
			return fmt.Errorf("the way to %s broke during the walk: %s", t.Host, why)
		}
	}
	for _, e := range v.log.Of(checks.EventStep) {
		if e.Outcome == checks.OutcomeMissing || e.Outcome == checks.OutcomeFailed {
			return fmt.Errorf("step %q found nothing to act on at %s", e.Step, v.place())
		}
	}
	return fmt.Errorf("the walk ended at %s, on a page that the product file does not know", v.place())
}
