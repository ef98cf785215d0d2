package staff

import (
	"fmt"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/internal/account"
	"logindoctor/checks/internal/journey"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/recipe"
	"logindoctor/checks/internal/say"
	"logindoctor/checks/web/answer"
)

// A verdict turns the log of a walk into conclusions.
type verdict struct {
	*checks.Pass
	account  *account.Account // nil: nothing secret was typed
	log      page.Log
	course   recipe.Course
	troubles []journey.Trouble
	policies []checks.BrowserPolicy
}

// conclude asks in the order in which one fault can produce the next. An end without any of them means that the walk
// did not work, not that people cannot sign in.
func (v verdict) conclude() error {
	if v.arrived() || v.otherAccount() {
		return nil
	}
	found := false
	for _, ask := range []func() bool{v.cookiesOff, v.loop, v.headers, v.sameSite, v.misshapen, v.coded} {
		found = ask() || found
	}
	if found {
		return nil
	}
	if v.challenged() {
		return checks.Skip("The edge of %s lets people with a browser on their screen pass, and no program.", v.host())
	}
	if v.clockOff() || v.refusedPage() {
		return nil
	}
	for _, ask := range []func() bool{v.asked, v.unsent, v.refusedAgain, v.hindered, v.reached, v.blockedHere, v.unreached, v.tooOld, v.part, v.stops, v.thirdParty, v.popup, v.silent, v.empty} {
		if ask() {
			return nil
		}
	}
	end := v.log.End()
	if end.Outcome == checks.OutcomeTimeout {
		return fmt.Errorf("the walk ran out of time at %s", v.place())
	}
	return v.inconclusive()
}

// arrived: the application itself is shown.
func (v verdict) arrived() bool {
	if v.course.Met(checks.PageElsewhere) {
		v.report(Elsewhere, v.web(), checks.Person("user", v.user()))
	}
	if !v.course.At(checks.PageLandmark) {
		return false
	}
	if v.account != nil {
		v.Reached(checks.DepthLogin)
		return true
	}
	v.Observe(checks.Public("session", "signed in without a password"))
	v.Reached(checks.DepthPage)
	return true
}

// reached: the field for the password, or the one before it, is shown and nothing may be typed into it.
func (v verdict) reached() bool {
	if !v.course.At(checks.PagePassword, checks.PageMail, checks.PageCode, checks.PageChoose, recipe.Stranger) && !v.course.Did(recipe.ActFindPassword) {
		return false
	}
	if v.course.Lost() || v.course.Answered() {
		return false // it was answered, and nothing came of it
	}
	if v.course.At(recipe.Stranger) && v.account != nil {
		v.Observe(checks.Public("not_typed", "the product file does not know the provider "+v.host()))
	}
	v.Reached(checks.DepthPage)
	return true
}

// loop: application and provider hand the person back and forth.
func (v verdict) loop() bool {
	hosts, n := v.circle()
	if n < recipe.MaxRounds {
		return false
	}
	host, reason := v.web(), "the application does not take the session it was given"
	for _, e := range v.log.Refused() {
		host = e.Host
		reason = fmt.Sprintf("the browser refuses the cookie %s: %s", e.Cookie.Name, strings.Join(e.Cookie.Refused, ", "))
		if e.Cookie.Domain != "" {
			reason += ", domain " + e.Cookie.Domain
		}
	}
	v.report(LoginLoop, host, checks.Count("rounds", n), checks.Public("hosts", hosts), checks.Text("reason", reason))
	return true
}

// circle returns the hosts of a loop and its rounds: as the browser called it, or as often as a provider was met again.
func (v verdict) circle() (hosts string, n int) {
	if l, ok := v.log.Loop(); ok {
		return l.Text, max(l.Rounds, recipe.MaxRounds)
	}
	met := map[string]int{}
	for _, e := range v.log.Hops() {
		if v.subject(e.Host).Role != checks.RoleIDP || e.Method == "POST" { // a form that was sent is no return
			continue
		}
		if met[e.URL]++; met[e.URL] > n {
			hosts, n = v.web()+" → "+e.Host, met[e.URL]
		}
	}
	return hosts, n
}

// headers: so many cookies have piled up that the server refuses to read them.
func (v verdict) headers() bool {
	for _, e := range v.log.Hops() {
		if e.Status == 431 || e.Status == 400 && answer.TooLong(v.Target.Product, e.Status, v.lastText()) {
			v.report(HeaderTooLong, e.Host, checks.Count("status", e.Status))
			return true
		}
	}
	return false
}

// challenged: an edge takes this browser for the program that it is. Nothing follows for people.
func (v verdict) challenged() bool {
	hops := v.log.Hops()
	if len(hops) == 0 || hops[len(hops)-1].Status < 400 {
		return false
	}
	seen, _ := v.OutcomeOn(answer.Check, v.subject(v.host()))
	return seen.Found(answer.Challenge)
}

func (v verdict) lastText() string {
	last, _ := v.log.Page()
	return last.Title + " " + last.Text
}

// refusedPage: a page on the way has a bad status.
func (v verdict) refusedPage() bool {
	hops := v.log.Hops()
	if len(hops) == 0 || v.course.Shown() {
		return false
	}
	last := hops[len(hops)-1]
	ev := []checks.Evidence{checks.Count("status", last.Status), checks.Public("answer", fmt.Sprintf("status %d", last.Status)),
		checks.Public("place", last.URL)}
	switch {
	case last.Status == 429 && v.subject(last.Host).Role == checks.RoleIDP:
		v.report(Throttled, last.Host, append(ev, checks.Public("code", "429"), checks.Text("text", "too many requests"))...)
	case last.Status >= 500 && v.subject(last.Host).Role == checks.RoleIDP && v.factorDue():
		v.report(FactorDown, last.Host, append(ev, checks.Public("code", fmt.Sprintf("status %d", last.Status)),
			checks.Text("text", say.Short(v.lastText())), checks.Person("user", v.user()))...)
	case last.Status > 501 && answer.Own(v.Target.Product, last.Host) && v.subject(last.Host).Role == checks.RoleIDP:
		v.report(answer.ProviderDown, last.Host, ev...) // its first page worked when web.answer asked
	case last.Status >= 500 && v.subject(last.Host).Role == checks.RoleIDP && !answer.Own(v.Target.Product, last.Host):
		v.report(PartnerDown, last.Host, append(ev, checks.Public("partner", last.Host))...)
	case last.Status >= 400 && v.notTaken():
	case (last.Status == 401 || last.Status == 403) && v.handedBack() && strings.TrimSpace(v.lastText()) != "":
		page, _ := v.log.Page()
		v.mute(page) // a page that looked at the person
	case v.declined():
	case last.Status >= 400:
		v.report(PageFails, last.Host, ev...)
	default:
		return false
	}
	return true
}
