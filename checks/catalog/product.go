package catalog

import (
	_ "embed"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"logindoctor/checks"
)

//go:embed connectwise.yaml
var connectwise []byte

// Default returns the product that is built in; nobody may change it.
var Default = sync.OnceValue(func() *checks.Product {
	p, err := Load("connectwise.yaml", connectwise)
	if err != nil {
		panic(err) // our own file; every test run reads it
	}
	return p
})

// Load reads a product file; the name is for messages. What every product shares is within reach. The error is an Errors.
func Load(name string, data []byte) (*checks.Product, error) {
	p, err := Decode(name, data, rules)
	if err != nil {
		return nil, err
	}
	p.CodeBook = Codes
	p.KnownInspectors = func() []checks.Inspector { return Inspectors().Inspectors }
	return &p, nil
}

// The closed sets of a product file.
var (
	inputs      = []string{"company", "user", "portal", "api_key"}
	clients     = map[string]checks.Clients{"browser": checks.Browsers, "program": checks.Programs}
	doors       = []string{"sso", "local", "portal", "api", "home", "desktop"}
	wayRoles    = []string{"web", "api", "portal", "home", "idp", "cdn"}
	hostRoles   = append(slices.Clone(wayRoles), "status")
	kinds       = []string{"identityserver", "b2c", "entra", "okta", "duo", "saml", "oidc"}
	certainties = []string{"confirmed", "likely", "assumed"}
	statusKinds = []string{"status.io"}
)

var (
	plainID     = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	placeholder = regexp.MustCompile(`\{[^{}]*\}`)
)

// A judge applies the rules of a product file or of a shared catalogue, those that its form alone cannot express.
type judge struct {
	product *checks.Product   // nil in a shared catalogue
	sources map[string]string // of the same file
	refuse  Refuse
}

func rules(p *checks.Product, refuse Refuse) {
	j := judge{p, p.Sources, refuse}
	j.id("id", p.ID)
	j.text("name", p.Name)
	j.text("vendor", p.Vendor)
	j.entries(p)
	j.places()
	j.pathways()
	j.calls()
	j.pages()
	j.contrasts()
}

func (j judge) text(path, value string) {
	if strings.TrimSpace(value) == "" {
		j.refuse(path, fmt.Sprintf("%q must not be missing or empty.", lastKey(path)), "")
	}
}

func (j judge) id(path, value string) {
	if !plainID.MatchString(value) {
		j.refuse(path, fmt.Sprintf("%q needs a short name of a-z, 0-9 and -.", lastKey(path)), "")
	}
}

func (j judge) oneOf(path, value string, set []string) {
	if !slices.Contains(set, value) {
		j.refuse(path, fmt.Sprintf("%q must be one of: %s.", lastKey(path), strings.Join(set, ", ")), suggest(value, set))
	}
}

func (j judge) unique(path, value string, seen map[string]bool) {
	if seen[value] {
		j.refuse(path, fmt.Sprintf("%q stands here a second time.", shorten(value)), "")
	}
	seen[value] = true
}

func (j judge) host(path, value string) {
	if value == "" {
		j.text(path, value)
	} else if _, _, err := splitHost(value); err != nil {
		j.refuse(path, fmt.Sprintf("%q %v.", shorten(value), err), "")
	}
}

func (j judge) url(path, value, scheme string) {
	u, err := url.Parse(value)
	if err != nil || u.Scheme != scheme || u.User != nil {
		j.refuse(path, fmt.Sprintf("%q needs an address that begins with %s://.", lastKey(path), scheme), "")
		return
	}
	j.host(path, u.Host)
}

// template allows the placeholders named and no others.
func (j judge) template(path, value string, known ...string) {
	for _, found := range placeholder.FindAllString(value, -1) {
		name := strings.Trim(found, "{}")
		if !slices.Contains(known, name) {
			j.refuse(path, fmt.Sprintf("There is no placeholder %s here; known: {%s}.", found, strings.Join(known, "} {")), suggest(name, known))
		}
	}
	if rest := placeholder.ReplaceAllString(value, ""); strings.ContainsAny(rest, "{} ") {
		j.refuse(path, fmt.Sprintf("%q holds a blank or a brace without its partner.", lastKey(path)), "")
	}
}

func (j judge) path(path, value string, known ...string) {
	if !strings.HasPrefix(value, "/") {
		j.refuse(path, fmt.Sprintf("%q needs a path that begins with /.", lastKey(path)), "")
		return
	}
	j.template(path, value, known...)
}

