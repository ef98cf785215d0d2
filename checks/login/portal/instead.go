package portal

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/internal/journey"
	"logindoctor/checks/internal/say"
	"logindoctor/checks/internal/way"
	"logindoctor/checks/internal/whose"
)

// circle: the pages of the portal send the person around.
func (v visit) circle() bool {
	loop, ok := v.log.Loop()
	if ok {
		v.report(Circle, v.host(), checks.Public("hosts", loop.Text), checks.Count("rounds", loop.Rounds))
	}
	return ok
}

// fails: a script of the page stopped, and the page has nothing that a person could use.
func (v visit) fails(last checks.Event) bool {
	thrown := v.log.Thrown()
	if thrown == "" || slices.ContainsFunc(last.Fields, usable) {
		return false
	}
	v.report(ScriptFails, v.host(), checks.Text("error", say.Short(thrown)))
	return true
}

// hindered: the form stands there and nobody can use it, if not for want of a part.
func (v visit) hindered(troubles []journey.Trouble) bool {
	why := v.log.Hindered()
	if why != "" && !v.broken(troubles) {
		v.report(Unusable, v.host(), checks.Text("why", why))
	}
	return why != ""
}

// awaits: the page shows nothing yet, and nobody answers when it asks for a part.
func (v visit) awaits(last checks.Event) bool {
	if last.Awaits == "" || strings.TrimSpace(last.Text) != "" || slices.ContainsFunc(last.Fields, usable) {
		return false
	}
	v.trouble(ScriptMissing, v.host(), journey.Trouble{URL: last.Awaits}).FromSilence()
	return true
}

// other: what is shown, or handed out as a file, is no page on which anybody signs in. What stands in a frame is not seen.
func (v visit) other(last checks.Event) bool {
	hops := v.log.Hops()
	if len(hops) == 0 || slices.ContainsFunc(last.Fields, usable) || v.log.Framed() {
		return false
	}
	what := shown(last, hops[len(hops)-1].MIME)
	if what == "" {
		return false
	}
	s := way.Subject(v.Pass, &url.URL{Scheme: "https", Host: v.host()})
	v.report(OtherPage, v.host(), checks.Text("what", what), checks.Public("place", hops[len(hops)-1].URL),
		checks.Text("says", say.Seen(last))).By(whose.Host(v.Target, s))
	return true
}

// shown says what a page is that nobody can sign in on, "" if that is not known yet.
func shown(last checks.Event, mime string) string {
	title := strings.TrimSpace(last.Title)
	switch page := strings.HasPrefix(last.URL, "http"); {
	case mime != "" && !strings.Contains(mime, "html") && !page: // nothing to show, or not even a blank page
		return "a file of type " + mime
	case strings.TrimSpace(last.Text) != "":
		return cmp.Or(title, say.Seen(last))
	case last.Loading || !page:
		return ""
	case title != "":
		return "an empty page called " + title
	}
	return "an empty page"
}

// usable reports whether a person could sign in with a control, or get to where one can: with a field, a button, or a link
// that speaks of it.
func usable(f checks.Field) bool {
	label := strings.ToLower(f.Label)
	return f.Visible && (f.Tag != "a" || slices.ContainsFunc(signIn, func(w string) bool { return strings.Contains(label, w) }))
}

// signIn is how links to a sign-in are called, in the languages of the portal.
var signIn = []string{"sign in", "signin", "sign-in", "log in", "login", "log on", "logon", "anmeld", "einlogg", "connexion", "connecter", "iniciar",
	"ingresar", "acceder", "accedi", "inlog", "aanmeld", "entrar", "logga in", "logg inn", "log ind", "zaloguj", "portal"}
