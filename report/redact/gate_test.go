package redact

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"logindoctor/checks"
	"logindoctor/report"
)

var classes = map[string]bool{report.ClassSecret: true, report.ClassSentence: true, report.ClassOwn: true, report.ClassPicture: true, report.ClassNode: true, string(checks.ClassPublic): true,
	string(checks.ClassNetwork): true, string(checks.ClassOrg): true, string(checks.ClassPerson): true, string(checks.ClassText): true}

// New data is closed by default: a field without a class does not build.
func TestEveryFieldHasAClass(t *testing.T) {
	classified(t, reflect.TypeFor[report.Report](), "report", "")
}

func classified(t *testing.T, typ reflect.Type, path, class string) {
	switch typ.Kind() {
	case reflect.Pointer:
		classified(t, typ.Elem(), path, class)
		return
	case reflect.Struct:
		if typ != reflect.TypeFor[report.Time]() {
			for i := range typ.NumField() {
				f := typ.Field(i)
				classified(t, f.Type, path+"."+f.Name, f.Tag.Get("class"))
			}
			return
		}
	case reflect.Slice, reflect.Map:
		if typ.Elem().Kind() == reflect.Struct {
			classified(t, typ.Elem(), path, "")
			return
		}
	}
	if !classes[class] {
		t.Errorf("%s has class %q", path, class)
	}
}

// fill puts a text into every string of the model.
func fill(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), text)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[report.Time]() {
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), text)
		}
		if v.Type() == reflect.TypeFor[report.Evidence]() || v.Type() == reflect.TypeFor[report.Fact]() {
			v.FieldByName("Class").SetString(string(checks.ClassText))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), text)
	case reflect.Map:
		value := reflect.New(v.Type().Elem()).Elem()
		fill(value, text)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf(text), value)
	case reflect.String:
		v.SetString(text)
	}
}

// texts returns every string of the model, keys included.
func texts(v reflect.Value) []string {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return texts(v.Elem())
		}
	case reflect.Struct:
		var all []string
		if v.Type() != reflect.TypeFor[report.Time]() {
			for i := range v.NumField() {
				all = append(all, texts(v.Field(i))...)
			}
		}
		return all
	case reflect.Slice:
		var all []string
		for i := range v.Len() {
			all = append(all, texts(v.Index(i))...)
		}
		return all
	case reflect.Map:
		var all []string
		for it := v.MapRange(); it.Next(); {
			all = append(append(all, it.Key().String()), texts(it.Value())...)
		}
		return all
	case reflect.String:
		return []string{v.String()}
	}
	return nil
}

const hostile = "\x1b[2J\x1b]8;;http://evil\x07\u202e\u2066\u200b\u00ad\u2028\x7f\u0085\x00\xff\U000e0041\r\nend"

func TestNoFieldLetsControlThrough(t *testing.T) {
	var r report.Report
	fill(reflect.ValueOf(&r).Elem(), hostile)
	all := texts(reflect.ValueOf(*Apply(&r, Internal)))
	if len(all) < 80 {
		t.Fatalf("only %d strings in the model", len(all))
	}
	for _, s := range all {
		if s != "" && report.Visible(s) != s || !utf8.ValidString(s) {
			t.Errorf("%q", s)
		}
	}
}

func TestNoFieldLetsASecretThrough(t *testing.T) {
	const secret = "hunter2/ä+x"
	forms := []string{secret, strings.ToUpper(secret), url.QueryEscape(secret), url.PathEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret))}
	var r report.Report
	fill(reflect.ValueOf(&r).Elem(), "a "+strings.Join(forms, " b ")+" c")
	gated := Apply(&r, Internal, checks.NewSecret(secret))
	for _, s := range texts(reflect.ValueOf(*gated)) {
		for _, f := range forms {
			if strings.Contains(strings.ToLower(s), strings.ToLower(strings.TrimRight(f, "="))) {
				t.Errorf("%q holds %q", s, f)
			}
		}
	}
	if gated.Redaction.Removed[report.ClassSecret] < 80 {
		t.Errorf("%d removals counted", gated.Redaction.Removed[report.ClassSecret])
	}
}

func TestGateLeavesItsInputAlone(t *testing.T) {
	var r, same report.Report
	fill(reflect.ValueOf(&r).Elem(), hostile)
	fill(reflect.ValueOf(&same).Elem(), hostile)
	Apply(&r, Internal)
	if !reflect.DeepEqual(r, same) {
		t.Error("the input changed")
	}
}

func TestGateTwiceIsGateOnce(t *testing.T) {
	for _, text := range []string{hostile, "https://u:p@host/path?code=1#x", "password=abc; token=eyJhbGciOiJI.e30.x", "Cookie: a=b", strings.Repeat("long ", 900)} {
		var r report.Report
		fill(reflect.ValueOf(&r).Elem(), text)
		once := Apply(&r, Internal)
		if twice := Apply(once, Internal); !reflect.DeepEqual(once, twice) {
			t.Errorf("%q: the second time it differs:\n%+v\n%+v", text, once, twice)
		}
	}
}

