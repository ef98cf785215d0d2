package portal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/internal/journey"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/recipe"
	"logindoctor/checks/internal/say"
	"logindoctor/checks/login/staff"
)

// after: the contact's password was typed and the portal did not open.
func (v visit) after(last checks.Event, troubles []journey.Trouble) error {
	text := last.Title + " " + last.Text
	means, _ := say.Means(v.Target.Product, text, func(m string) bool { return m == "csrf" || m == "password-wrong" || owners[m] != "" })
	if sense, _ := say.Sense(last); means == "" && sense == "password-wrong" {
		means = sense
	}
	v.Reached(checks.DepthPage)
	switch ev := []checks.Evidence{checks.Text("text", say.Seen(last)), checks.Person("user", v.account.Name)}; {
	case means == "csrf" || v.sentBack():
		v.report(TokenRejected, v.host(), append(ev, checks.Public("how", v.how()))...)
	case v.lost():
		v.report(NotStuck, v.host(), append(ev, checks.Text("reason", v.reason()))...)
	case v.record != "" && means != "locked":
		v.report(NotEnabled, v.host(), append(ev, checks.Public("flag", flags[v.record]))...)
	case means == "password-wrong":
		v.report(WrongPassword, v.host(), ev...)
	case owners[means] != "":
		v.report(Told, v.host(), append(ev, checks.Public("means", means))...).By(owners[means])
	case journey.Of(troubles, journey.Policy) != nil:
		v.trouble(PolicyForbids, v.host(), *journey.Of(troubles, journey.Policy))
	case v.failed() != "":
		v.report(PageFails, v.host(), append(ev, checks.Public("answer", v.failed()), checks.Public("place", v.asked()))...)
	case page.Passwords(last) > 1:
		v.report(Told, v.host(), append(ev, checks.Public("means", "password-expired"))...).By(owners["password-expired"])
	case page.Passwords(last) == 0 && slices.ContainsFunc(last.Fields, page.Typed):
		v.report(Question, v.host(), ev...)
	case strings.TrimSpace(last.Text) != "":
		v.report(Refused, v.host(), ev...)
	default:
		return fmt.Errorf("nothing was shown after the password on %s", v.host())
	}
	return nil
}

// failed tells how the portal failed over the form, "" if it did not: with an error of its own, or with no answer at all.
func (v visit) failed() string {
	for _, e := range slices.Backward(v.log) {
		sent := e.Method == "POST" && (e.Kind == checks.EventHop || e.Kind == checks.EventResource)
		switch {
		case sent && e.Status >= 500:
			return fmt.Sprintf("status %d", e.Status)
		case sent:
			return ""
		case e.Kind == checks.EventStep && strings.HasSuffix(e.Step, "/"+recipe.ActFillPassword):
			return "no answer in time"
		}
	}
	return ""
}

// asked is the address of the form.
func (v visit) asked() string {
	return cmp.Or(v.log.Address(), v.Pathway.Start)
}

// owners is who acts on what a page of status 200 says.
var owners = map[string]checks.Owner{"licence": checks.OwnerPSAAdmin, "no-access": checks.OwnerPSAAdmin, "disabled": checks.OwnerPSAAdmin,
	"locked": checks.OwnerUser, "maintenance": checks.OwnerVendor, "password-expired": checks.OwnerUser, "account-unknown": checks.OwnerPSAAdmin}

// flags is how the record of a contact says no.
var flags = map[string]string{"portal-off": "portal sign-in is switched off", "contact-inactive": "the contact is inactive"}

// sent returns the answers for pages since the password went out, that of the form itself first.
func (v visit) sent() []checks.Event {
	hops := v.log.Hops()
	i := len(hops) - 1
	for i >= 0 && hops[i].Method != "POST" {
		i--
	}
	if i < 0 {
		return nil
	}
	return hops[i:]
}

// sentBack: the form was answered by sending the person to the form again, without a look at any other page.
func (v visit) sentBack() bool {
	hops := v.sent()
	return len(hops) > 1 && hops[0].Status/100 == 3 && hops[0].Location == hops[0].URL && hops[len(hops)-1].URL == hops[0].URL
}

// lost: the form was answered by sending the person on, and a page behind it sent the person back.
func (v visit) lost() bool {
	hops := v.sent()
	return len(hops) > 2 && hops[0].Status/100 == 3 && hops[0].Location != hops[0].URL && hops[len(hops)-1].URL == hops[0].URL
}

func (v visit) how() string {
	if hops := v.sent(); len(hops) > 0 {
		return fmt.Sprintf("status %d", hops[0].Status)
	}
	return "a page that says so"
}

// reason is why the browser did not give the session back, or that it did.
func (v visit) reason() string {
	for _, e := range slices.Concat(v.log.Refused(), v.log.Withheld()) {
		return fmt.Sprintf("the browser refuses the cookie %s: %s", e.Cookie.Name, strings.Join(e.Cookie.Refused, ", "))
	}
	return "the browser keeps the cookies and a server does not know the session"
}

// remember keeps what became of the attempt, and returns the error of the walk.
func (v visit) remember(ctx context.Context, err error) error {
	if v.account == nil || !v.course.Did(recipe.ActFillPassword) {
		return err
	}
	found := func(codes ...*checks.Code) bool {
		return slices.ContainsFunc(v.Findings, func(f *checks.Finding) bool { return slices.Contains(codes, f.Code) })
	}
	outcome := checks.AttemptRefused
	switch {
	case found(staff.Locked, staff.Retries), found(Told) && slices.Contains(v.Findings[0].Evidence, checks.Public("means", "locked")):
		outcome = checks.AttemptLocked
	case v.Depth == checks.DepthLogin, found(NotStuck):
		outcome = checks.AttemptPassed
	}
	return errors.Join(err, v.account.End(ctx, outcome))
}