// entries asks the file for its sources and every entry for its facts.
func (j judge) entries(file any) {
	for key, address := range j.sources {
		j.text("sources."+key, address)
	}
	j.facts(reflect.ValueOf(file).Elem(), "")
}

// facts asks every entry for its source, date and certainty.
func (j judge) facts(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			j.facts(v.Elem(), path)
		}
	case reflect.Slice:
		for i := range v.Len() {
			j.facts(v.Index(i), fmt.Sprintf("%s[%d]", path, i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			j.facts(v.MapIndex(key), join(path, key.String()))
		}
	case reflect.Struct:
		if f, ok := v.Interface().(checks.Fact); ok {
			j.fact(f, path)
			return
		}
		for i := range v.NumField() {
			name, option, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
			if option == "inline" {
				j.facts(v.Field(i), path)
			} else {
				j.facts(v.Field(i), join(path, name))
			}
		}
	}
}

func (j judge) fact(f checks.Fact, path string) {
	if f.Source == "" {
		j.refuse(path+".source", "This entry names no source.", "")
	} else if _, ok := j.sources[f.Source]; !ok {
		j.refuse(path+".source", fmt.Sprintf(`Source %q is not listed under "sources".`, shorten(f.Source)), suggest(f.Source, keysOf(j.sources)))
	}
	if _, err := time.Parse(time.DateOnly, f.Checked); err != nil {
		j.refuse(path+".checked", `"checked" needs the day on which the source was read.`, "write for example 2026-08-30")
	}
	j.oneOf(path+".certainty", f.Certainty, certainties)
}

func (j judge) places() {
	seen := map[string]bool{onPrem: true}
	for i, r := range j.product.Regions {
		at := fmt.Sprintf("regions[%d]", i)
		j.id(at+".id", r.ID)
		j.unique(at+".id", r.ID, seen)
		j.host(at+".web", r.Web)
		if r.API != "" {
			j.host(at+".api", r.API)
		}
	}
	for i, h := range j.product.Hosts {
		at := fmt.Sprintf("hosts[%d]", i)
		j.host(at+".host", h.Host)
		if h.Role != "" { // without a role it is listed for firewalls only
			j.oneOf(at+".role", string(h.Role), hostRoles)
		}
		if h.Path != "" {
			j.path(at+".path", h.Path)
		}
	}
	for i, d := range j.product.Domains {
		j.host(fmt.Sprintf("domains[%d].name", i), d.Name)
	}
}

func (j judge) pathways() {
	if len(j.product.Pathways) == 0 {
		j.refuse("pathways", `"pathways" must name at least one way to sign in.`, "")
	}
	seen := map[string]bool{}
	for i, p := range j.product.Pathways {
		at := fmt.Sprintf("pathways[%d]", i)
		j.id(at+".id", p.ID)
		j.unique(at+".id", p.ID, seen)
		j.text(at+".title", p.Title)
		j.oneOf(at+".door", string(p.Door), doors)
		j.oneOf(at+".client", p.Client, keysOf(clients))
		for k, input := range p.Inputs {
			j.oneOf(fmt.Sprintf("%s.inputs[%d]", at, k), input, inputs)
		}
		j.way(at, p)
		j.start(at+".start", p)
	}
}

func (j judge) way(at string, p checks.PathwaySpec) {
	if len(p.Roles) == 0 {
		j.refuse(at+".roles", `"roles" must name the hosts on the way.`, "")
	}
	for i, role := range p.Roles {
		path := fmt.Sprintf("%s.roles[%d]", at, i)
		j.oneOf(path, string(role), wayRoles)
		if role == checks.RoleHome && len(globals(j.product, role)) == 0 {
			j.refuse(path, `No entry of "hosts" has the role home.`, "")
		}
	}
	if slices.Contains(p.Roles, checks.RolePortal) && len(globals(j.product, checks.RolePortal)) == 0 {
		j.wants(at+".roles", p, "portal")
	}
}

func (j judge) start(path string, p checks.PathwaySpec) {
	if !strings.HasPrefix(p.Start, "https://") {
		j.refuse(path, `"start" needs an address that begins with https://.`, "")
		return
	}
	j.template(path, p.Start, "web", "api", "portal", "home", "company", "codebase")
	for _, role := range []checks.Role{checks.RoleWeb, checks.RoleAPI, checks.RolePortal, checks.RoleHome} {
		if strings.Contains(p.Start, "{"+string(role)+"}") && !slices.Contains(p.Roles, role) {
			j.refuse(path, fmt.Sprintf("{%s} is used, but \"roles\" does not hold %s.", role, role), "")
		}
	}
	if strings.Contains(p.Start, "{company}") {
		j.wants(path, p, "company")
	}
}

