package catalog

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"logindoctor/checks"
)

var (
	fills     = []string{checks.FillCompany, checks.FillUser, checks.FillPassword, checks.FillCode}
	plainName = regexp.MustCompile(`^[^"\\\s]+$`)
)

func (j judge) recipe(at string, r checks.Recipe) {
	if (len(r.Doors) == 0) == (len(r.Kinds) == 0) {
		j.refuse(at, `Either "doors" or "kinds" must say whose pages these are.`, "")
	}
	for i, door := range r.Doors {
		j.oneOf(fmt.Sprintf("%s.doors[%d]", at, i), string(door), doors)
	}
	for i, kind := range r.Kinds {
		j.oneOf(fmt.Sprintf("%s.kinds[%d]", at, i), kind, kinds)
	}
	if len(r.Pages) == 0 {
		j.refuse(at+".pages", `"pages" must describe at least one page.`, "")
	}
	for i, page := range r.Pages {
		j.page(fmt.Sprintf("%s.pages[%d]", at, i), page)
	}
}

func (j judge) page(at string, p checks.PageSpec) {
	j.oneOf(at+".is", p.Is, checks.PageKinds)
	if p.Seen.Empty() && len(p.Texts) == 0 {
		j.refuse(at, `"seen" or "texts" must say how the page is recognised.`, "")
	}
	j.element(at+".seen", p.Seen)
	j.filled(at+".texts", p.Texts)
	for i, act := range p.Do {
		j.act(fmt.Sprintf("%s.do[%d]", at, i), act)
	}
}

func (j judge) act(at string, a checks.Act) {
	said := 0
	for _, is := range []bool{a.Fill != "", !a.Press.Empty(), len(a.Await) > 0} {
		if is {
			said++
		}
	}
	switch {
	case said != 1:
		j.refuse(at, `Exactly one of "fill", "press" and "await" must say what is done.`, "")
	case a.Fill != "":
		j.oneOf(at+".fill", a.Fill, fills)
		if a.In.Empty() {
			j.refuse(at+".in", `"in" must say where it is typed.`, "")
		}
	case !a.In.Empty():
		j.refuse(at+".in", `"in" belongs to "fill".`, "")
	}
	j.element(at+".in", a.In)
	j.element(at+".press", a.Press)
	j.filled(at+".await", a.Await)
}

// factMeanings are what records can say of an account.
var factMeanings = []string{"inactive", "online-off", "api-only", "not-linked", "not-confirmed", "sso-disabled", "certificate-ended",
	"certificate-early", "portal-off", "contact-inactive"}

func (j judge) record(at string, f checks.APIFact) {
	j.oneOf(at+".means", f.Means, factMeanings)
	if len(f.Doors) == 0 {
		j.refuse(at+".doors", `"doors" must say whom it concerns.`, "")
	}
	for i, door := range f.Doors {
		j.oneOf(fmt.Sprintf("%s.doors[%d]", at, i), string(door), doors)
	}
	if !strings.HasPrefix(f.Path, "/") {
		j.refuse(at+".path", `"path" needs a path that begins with /.`, "")
	}
	for _, name := range placeholder.FindAllString(f.Path, -1) {
		j.oneOf(at+".path", strings.Trim(name, "{}"), []string{"user", "mail", "contact"})
	}
	j.text(at+".field", f.Field)
	j.text(at+".is", f.Is)
}

// element demands names that can be looked for.
func (j judge) element(at string, c checks.Element) {
	for key, list := range map[string][]string{"id": c.ID, "name": c.Name, "label": c.Label, "role": c.Role, "text": c.Text, "css": c.CSS} {
		j.filled(at+"."+key, list)
		for i, word := range list {
			if (key == "id" || key == "name") && strings.TrimSpace(word) != "" && !plainName.MatchString(word) {
				j.refuse(fmt.Sprintf("%s.%s[%d]", at, key, i), "An id or a name is one word without quotation marks.", "")
			}
		}
	}
	for i, role := range c.Role {
		if !slices.Contains(elementRoles, role) && strings.TrimSpace(role) != "" {
			j.oneOf(fmt.Sprintf("%s.role[%d]", at, i), role, elementRoles)
		}
	}
}

// elementRoles are the words that a browser finds a control by.
var elementRoles = []string{"button", "link", "checkbox", "password", "username", "email", "one-time-code"}
