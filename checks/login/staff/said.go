package staff

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/internal/account"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/recipe"
	"logindoctor/checks/internal/say"
	"logindoctor/checks/internal/way"
	"logindoctor/checks/internal/whose"
)

// coded: a page or an address carries a code or words that are known.
func (v verdict) coded() bool {
	for _, text := range v.texts() {
		found := way.Refusals(v.Target.Product, text)
		means, words := said(v.Target.Product, text)
		if means == "upstream-down" && v.subject(v.host()).Role != checks.RoleIDP {
			means = "" // an application that cannot read about its provider says nothing of the company's
		}
		switch {
		case means != "" && (len(found) == 0 || found[0].Envelope()): // words say more than a name that wraps all kinds of reasons
			v.words(means, words)
			return true
		case len(found) > 0:
			v.refused(found[0])
			return true
		}
	}
	name := v.unknownError()
	if name == "" || v.course.Shown() {
		return false
	}
	v.refused(checks.ProviderCode{Code: name})
	return true
}

// address is a mail address in a text, desk one to which people write.
var (
	address = regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`)
	desk    = regexp.MustCompile(`(?i)^(admin|help|info|it|service|support)`)
)

// otherAccount: a provider handed somebody over whom nobody had to prove, and the page at the end names an address that is
// not the person's.
func (v verdict) otherAccount() bool {
	mail, text := v.Target.User, v.lastText()
	if !strings.Contains(mail, "@") || v.course.Did(recipe.ActFillPassword) || v.course.Shown() || !v.handedBack() ||
		strings.Contains(strings.ToLower(text), strings.ToLower(mail)) {
		return false
	}
	named := slices.DeleteFunc(address.FindAllString(text, -1), func(a string) bool {
		_, host, _ := strings.Cut(a, "@")
		return desk.MatchString(a) || whose.Vendors(v.Target, strings.ToLower(host))
	})
	if len(named) != 1 {
		return false
	}
	v.report(OtherAccount, v.host(), checks.Public("code", "the page names somebody else"), checks.Text("text", say.Short(text)),
		checks.Person("user", v.user()))
	return true
}

// handedBack reports whether the way ended at a host from which it had gone to a provider before.
func (v verdict) handedBack() bool {
	hops := v.log.Hops()
	left := slices.IndexFunc(hops, func(e checks.Event) bool { return e.Host == v.host() })
	return left >= 0 && slices.ContainsFunc(hops[left:], func(e checks.Event) bool {
		return e.Host != v.host() && v.subject(e.Host).Role == checks.RoleIDP
	})
}

// AtProvider concludes what a provider on the way of another door says: its codes and words are the same for everybody.
// It reports false if the way met none, or none that refuses.
func AtProvider(p *checks.Pass, a *account.Account, log page.Log, course recipe.Course) bool {
	v := verdict{Pass: p, account: a, log: log, course: course}
	last, _ := log.Page()
	switch {
	case !slices.ContainsFunc(log.Hops(), func(e checks.Event) bool { return v.subject(e.Host).Role == checks.RoleIDP }):
		return false
	case v.coded():
		return true
	case v.subject(v.host()).Role != checks.RoleIDP:
		return false
	case v.asked():
		return true
	case course.Shown(), len(visible(last)) > 0, strings.TrimSpace(last.Text) == "":
		return false
	}
	if !v.declined() {
		v.mute(last)
	}
	return true
}

// texts are the last page and the parameters of the last hops, as one text each, latest first.
func (v verdict) texts() []string {
	all := []string{v.lastText()}
	for _, e := range slices.Backward(v.log.Hops()) {
		for _, q := range e.Query {
			if strings.HasPrefix(q.Name, "error") {
				all = append(all, q.Name+"="+q.Value)
			}
		}
	}
	return all
}

// unknownError is the error that an address names and no row knows, "" if there is none.
func (v verdict) unknownError() string {
	for _, e := range slices.Backward(v.log.Hops()) {
		for _, q := range e.Query {
			if q.Name != "error" || !errorName.MatchString(q.Value) {
				continue
			}
			if _, known := v.Target.Product.Code(q.Value); !known {
				return q.Value
			}
		}
	}
	return ""
}

// errorName is the form of OAuth's error names, narrower than RFC 6749 allows.
var errorName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,64}$`)

// words reports what known words of a page say.
func (v verdict) words(means, words string) {
	v.say(cmp.Or(byMeans[means], asksFor[means]), checks.Public("code", strconv.Quote(words)), checks.Text("text", words),
		checks.Text("answer", strconv.Quote(words)), checks.Public("partner", "behind "+v.host()))
}

// refused reports what a provider's code says. Of a code that nobody knows nothing is said but the code.
func (v verdict) refused(c checks.ProviderCode) {
	code := cmp.Or(Leads(c), asksFor[c.Means], RefusedFor) // a normal step that came inside a refusal is its reason
	f := v.say(code, checks.Public("code", c.Code), checks.Text("text", c.Text), checks.Public("step", c.Step),
		checks.Text("what", "code "+c.Code), checks.Public("answer", c.Code), checks.Public("partner", "behind "+v.host()))
	if f != nil && c.Owner != "" {
		f.By(c.Owner)
	}
}

// say reports what a page says of the account; a refused one-time code is looked into first.
func (v verdict) say(c *checks.Code, ev ...checks.Evidence) *checks.Finding {
	if c == CodeRefused {
		v.factor()
		return nil
	}
	if c.Impact != checks.Blocking {
		v.Reached(checks.DepthPage)
	}
	return v.report(c, v.host(), append(ev, checks.Person("user", v.user()))...)
}

// user is who signs in, as far as it was typed.
func (v verdict) user() string {
	if v.account != nil {
		return v.account.Name
	}
	return v.Target.User
}

// report adds the evidence that every sentence may use.
func (v verdict) report(c *checks.Code, host string, ev ...checks.Evidence) *checks.Finding {
	return v.Report(c, checks.Likely, append(ev, checks.Public("host", host), checks.Public("pathway", v.Pathway.ID))...).On(v.subject(host))
}

func (v verdict) subject(host string) *checks.Subject {
	return way.Subject(v.Pass, &url.URL{Scheme: "https", Host: host, Path: "/"})
}

// host is where the walk ended.
func (v verdict) host() string {
	if hosts := v.log.Hops(); len(hosts) > 0 {
		return hosts[len(hosts)-1].Host
	}
	return v.web()
}

func (v verdict) place() string {
	return cmp.Or(v.log.Address(), v.Pathway.Start)
}

// web is the first host of the pathway.
func (v verdict) web() string {
	if len(v.Pathway.Subjects) == 0 {
		return ""
	}
	return v.Pathway.Subjects[0].Name()
}
