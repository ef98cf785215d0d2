package api

import (
	"net/http"
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/internal/hops"
	"logindoctor/checks/web/region"
)

func TestStray(t *testing.T) {
	for _, row := range []struct{ public, private, client, which, what string }{
		{"abc", "def", "1-2", "", ""},
		{"abc", "def", "", "", ""},
		{"abc\n", "def", "", "public key", "a line break"},
		{"abc", "de f", "", "private key", "a blank"},
		{"abc", "\u00a0def", "", "private key", "a blank"},
		{"abc", "def", `"1-2"`, "client id", "a quotation mark"},
		{"abc", "\u201cdef\u201d", "", "private key", "a quotation mark"},
		{"\ufeffabc", "def", "", "public key", "a character that cannot be typed"},
		{"abc", "d\x00f", "", "private key", "a character that cannot be typed"},
	} {
		k := keys{checks.NewSecret(row.public), checks.NewSecret(row.private), checks.NewSecret(row.client)}
		if which, what := k.stray(); which != row.which || what != row.what {
			t.Errorf("%q %q %q: %s holds %s", row.public, row.private, row.client, which, what)
		}
	}
}

var spec = &checks.APISpec{Router: "v4_6_release", Errors: []checks.APIError{
	{Means: "https-host", Body: "SSL is required"},
	{Means: "route", Body: "Cannot route"},
	{Means: "version", Body: "does not support the API version"},
	{Means: "throttled", Status: []int{429}},
	{Means: "no-right", Body: "security permission"},
	{Means: "client-id", Status: []int{400, 401}, Body: "clientId"},
	{Means: "bad-keys", Status: []int{401}},
	{Means: "no-right", Status: []int{403}},
}}

func reply(status int, mime, body string) *hops.Exchange {
	return &hops.Exchange{Status: status, Header: http.Header{"Content-Type": {mime}}, Body: []byte(body)}
}

func TestMeans(t *testing.T) {
	for _, row := range []struct {
		x    *hops.Exchange
		want string
	}{
		{reply(401, "application/json", `{"message":"SSL is required."}`), "https-host"},
		{reply(401, "application/json", `{"message":"the CLIENTID header is missing"}`), "client-id"},
		{reply(403, "application/json", `{"message":"clientId"}`), "no-right"},
		{reply(401, "application/json", ``), "bad-keys"},
		{reply(401, "text/html", `<html>sign in</html>`), ""},
		{reply(400, "text/plain", "Cannot route. Codebase/company is invalid"), "route"},
		{reply(429, "application/json", `{}`), "throttled"},
		{reply(200, "text/html", "SSL is required"), ""},
		{reply(500, "application/json", "boom"), ""},
	} {
		if got := Means(spec, row.x); got != row.want {
			t.Errorf("%d %s: %q, want %q", row.x.Status, row.x.Body, got, row.want)
		}
	}
}

func TestCodebases(t *testing.T) {
	c := call{pass: &checks.Pass{Target: &checks.Target{Product: &checks.Product{API: spec}}}}
	for _, row := range []struct{ told, version, first, second string }{
		{"v2026_1/", "v2026.1", "v2026_1/", "v2026_1/"},
		{"v4_6_release/", "v2026.1", "v4_6_release/", "v2026_1/"},
		{"", "", "v4_6_release/", ""},
		{"v4_6_release/", "v4.6.release", "v4_6_release/", ""},
	} {
		c.company = region.Result{Codebase: row.told, VersionCode: row.version}
		if c.codebase() != row.first || c.versioned() != row.second {
			t.Errorf("%q %q: %q then %q", row.told, row.version, c.codebase(), c.versioned())
		}
	}
}

func TestAccept(t *testing.T) {
	for _, row := range []struct{ settings, told, want string }{
		{"", "v2026.1", "application/psa; version=2026.1"}, {"2025.1", "v2026.1", "application/psa; version=2025.1"}, {"", "", ""},
	} {
		product := &checks.Product{API: &checks.APISpec{Accept: "application/psa; version={version}"}}
		c := call{pass: &checks.Pass{Target: &checks.Target{Product: product, Version: row.settings}}, company: region.Result{VersionCode: row.told}}
		if got := c.accept(); got != row.want {
			t.Errorf("%+v: %q", row, got)
		}
	}
}

func TestSaid(t *testing.T) {
	for body, want := range map[string]string{
		`{"code":"Security","message":"no"}`:               "Security: no",
		`{"error":"ConnectWiseAPI","message":"slow down"}`: "ConnectWiseAPI: slow down",
		`{"message":"only this"}`:                          "only this",
		`<title>Page</title>`:                              "Page",
		`plain words`:                                      "plain words",
		``:                                                 "",
	} {
		if got := said(reply(400, "", body)); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}
