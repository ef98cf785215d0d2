package catalog_test

import (
	"errors"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/catalog"
)

// TestDefaultFacts visits every entry of the built-in files: each has its facts, and each source is used.
func TestDefaultFacts(t *testing.T) {
	p := *catalog.Default()
	for name, file := range map[string]struct {
		value   any
		sources map[string]string
		least   int // entries
	}{
		"connectwise.yaml": {p, p.Sources, 100},
		"identity.yaml":    {*catalog.Codes(), catalog.Codes().Sources, 200},
		"inspection.yaml":  {*catalog.Inspectors(), catalog.Inspectors().Sources, 25},
	} {
		used := map[string]bool{}
		n := 0
		visit(reflect.ValueOf(file.value), func(f checks.Fact) {
			n++
			used[f.Source] = true
			if file.sources[f.Source] == "" || len(f.Checked) != len("2026-08-30") || f.Certainty == "" {
				t.Errorf("%s: an entry has %+v", name, f)
			}
		})
		if n < file.least {
			t.Errorf("%s: only %d entries were visited", name, n)
		}
		for key := range file.sources {
			if !used[key] {
				t.Errorf("%s: source %s belongs to no entry", name, key)
			}
		}
	}
}

func visit(v reflect.Value, do func(checks.Fact)) {
	switch v.Kind() {
	case reflect.Pointer:
		visit(v.Elem(), do)
	case reflect.Slice:
		for i := range v.Len() {
			visit(v.Index(i), do)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			visit(v.MapIndex(k), do)
		}
	case reflect.Struct:
		if f, ok := v.Interface().(checks.Fact); ok {
			do(f)
			return
		}
		for i := range v.NumField() {
			visit(v.Field(i), do)
		}
	}
}

func TestDefaultKnows(t *testing.T) {
	p := catalog.Default()
	var regions, pathways []string
	for _, r := range p.Regions {
		regions = append(regions, r.ID)
	}
	for _, w := range p.Pathways {
		pathways = append(pathways, w.ID)
	}
	if got := strings.Join(regions, " "); got != "na eu au aus za staging" {
		t.Errorf("regions are %s", got)
	}
	if got := strings.Join(pathways, " "); got != "web-sso web-local desktop portal portal-legacy api home" {
		t.Errorf("pathways are %s", got)
	}
	for _, code := range strings.Fields("AADSTS50011 AADSTS700016 AADSTS7000222 AADSTS50105 AADSTS53003 AADSTS220450 AADB2C90006 AADB2C90289 access_denied") {
		if _, ok := p.Code(code); !ok {
			t.Errorf("code %s is not known", code)
		}
	}
	for _, door := range []checks.Door{checks.DoorSSO, checks.DoorLocal, checks.DoorPortal, checks.DoorDesktop, checks.DoorHome} {
		if !slices.ContainsFunc(p.Recipes, func(r checks.Recipe) bool {
			return slices.Contains(r.Doors, door) && slices.ContainsFunc(r.Pages, func(page checks.PageSpec) bool { return page.Is == checks.PageLandmark })
		}) {
			t.Errorf("door %s has no recipe with a landmark", door)
		}
	}
	for _, k := range p.Identity {
		if !slices.ContainsFunc(p.Recipes, func(r checks.Recipe) bool { return slices.Contains(r.Kinds, k.Kind) }) {
			t.Errorf("no recipe for providers of kind %s", k.Kind)
		}
	}
}

