package page

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"

	"logindoctor/checks"
)

func TestCallCarriesSecretsNowhereElse(t *testing.T) {
	sent := []Call{{Room: &Room{Name: "r", Proxy: "127.0.0.1:1"}}, {Walk: &Walk{ID: 7, Room: "r", Script: checks.Script{Name: "x", Steps: []checks.Step{
		{Name: "open", Do: checks.DoOpen, URL: "https://app.test/"},
		{Name: "password", Do: checks.DoFill, Secret: checks.NewSecret("hunter22")},
		{Name: "way", Do: checks.DoFollow, Cases: []checks.Case{{Name: "none"}, {Name: "code", Steps: []checks.Step{{Do: checks.DoCode, Secret: checks.NewSecret("GEZDGNBV")}}}}},
		{Name: "last", Do: checks.DoFill, Secret: checks.NewSecret("third one")},
	}}}}, {Answer: &Answer{Walk: 7, Said: checks.NewSecret("493817")}}, {Stop: 7}, {Leave: "r"}}
	var wire bytes.Buffer
	for _, c := range sent {
		if err := c.Write(&wire); err != nil {
			t.Fatal(err)
		}
	}
	from := json.NewDecoder(&wire)
	for i, c := range sent {
		got, err := ReadCall(from)
		if err != nil || !reflect.DeepEqual(got, c) {
			t.Errorf("call %d arrived as %+v, %v", i, got, err)
		}
		plain, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"hunter22", "GEZDGNBV", "third one", "493817"} {
			if said := string(plain) + fmt.Sprintf("%+v %+v %+v", got, got.Walk, got.Answer); strings.Contains(said, secret) {
				t.Errorf("the secret is printed: %s", said)
			}
		}
	}
	if _, err := ReadCall(from); err != io.EOF {
		t.Errorf("the end is %v", err)
	}
}

func TestOrderOfAnotherVersionIsRefused(t *testing.T) {
	_, err := ReadOrder(json.NewDecoder(strings.NewReader(`{"V":99}`)))
	if _, ok := errors.AsType[*VersionError](err); !ok {
		t.Errorf("got %v", err)
	}
}

func TestRead(t *testing.T) {
	const hop, end = `{"v":1,"walk":1,"kind":"hop","status":200}` + "\n", `{"v":1,"walk":1,"kind":"end","outcome":"done"}` + "\n"
	for name, c := range map[string]struct {
		in    string
		kinds string
		err   string
	}{
		"whole":           {hop + end, "1hop 1end", ""},
		"two walks":       {hop + `{"v":1,"walk":2,"kind":"hop"}` + "\n" + end, "1hop 2hop 1end", ""},
		"garbage between": {hop + "panic: no\n\x00\xff{\n\n" + end, "1hop 1end", ""},
		"tunnel forged":   {`{"v":1,"kind":"tunnel"}` + "\n" + end, "1end", ""},
		"cut off":         {hop + `{"v":1,"ki`, "1hop", ""},
		"empty":           {"", "", ""},
		"newer":           {hop + `{"v":2,"kind":"end"}`, "1hop", "version 2"},
		"no version":      {`{"kind":"end"}`, "", "version 0"},
		"long line":       {hop + strings.Repeat("x", maxLine+1), "1hop", "above 8 MB"},
		"endless":         {strings.Repeat(`{"v":1,"walk":3,"kind":"console"}`+strings.Repeat(" ", 1<<20)+"\n", 65), strings.TrimSpace(strings.Repeat("3console ", 63)), "above 64 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			var kinds []string
			err := Read(strings.NewReader(c.in), func(walk int, e checks.Event) { kinds = append(kinds, fmt.Sprint(walk, e.Kind)) })
			if got := strings.Join(kinds, " "); got != c.kinds {
				t.Errorf("events %q, want %q", got, c.kinds)
			}
			if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("error %v, want %q", err, c.err)
			}
		})
	}
}

func FuzzEvents(f *testing.F) {
	f.Add([]byte(`{"v":1,"walk":1,"kind":"hop","url":"https://a.test/","query":[{"name":"p"}],"cookie":{"name":"x"}}` + "\n" + `{"v":1,"kind":"end"}`))
	f.Add([]byte("{\"v\":1,\"at\":-5,\"image\":\"AAAA\"}\nnull\n[]\n{\"v\":2}\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		_ = Read(bytes.NewReader(in), func(_ int, e checks.Event) {
			if e.V != checks.EventVersion || e.Kind == checks.EventTunnel {
				t.Fatalf("handed over %+v", e)
			}
		})
	})
}