func (j judge) wants(path string, p checks.PathwaySpec, input string) {
	if !slices.Contains(p.Inputs, input) {
		j.refuse(path, fmt.Sprintf("%q is needed here, but \"inputs\" does not hold it.", input), "")
	}
}

func (j judge) calls() {
	if c := j.product.Company; c != nil {
		j.path("company_lookup.path", c.Path, "company")
		if !strings.Contains(c.Path, "{company}") {
			j.refuse("company_lookup.path", `"path" must hold {company}.`, "")
		}
	}
	if c := j.product.Call; c != nil {
		j.path("password_call.path", c.Path, "codebase")
		for key, value := range map[string]string{"company": c.Company, "user": c.User, "password": c.Password, "success": c.Success} {
			j.text("password_call."+key, value)
		}
	}
	a := j.product.API
	if a == nil {
		return
	}
	j.path("api.base", a.Base, "codebase", "company")
	j.path("api.probe", a.Probe)
	if a.Rights != "" {
		j.path("api.rights", a.Rights)
	}
	j.template("api.accept", strings.ReplaceAll(a.Accept, " ", ""), "version")
	for i, f := range a.Facts {
		j.record(fmt.Sprintf("api.facts[%d]", i), f)
	}
	for i, e := range a.Errors {
		at := fmt.Sprintf("api.errors[%d]", i)
		j.text(at+".means", e.Means)
		if len(e.Status) == 0 && e.Body == "" {
			j.refuse(at, `"status" or "body" must say what the answer looks like.`, "")
		}
		for k, status := range e.Status {
			j.status(fmt.Sprintf("%s.status[%d]", at, k), status)
		}
	}
}

func (j judge) status(path string, status int) {
	if status < 100 || status > 599 {
		j.refuse(path, "A status of HTTP is a number from 100 to 599.", "")
	}
}

func (j judge) pages() {
	seenIDs := map[string]bool{}
	for i, r := range j.product.Recipes {
		at := fmt.Sprintf("recipes[%d]", i)
		j.id(at+".id", r.ID)
		j.unique(at+".id", r.ID, seenIDs)
		j.recipe(at, r)
	}
	for i, k := range j.product.Identity {
		j.identity(fmt.Sprintf("identity[%d]", i), k)
	}
	for i, w := range j.product.Words {
		at := fmt.Sprintf("words[%d]", i)
		j.text(at+".means", w.Means)
		if len(w.Any) == 0 {
			j.refuse(at+".any", `"any" must hold at least one text.`, "")
		}
		j.filled(at+".any", w.Any)
	}
	j.codes(j.product.Codes)
	j.inspectors(j.product.Inspectors)
}

func (j judge) filled(path string, list []string) {
	for i, item := range list {
		if strings.TrimSpace(item) == "" {
			j.refuse(fmt.Sprintf("%s[%d]", path, i), "An empty text would match everything.", "")
		}
	}
}

func (j judge) identity(at string, k checks.IdentityKind) {
	j.oneOf(at+".kind", k.Kind, kinds)
	j.text(at+".name", k.Name)
	if k.Host == "" && k.Path == "" {
		j.refuse(at, `"host" or "path" must say how the provider is recognised.`, "")
	}
	if k.Host != "" {
		j.host(at+".host", strings.TrimPrefix(k.Host, "*."))
	}
}

func (j judge) contrasts() {
	for i, c := range j.product.Controls {
		at := fmt.Sprintf("controls[%d]", i)
		j.url(at+".url", c.URL, "http")
		j.status(at+".status", c.Status)
	}
	for i, t := range j.product.Time {
		j.host(fmt.Sprintf("time[%d].host", i), t.Host)
	}
	if s := j.product.Status; s != nil {
		j.url("status.url", s.URL, "https")
		j.oneOf("status.kind", s.Kind, statusKinds)
	}
	if d := j.product.Desktop; d != nil {
		j.text("desktop.display_name", d.DisplayName)
	}
}

func suggest(word string, candidates []string) string {
	if near := Nearest(word, candidates); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return ""
}

func keysOf[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// lastKey is the last step of a path.
func lastKey(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }
