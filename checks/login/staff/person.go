package staff

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/journey"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/recipe"
	"logindoctor/checks/internal/say"
	"logindoctor/checks/machine/clock"
)

// wanted are the pages that only a person can answer. None of them is a fault.
var wanted = map[string]*checks.Code{
	checks.PageConsent: Consent, checks.PageTerms: Terms, checks.PageExpired: Expired, checks.PageCaptcha: Captcha,
	checks.PagePush: Factor, checks.PageSent: Message, checks.PageEnrol: Enrol,
}

// asked: the way ends at something that only a person can do.
func (v verdict) asked() bool {
	last, ok := v.course.Last()
	c := wanted[last.Is]
	if !ok || last.Again {
		return false
	}
	if last.Is == checks.PageCode && v.account != nil {
		c = Factor // and nothing to make the code from
	}
	if c == nil {
		return false
	}
	page, _ := v.log.Page()
	v.wants(c, say.Seen(page))
	return true
}

// wants reports a page that only a person can answer.
func (v verdict) wants(c *checks.Code, text string) {
	v.report(c, v.host(), checks.Text("text", text), checks.Person("user", v.user()), checks.Public("code", "none"))
	v.Reached(checks.DepthPage)
}

// refusedAgain: what was typed led back to the same page, without words that are known.
func (v verdict) refusedAgain() bool {
	switch {
	case v.course.CameAgain(checks.PageCode, checks.PageSent):
		v.factor()
	case v.course.CameAgain(checks.PagePassword, checks.PageForm) && v.course.Did(recipe.ActFillPassword):
		page, _ := v.log.Page()
		means, _ := say.Means(v.Target.Product, page.Text, func(m string) bool { return m == "sso-only" })
		if means != "" && !v.course.Did(recipe.ActAwait) { // the form did not offer it before
			v.onlySSO()
			break
		}
		if t := journey.Of(v.troubles, journey.Policy); t != nil && t.Main {
			return v.part()
		}
		if t := journey.Of(v.troubles, journey.Missing); t != nil && t.Status >= 500 {
			v.report(PageFails, t.Host, checks.Count("status", t.Status), checks.Public("answer", fmt.Sprintf("status %d", t.Status)), checks.Public("place", t.URL))
			break
		}
		v.mute(page)
	case v.course.At(recipe.Stranger) && v.course.Did(recipe.ActFillPassword):
		v.stranger()
	default:
		return false
	}
	return true
}

// unsent: the form with the password wants more than the product file knows of, and the browser does not send it without.
func (v verdict) unsent() bool {
	last, _ := v.log.Page()
	field, ok := page.Unsent(last)
	typed := slices.IndexFunc(v.log, func(e checks.Event) bool { return strings.HasSuffix(e.Step, "/"+recipe.ActFillPassword) })
	if !ok || typed < 0 || !v.course.Answered() {
		return false
	}
	if slices.ContainsFunc(v.log[typed:], func(e checks.Event) bool { return e.Kind == checks.EventHop || page.Matters(e.Type) }) {
		return false // something was sent
	}
	code := Question
	if strings.Contains(strings.ToLower(field.ID+field.Name+field.Label), "captcha") {
		code = Captcha
	}
	v.wants(code, cmp.Or(field.Label, field.Name, field.ID))
	return true
}

// stranger: behind the password stands a form for a password that no page of the product file is. Fields for two of them ask
// for a new one.
func (v verdict) stranger() {
	last, _ := v.log.Page()
	if page.Passwords(last) < 2 {
		v.mute(last)
		return
	}
	v.wants(Expired, say.Seen(last))
}

// factorDue: the password was sent, and the page that comes next is the one that asks for the account's second factor.
func (v verdict) factorDue() bool {
	return v.account != nil && !v.account.Seed.Empty() && v.course.Did(recipe.ActFillPassword) && !v.course.Met(checks.PageCode)
}

// drift is how many steps before and after the true one a device's code is looked for.
const drift = 10

// factor tells why a one-time code was refused. What the phone of a person shows can only be compared if the seed is known
// as well: the code itself then says which moment it belongs to.
func (v verdict) factor() {
	measured, _ := checks.ResultOf[clock.Result](v.Pass, clock.Check)
	page, _ := v.log.Page()
	ev := []checks.Evidence{checks.Text("text", say.Seen(page)), checks.Person("user", v.user())}
	if v.account == nil || !measured.Known {
		v.report(CodeRefused, v.host(), ev...)
		return
	}
	steps, found, compared := v.account.Drift(measured.Verified, drift)
	inTime := measured.Offset.Abs() < v.account.Step()
	switch {
	case compared && found && steps != 0:
		direction := "ahead"
		if steps < 0 {
			direction, steps = "behind", -steps
		}
		v.report(DeviceClock, v.host(), append(ev, checks.Count("steps", steps), checks.Public("direction", direction),
			checks.Span("offset", time.Duration(steps)*v.account.Step()))...)
	case compared || inTime && !v.account.Device && !v.account.Seed.Empty():
		v.report(WrongSeed, v.host(), append(ev, checks.Span("clock_offset", measured.Offset))...)
	default:
		v.report(CodeRefused, v.host(), ev...)
	}
}

// remember keeps what became of the attempt, and returns the error of the walk.
func (v verdict) remember(ctx context.Context, err error) error {
	if v.account == nil {
		return err
	}
	found := func(codes ...*checks.Code) bool {
		return slices.ContainsFunc(v.Findings, func(f *checks.Finding) bool { return slices.Contains(codes, f.Code) })
	}
	switch {
	case found(Locked, Retries):
		return errors.Join(err, v.account.End(ctx, checks.AttemptLocked)) // it shows before the password, too
	case !v.course.Did(recipe.ActFillPassword):
		return err
	case v.Depth == checks.DepthLogin, v.passed(), found(Expired, Question):
		return errors.Join(err, v.account.End(ctx, checks.AttemptPassed))
	}
	return errors.Join(err, v.account.End(ctx, checks.AttemptRefused))
}

// passed reports whether the password was taken: another page than the one that asks for it came behind.
func (v verdict) passed() bool {
	return v.course.At(checks.PageConsent, checks.PageTerms, checks.PageExpired, checks.PagePush, checks.PageSent, checks.PageEnrol,
		checks.PageCode, checks.PageStay)
}
