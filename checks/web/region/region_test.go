package region

import (
	"net/http"
	"slices"
	"testing"

	"logindoctor/checks/internal/hops"
)

func TestRead(t *testing.T) {
	for _, row := range []struct {
		name   string
		status int
		mime   string
		body   string
		want   verdict
		site   string
		cloud  bool
	}{
		{"known", 200, "application/json", `{"CompanyName":"A","Codebase":"v2026_1/","IsCloud":true,"SiteUrl":"api-na.example"}`, known, "api-na.example", true},
		{"cloud as text", 200, "application/json", `{"CompanyName":"A","Codebase":"v2026_1","IsCloud":"True","SiteUrl":"https://API-na.example/x"}`, known, "api-na.example", true},
		{"own server", 200, "application/json", `{"CompanyName":"A","Codebase":"v4_6_release/","IsCloud":"False"}`, known, "", false},
		{"null", 200, "application/json", "null", unknown, "", false},
		{"empty object", 200, "application/json", " {} ", unknown, "", false},
		{"empty", 204, "", "", unknown, "", false},
		{"not found", 404, "text/html", "<h1>404</h1>", unknown, "", false},
		{"page", 200, "text/html", "<html>hello</html>", strange, "", false},
		{"other data", 200, "application/json", `{"hello":"world"}`, strange, "", false},
		{"refused", 403, "application/json", `{"CompanyName":"A"}`, strange, "", false},
		{"site with a login", 200, "application/json", `{"CompanyName":"A","SiteUrl":"u:p@evil.example"}`, known, "", false},
		{"site that is none", 200, "application/json", `{"CompanyName":"A","SiteUrl":"not a host\n"}`, known, "", false},
	} {
		x := &hops.Exchange{Status: row.status, Header: http.Header{"Content-Type": {row.mime}}, Body: []byte(row.body)}
		r := read("a", x)
		if r.verdict != row.want || r.Site != row.site || r.Cloud != row.cloud {
			t.Errorf("%s: verdict %d, site %q, cloud %t", row.name, r.verdict, r.Site, r.Cloud)
		}
	}
}

func TestCodebaseHasOneSlash(t *testing.T) {
	for in, want := range map[string]string{"v2026_1": "v2026_1/", "/v2026_1//": "v2026_1/", "": "", "/": ""} {
		if got := slashed(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := (Result{Codebase: "v2026_1/"}).Start("https://h/{codebase}/x"); got != "https://h/v2026_1/x" {
		t.Error(got)
	}
}

func TestSpellings(t *testing.T) {
	for in, want := range map[string][]string{
		"Acme Ltd":      {"AcmeLtd", "acmeltd", "acme"},
		"acme.com":      {"acme"},
		"bob@acme.com":  {"acme"},
		" acme":         {"acme"},
		"acme":          nil,
		"ACME":          {"acme"},
		"":              nil,
		" \u00a0 \t":    nil,
		"acme acme.com": {"acmeacme", "acme"},
	} {
		if got := spellings(in); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(200, `{"CompanyName":"A","IsCloud":1}`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		r := read("a", &hops.Exchange{Status: status, Header: http.Header{}, Body: []byte(body)})
		if r.verdict == known && r.Company != "a" {
			t.Error("known without a company")
		}
	})
}