func TestSplit(t *testing.T) {
	const token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl"
	long := strings.Repeat("a1", 31)
	for in, want := range map[string]string{
		"https://a.test/login?company=acme&code=1234&state=x":                                                                     "https://a.test/login company=acme code= state=",
		"https://u:pw@a.test:8443/x#access_token=t&error=denied":                                                                  "https://a.test:8443/x access_token= error=denied",
		"https://a.test/reset/" + long + "/" + token + "/ok":                                                                      "https://a.test/reset/…/…/ok",
		"https://a.test/?redirect_uri=https%3A%2F%2Fb.test%2Fcb%3Fcode%3D1&Error_Description=see+https%3A%2F%2Fb.test%2F%3Ft%3D1": "https://a.test/ redirect_uri=https://b.test/cb Error_Description=see https://b.test/",
		"data:text/html,secret": "data:",
		"about:blank":           "about:blank",
		"":                      "",
		"https://a.test/%zz":    "",
	} {
		address, query := Split(in)
		got := address
		for _, p := range query {
			got += " " + p.Name + "=" + p.Value
		}
		if got != want {
			t.Errorf("Split(%q)\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"a\x1b[31mb\x00\xff":                                  "a[31mb",
		"at https://u:p@a.test/cb?code=1#x refused":           "at https://a.test/cb refused",
		"token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI.c2ln!":        "token …!",
		strings.Repeat("k", 61) + " end":                      "… end",
		"0123456789012345678901234567890123456789 0123456789": "0123456789012345678901234567890123456789 …",
	} {
		if got := Text(in, 42); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCensorFindsEverySpelling(t *testing.T) {
	const secret = `p&s "w"+é`
	c := NewCensor(checks.Script{Steps: []checks.Step{{Secret: checks.NewSecret(secret)}, {}}})
	quoted, _ := json.Marshal(secret)
	for _, s := range []string{secret, "q=p%26s+%22w%22%2B%C3%A9&x", "/p&s%20%22w%22+%C3%A9", "p&amp;s &#34;w&#34;+é", string(quoted)} {
		if got := c.Text(s); !strings.Contains(got, "[secret]") || strings.Contains(got, "w") {
			t.Errorf("%s became %s", s, got)
		}
	}
	e := c.Event(checks.Event{URL: secret, Title: secret, Text: secret, Error: secret, Location: secret, Matched: secret,
		Query: []checks.Param{{Name: secret, Value: secret}}, Fields: []checks.Field{{Label: secret, Name: secret, ID: secret}},
		Cookie: &checks.Cookie{Name: secret, Path: secret}})
	said := fmt.Sprintf("%+v %+v", e, *e.Cookie)
	if strings.Contains(said, secret) || strings.Count(said, "[secret]") != 13 {
		t.Errorf("event says %s", said)
	}
}

func TestCensorLearns(t *testing.T) {
	c := NewCensor(checks.Script{Steps: []checks.Step{{Cases: []checks.Case{{Steps: []checks.Step{{Secret: checks.NewSecret("in a case")}}}}}}})
	c.Learn(checks.NewSecret("493817"))
	c.Learn(checks.Secret{})
	if got := c.Text("in a case 493817"); got != "[secret] [secret]" {
		t.Errorf("got %q", got)
	}
}

func TestCensorWithoutSecrets(t *testing.T) {
	if got := NewCensor(checks.Script{}).Text("as it is"); got != "as it is" {
		t.Errorf("got %q", got)
	}
}

func TestLog(t *testing.T) {
	refused := &checks.Cookie{Name: "a", Refused: []string{"SameSiteNoneInsecure"}}
	withheld := &checks.Cookie{Name: "b", Refused: []string{"SameSiteLax"}, Sending: true}
	l := Log{
		{Kind: checks.EventHop, Host: "app.test"},
		{Kind: checks.EventCookie, Cookie: refused}, {Kind: checks.EventCookie, Cookie: withheld},
		{Kind: checks.EventCookie, Cookie: &checks.Cookie{Name: "c"}},
		{Kind: checks.EventFailure, Host: "cdn.test", Type: "Script", Error: "net::ERR_FAILED"},
		{Kind: checks.EventTunnel, Host: "idp.test", Error: "no such host"},
		{Kind: checks.EventFailure, Host: "idp.test", Type: "Document", Error: "net::ERR_TUNNEL_CONNECTION_FAILED"},
		{Kind: checks.EventStep, Step: "user", Outcome: checks.OutcomeMissing},
		{Kind: checks.EventPage, Step: "user", Title: "first"}, {Kind: checks.EventPage, Step: "end", Title: "second"},
	}
	if got := fmt.Sprint(l.Hosts()); got != "[app.test idp.test]" {
		t.Errorf("hosts %s", got)
	}
	if got := l.Unreached("idp.test") + ", " + l.Unreached("cdn.test") + ", " + l.Unreached("app.test"); got != "no such host, net::ERR_FAILED, " {
		t.Errorf("unreached %s", got)
	}
	if l.Refused()[0].Cookie != refused || l.Withheld()[0].Cookie != withheld || l.Stored()[0].Cookie.Name != "c" {
		t.Error("cookies are sorted wrongly")
	}
	if last, _ := l.Page(); last.Title != "second" {
		t.Errorf("last page %q", last.Title)
	}
	if at, _ := l.PageAt("user"); at.Title != "first" {
		t.Errorf("page at the step %q", at.Title)
	}
	if s, ok := l.Step("user"); !ok || s.Outcome != checks.OutcomeMissing || l.Did("user") || l.Did("none") {
		t.Errorf("step %+v", s)
	}
	if l.End().Outcome != checks.OutcomeCrashed {
		t.Error("a log without an end counts as crashed")
	}
}