// TestLoadRefuses changes one thing in a good product file and expects one mistake.
func TestLoadRefuses(t *testing.T) {
	good := read(t, "saas.yaml")
	cases := map[string]struct{ old, new, want string }{
		"no id":                 {"id: tidepool\n", "", `"id" needs a short name`},
		"no name":               {"name: Tidepool Desk\n", "", `"name" must not be missing or empty.`},
		"empty vendor":          {"vendor: Tidepool\n", "vendor: \"\"\n", `"vendor" must not be missing or empty.`},
		"source without text":   {`DOC: "https://docs.tidepool.example/network"`, `{DOC: "x", EMPTY: ""}`, `"EMPTY" must not be missing or empty.`},
		"no source":             {"role: idp, path: /realms/desk, source: DOC,", "role: idp, path: /realms/desk,", "This entry names no source."},
		"unknown source":        {"role: cdn, source: DOC", "role: cdn, source: DOK", `did you mean "DOC"?`},
		"no date":               {"role: cdn, source: DOC, checked: 2026-11-01,", "role: cdn, source: DOC,", `"checked" needs the day`},
		"odd date":              {"role: cdn, source: DOC, checked: 2026-11-01", "role: cdn, source: DOC, checked: 1.11.2026", `"checked" needs the day`},
		"certainty":             {"certainty: likely}\n  - {host: \"help", "certainty: sure}\n  - {host: \"help", `"certainty" must be one of: confirmed, likely, assumed.`},
		"host with a scheme":    {"host: cdn.tidepool", "host: https://cdn.tidepool", "is no host name"},
		"host with a bad port":  {"help.tidepool.example:8443", "help.tidepool.example:0", "a port is a number from 1 to 65535"},
		"role":                  {"role: cdn,", "role: cnd,", `did you mean "cdn"?`},
		"region twice":          {"id: south", "id: north", `"north" stands here a second time.`},
		"region called onprem":  {"id: south", "id: onprem", `"onprem" stands here a second time.`},
		"region host":           {"web: desk.tidepool.example", "web: desk_.-tidepool.example", "is no host name"},
		"region without a host": {"web: desk.tidepool.example, ", "", `"web" must not be missing or empty.`},
		"api host":              {"api: api.south", "api: api..south", "is no host name"},
		"pathway twice":         {"id: hook", "id: desk", `"desk" stands here a second time.`},
		"pathway id":            {"id: hook", "id: Web Hook", `"id" needs a short name`},
		"title":                 {"title: Webhook, ", "", `"title" must not be missing`},
		"door":                  {"door: api", "door: apis", `did you mean "api"?`},
		"client":                {"client: program", "client: robot", `"client" must be one of: browser, program.`},
		"input":                 {"inputs: [api_key]", "inputs: [apikey]", `did you mean "api_key"?`},
		"roles":                 {"roles: [web, cdn, idp]", "roles: [web, cdn, status]", `"roles[2]" must be one of`},
		"no roles":              {"roles: [portal], start: \"https://{portal}/help\"", "start: \"https://help.example/\"", `"roles" must name the hosts`},
		"start without https":   {`"https://{web}/t`, `"http://{web}/t`, "begins with https://"},
		"placeholder":           {"/v2/{codebase}/me", "/v2/{code_base}/me", `did you mean "codebase"?`},
		"brace":                 {"/v2/{codebase}/me", "/v2/{codebase/me", "a brace without its partner"},
		"placeholder of a role": {"/v2/{codebase}/me", "/v2/{web}/me", `"roles" does not hold web`},
		"placeholder of input":  {"inputs: [company]", "inputs: [user]", `"company" is needed here`},
		"no home host":          {"roles: [web, cdn, idp]", "roles: [web, home]", `No entry of "hosts" has the role home.`},
		"control over https":    {`"http://plain`, `"https://plain`, "begins with http://"},
		"control status":        {"status: 200", "status: 20", "from 100 to 599"},
		"time server":           {"clock.example:1123", "clock.example:", "a port is a number"},
		"key inside an entry":   {"test: true", "tset: true", `did you mean "test"?`},
		"key of the facts":      {"id: trial, web: trial.tidepool.example, test: true, source", "id: trial, web: trial.tidepool.example, test: true, sauce", `did you mean "source"?`},
		"lookup":                {"controls:", "company_lookup: {path: /find, source: DOC, checked: 2026-11-01, certainty: likely}\ncontrols:", `"path" must hold {company}.`},
		"api path":              {"controls:", "api: {base: v2, probe: /me, source: DOC, checked: 2026-11-01, certainty: likely}\ncontrols:", "begins with /"},
		"api error":             {"controls:", "api: {base: /v2, probe: /me, errors: [{means: x, source: DOC, checked: 2026-11-01, certainty: likely}], source: DOC, checked: 2026-11-01, certainty: likely}\ncontrols:", `"status" or "body"`},
		"api accept":            {"controls:", "api: {base: /v2, probe: /me, accept: \"v={v}\", source: DOC, checked: 2026-11-01, certainty: likely}\ncontrols:", "known: {version}"},
		"recipe of nobody":      {"controls:", recipe("id: r", "is: form, seen: {id: [f]}"), `Either "doors" or "kinds"`},
		"recipe of both":        {"controls:", recipe("id: r, doors: [sso], kinds: [oidc]", "is: form, seen: {id: [f]}"), `Either "doors" or "kinds"`},
		"recipe's door":         {"controls:", recipe("id: r, doors: [sos]", "is: form, seen: {id: [f]}"), `did you mean "sso"?`},
		"page":                  {"controls:", recipe("id: r, doors: [sso]", "is: pasword, seen: {id: [f]}"), `did you mean "password"?`},
		"page unrecognised":     {"controls:", recipe("id: r, doors: [sso]", "is: password"), "how the page is recognised"},
		"element":               {"controls:", recipe("id: r, doors: [sso]", "is: password, seen: {idd: [f], name: [n]}"), `did you mean "id"?`},
		"empty selector":        {"controls:", recipe("id: r, doors: [sso]", "is: password, seen: {css: [\"\"]}"), "match everything"},
		"id with a quote":       {"controls:", recipe("id: r, doors: [sso]", "is: password, seen: {id: ['a\"b']}"), "without quotation marks"},
		"element's role":        {"controls:", recipe("id: r, doors: [sso]", "is: password, seen: {role: [pasword]}"), `did you mean "password"?`},
		"act of two":            {"controls:", recipe("id: r, doors: [sso]", "is: form, seen: {id: [f]}, do: [{fill: user, in: {id: [u]}, press: {id: [b]}}]"), "Exactly one of"},
		"act of none":           {"controls:", recipe("id: r, doors: [sso]", "is: form, seen: {id: [f]}, do: [{within: 2s}]"), "Exactly one of"},
		"fill":                  {"controls:", recipe("id: r, doors: [sso]", "is: form, seen: {id: [f]}, do: [{fill: pasword, in: {id: [p]}}]"), `did you mean "password"?`},
		"fill nowhere":          {"controls:", recipe("id: r, doors: [sso]", "is: form, seen: {id: [f]}, do: [{fill: user}]"), "where it is typed"},
		"press in":              {"controls:", recipe("id: r, doors: [sso]", "is: form, seen: {id: [f]}, do: [{press: {id: [b]}, in: {id: [p]}}]"), `"in" belongs to "fill".`},
		"identity kind":         {"controls:", "identity: [{kind: octa, name: x, host: x.example, source: DOC, checked: 2026-11-01, certainty: likely}]\ncontrols:", `did you mean "okta"?`},
		"identity pattern":      {"controls:", "identity: [{kind: okta, name: x, host: \"x.*.example\", source: DOC, checked: 2026-11-01, certainty: likely}]\ncontrols:", "is no host name"},
		"identity unrecognised": {"controls:", "identity: [{kind: okta, name: x, source: DOC, checked: 2026-11-01, certainty: likely}]\ncontrols:", "how the provider is recognised"},
		"words":                 {"controls:", "words: [{means: x, source: DOC, checked: 2026-11-01, certainty: likely}]\ncontrols:", "at least one text"},
		"code":                  {"controls:", "provider_codes: [{code: A B, means: x, text: y, source: DOC, checked: 2026-11-01, certainty: likely}]\ncontrols:", "one word of letters"},
		"code owner":            {"controls:", "provider_codes: [{code: A1, means: x, text: y, owner: usr, source: DOC, checked: 2026-11-01, certainty: likely}]\ncontrols:", `did you mean "user"?`},
		"inspector kind":        {"controls:", "inspectors: [{name: A, kind: gatway, issuers: [A], source: DOC, checked: 2026-11-01, certainty: likely}]\ncontrols:", `did you mean "gateway"?`},
		"inspector unknowable":  {"controls:", "inspectors: [{name: A, kind: gateway, source: DOC, checked: 2026-11-01, certainty: likely}]\ncontrols:", "how the product is recognised"},
		"inspector of all":      {"controls:", "inspectors: [{name: A, kind: gateway, issuers: [\"\"], source: DOC, checked: 2026-11-01, certainty: likely}]\ncontrols:", "match everything"},
		"status page":           {"controls:", "status: {url: \"https://s.example/\", kind: statuspage, source: DOC, checked: 2026-11-01, certainty: likely}\ncontrols:", `"kind" must be one of: status.io.`},
		"domain":                {"controls:", "domains: [{name: \"*.example\", source: DOC, checked: 2026-11-01, certainty: likely}]\ncontrols:", "is no host name"},
		"desktop":               {"controls:", "desktop: {source: DOC, checked: 2026-11-01, certainty: likely}\ncontrols:", `"display_name" must not be missing`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(good, c.old, c.new, 1)
			if text == good {
				t.Fatal("the case changes nothing")
			}
			_, err := catalog.Load("saas.yaml", []byte(text))
			var all catalog.Errors
			if !errors.As(err, &all) || len(all) != 1 || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("want one mistake with %q, got:\n%v", c.want, err)
			}
		})
	}
}

// recipe is a recipe of one page, in front of the controls.
func recipe(whose, page string) string {
	return "recipes: [{" + whose + ", pages: [{" + page + ", source: DOC, checked: 2026-11-01, certainty: likely}]}]\ncontrols:"
}

func TestLoadFindsEverythingAtOnce(t *testing.T) {
	_, err := catalog.Load("empty.yaml", []byte("regions: [{id: x}]\n"))
	golden(t, "load.golden", err.Error())
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