func TestLengthsAreCapped(t *testing.T) {
	var r report.Report
	fill(reflect.ValueOf(&r).Elem(), strings.Repeat("ä", 5000))
	for _, s := range texts(reflect.ValueOf(*Apply(&r, Internal))) {
		if n := utf8.RuneCountInString(s); n > 1000 {
			t.Errorf("%d characters", n)
		}
	}
}

func TestUnclassifiedEvidenceIsDropped(t *testing.T) {
	r := Apply(&report.Report{Evidence: map[string]report.Evidence{"e1": {Value: "kept", Class: "public"}, "e2": {Value: "dropped", Class: "nonsense"},
		"e3": {Value: "dropped", Class: "secret"}, "e4": {Value: "dropped"}}}, Internal)
	if got := fmt.Sprint(r.Evidence["e1"].Value, r.Evidence["e2"].Value, r.Evidence["e3"].Value, r.Evidence["e4"].Value); got != "kept" {
		t.Errorf("got %q", got)
	}
}

func TestShapesOfSecrets(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"get https://user:pw@host.test:8443/a/b?code=1&state=2#t", "get https://host.test:8443/a/b?[removed]"},
		{`"https://host.test/cb#id_token=x" failed`, `"https://host.test/cb#[removed]" failed`},
		{"https://host.test/path.", "https://host.test/path."},
		{"post SAMLResponse=PHNhbWw+&RelayState=abc", "post SAMLResponse=[secret-1]&RelayState=[secret-2]"},
		{"client_secret=s3cr3t, access_token=abc", "client_secret=[secret-1], access_token=[secret-2]"},
		{"Set-Cookie: sid=abc; Path=/", "Set-Cookie: [secret-1]"},
		{"authorization: Basic YWxhZGRpbjpvcGVu", "authorization: [secret-1]"},
		{"sent Bearer abcdefghijklmnop", "sent Bearer [secret-1]"},
		{"got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln here", "got [secret-1] here"},
		{"-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- tail", "[secret-1] tail"},
		{"the clock is 41 s behind; limit 300 s", "the clock is 41 s behind; limit 300 s"},
		{"AADSTS50011: no match", "AADSTS50011: no match"},
		{"decode=1 passage=2", "decode=1 passage=2"},
		{"[2001:db8::1]:443 tls.chain@na.myconnectwise.net", "[2001:db8::1]:443 tls.chain@na.myconnectwise.net"},
	} {
		if got, _ := newSecrets(&ledger{}, nil).scrub(c.in, fact, "", true); got != c.want {
			t.Errorf("scrub %q\n got %q\nwant %q", c.in, got, c.want)
		}
	}
}

func TestCleanAndShorten(t *testing.T) {
	for in, want := range map[string]string{"Jürgen 電腦 ✓": "Jürgen 電腦 ✓", `CONTOSO\maria`: `CONTOSO\maria`, "a\u00a0b": "a b",
		"\x1b[31m": `\x1b[31m`, "\u202e": `\u202e`, "\U000e0041": `\U000e0041`, "\xff": `\xff`, "a\tb\n": `a\tb\n`} {
		if got := report.Visible(in); got != want {
			t.Errorf("clean %q: %q, want %q", in, got, want)
		}
	}
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{{"0123456789", 10, "0123456789"}, {"0123456789abcdef", 10, "012345…def"}, {"öööööööööö", 10, "öööööööööö"}, {"anything", 0, ""}} {
		if got := report.Shorten(c.in, c.n); got != c.want {
			t.Errorf("shorten %q to %d: %q, want %q", c.in, c.n, got, c.want)
		}
	}
}

func FuzzGate(f *testing.F) {
	f.Add(hostile)
	f.Add("https://u:p@host/?code=1")
	f.Fuzz(func(t *testing.T, text string) {
		out := New(Internal).text(text, string(checks.ClassText), "")
		if report.Visible(out) != out {
			t.Errorf("%q lets %q through", text, out)
		}
	})
}

func BenchmarkGate(b *testing.B) {
	var r report.Report
	fill(reflect.ValueOf(&r).Elem(), "The certificate of https://login.microsoftonline.com/ is replaced.")
	b.ReportAllocs()
	for b.Loop() {
		Apply(&r, Internal, checks.NewSecret("hunter2hunter2"))
	}
}

// TestRefusalsStayReadable keeps what a page says about a password apart from a password.
func TestRefusalsStayReadable(t *testing.T) {
	x := newSecrets(&ledger{}, nil)
	for _, said := range []string{"The user name or password is incorrect.", "Your password is wrong", "The code is invalid, your pin is not valid",
		"https://login.idp.test/3f1c2a90-5b7d-4e11-9c0a-1122334455ff/oauth2/v2.0/authorize does not answer"} {
		if got, n := x.scrub(said, text, "here", true); got != said || n != 0 {
			t.Errorf("%q became %q", said, got)
		}
	}
	if got, n := x.scrub("Your password is hunter22.", text, "here", true); strings.Contains(got, "hunter22") || n != 1 {
		t.Errorf("a password stays: %q", got)
	}
}
