package staff

import (
	"cmp"
	"fmt"
	"slices"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/recipe"
	"logindoctor/checks/internal/say"
	"logindoctor/checks/web/answer"
)

// declined: the provider answers the application's request with a page of its own that asks for nothing, and does not send the
// browser back. RFC 6749 4.1.2.1 has it do so if it does not know the application or its return address; of other mistakes it
// tells the application.
func (v verdict) declined() bool {
	request, ok := v.unanswered()
	hops := v.log.Hops()
	if !ok || len(hops) == 0 || v.subject(v.host()).Role != checks.RoleIDP {
		return false
	}
	last, _ := v.log.Page()
	got, said := hops[len(hops)-1], say.Seen(last)
	if got.URL != request.URL || !slices.Contains([]int{200, 400, 404}, got.Status) || said == "" ||
		got.Status == 200 && len(visible(last)) > 0 || slices.ContainsFunc(last.Fields, page.Typed) {
		return false
	}
	named := func(name string) string {
		return cmp.Or(page.Text(request.Message.Values[name].Reveal(), 200), "not said in clear")
	}
	f := v.report(Declined, v.host(), checks.Public("app", v.web()), checks.Text("what", fmt.Sprintf("status %d, %q", got.Status, said)),
		checks.Org("application", named("client_id")), checks.Org("return_address", named("redirect_uri")))
	if answer.Own(v.Target.Product, v.host()) {
		f.By(checks.OwnerVendor)
	}
	return true
}

// unanswered returns the last request to a provider if no answer came and no page behind it was recognised.
func (v verdict) unanswered() (request checks.Event, ok bool) {
	for _, e := range slices.Backward(v.log) {
		switch {
		case e.Kind == checks.EventMessage:
			return e, e.Message.Kind == "request"
		case slices.ContainsFunc(v.course.Visits, func(met recipe.Visit) bool { return met.Name == e.Step }):
			return checks.Event{}, false
		}
	}
	return checks.Event{}, false
}

// notTaken: the page that got the provider's answer refuses it, and nothing that could be seen of the answer is wrong. What is left
// is what the application has stored about provider and person.
func (v verdict) notTaken() bool {
	answer, ok := v.log.Last(checks.EventMessage)
	hops := v.log.Hops()
	if !ok || answer.Message.Kind != "response" || !answer.Message.Values["error"].Empty() || len(hops) == 0 || v.course.Shown() {
		return false
	}
	got := hops[len(hops)-1]
	last, _ := v.log.Page()
	if got.URL != answer.URL || got.Status >= 500 || say.Seen(last) == "" || v.subject(v.host()).Role == checks.RoleIDP || slices.ContainsFunc(last.Fields, page.Typed) ||
		len(v.Target.Product.CodesIn(last.Text)) > 0 {
		return false
	}
	if !v.sensed(last) {
		v.report(NotTaken, v.host(), checks.Text("what", fmt.Sprintf("status %d, %q", got.Status, say.Seen(last))), checks.Person("user", v.user()))
	}
	return true
}
