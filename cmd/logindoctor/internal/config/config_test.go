package config

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"logindoctor/checks/catalog"
)

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t *testing.T, text string, s Source) (*Settings, error) {
	t.Helper()
	s.File = write(t, filepath.Join(t.TempDir(), "config.yaml"), text)
	return Load(s)
}

func TestOrigins(t *testing.T) {
	s, err := load(t, "company: file\nuser: file\nsite: file\npathways: [api]\nlimits: {clock_bad: 2m}\n", Source{
		Getenv: env("LOGINDOCTOR_COMPANY", "env", "LOGINDOCTOR_USER", "env", "LOGINDOCTOR_RESOLVERS", "192.0.2.1, 192.0.2.2"),
		Flags:  map[string][]string{"company": {"flag"}, "ca-file": {"a.pem", "b.pem"}}})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][2]string{
		"company":             {"flag", "flag --company"},
		"ca_files":            {"a.pem, b.pem", "flag --ca-file"},
		"user":                {"env", "environment LOGINDOCTOR_USER"},
		"resolvers":           {"192.0.2.1, 192.0.2.2", "environment LOGINDOCTOR_RESOLVERS"},
		"site":                {"file", "config.yaml"},
		"pathways":            {"api", "config.yaml"},
		"limits.clock_bad":    {"2 min", "config.yaml"},
		"limits.clock_tokens": {"5 min", "built-in"},
		"level":               {"standard", "built-in"},
		"portal":              {"", "built-in"},
	}
	seen := 0
	for _, v := range s.Values() {
		if w, ok := want[v.Key]; ok {
			seen++
			if v.Value != w[0] || filepath.Base(v.Origin) != w[1] {
				t.Errorf("%s is %q from %q, want %q from %q", v.Key, v.Value, v.Origin, w[0], w[1])
			}
		}
	}
	if seen != len(want) {
		t.Errorf("%d of %d keys listed", seen, len(want))
	}
}

func TestUserFileAndNamedFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("another variable names the place there; TestUserFile has it")
	}
	home := t.TempDir()
	place, err := Path(env("HOME", home))
	if err != nil {
		t.Fatal(err)
	}
	write(t, place, "company: user\n")
	named := write(t, filepath.Join(home, "named.yaml"), "site: named\n")
	for _, c := range []struct {
		src           Source
		company, site string
	}{
		{Source{Getenv: env("HOME", home)}, "user", ""},
		{Source{Getenv: env("HOME", home, "LOGINDOCTOR_CONFIG", named)}, "", "named"},
		{Source{Getenv: env("HOME", home), File: named}, "", "named"},
	} {
		s, err := Load(c.src)
		if err != nil || s.Company != c.company || s.Site != c.site {
			t.Errorf("%+v: got %+v, %v", c.src, s, err)
		}
	}
}

func TestUserFile(t *testing.T) {
	for _, c := range []struct {
		system string
		env    func(string) string
		want   string
	}{
		{"linux", env("HOME", "/home/a"), "/home/a/.config/logindoctor/config.yaml"},
		{"linux", env("HOME", "/home/a", "XDG_CONFIG_HOME", "/x"), "/x/logindoctor/config.yaml"},
		{"linux", env("HOME", "/home/a", "XDG_CONFIG_HOME", "relative"), "/home/a/.config/logindoctor/config.yaml"},
		{"darwin", env("HOME", "/Users/a"), "/Users/a/Library/Application Support/logindoctor/config.yaml"},
		{"windows", env("AppData", "/roaming", "HOME", "/home/a"), "/roaming/logindoctor/config.yaml"},
		{"linux", env(), ""},
		{"windows", env("HOME", "/home/a"), ""},
	} {
		got, err := userFile(c.system, c.env)
		if filepath.ToSlash(got) != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s: got %q, %v; want %q", c.system, got, err, c.want)
		}
	}
}

func TestStateFolder(t *testing.T) {
	for _, c := range []struct {
		system string
		env    func(string) string
		want   string
	}{
		{"linux", env("HOME", "/home/a"), "/home/a/.local/state/logindoctor"},
		{"linux", env("HOME", "/home/a", "XDG_STATE_HOME", "/x"), "/x/logindoctor"},
		{"linux", env("HOME", "/home/a", "XDG_STATE_HOME", "relative"), "/home/a/.local/state/logindoctor"},
		{"linux", env("HOME", "/root", "STATE_DIRECTORY", "/var/lib/logindoctor"), "/var/lib/logindoctor"},
		{"darwin", env("HOME", "/Users/a"), "/Users/a/Library/Application Support/logindoctor"},
		{"windows", env("LocalAppData", "/local"), "/local/logindoctor"},
		{"linux", env(), ""},
	} {
		got, err := stateFolder(c.system, c.env)
		if filepath.ToSlash(got) != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s: got %q, %v; want %q", c.system, got, err, c.want)
		}
	}
}

var prose = regexp.MustCompile(`^# \S`)

func TestSample(t *testing.T) {
	if _, err := catalog.Decode("sample", []byte(Sample()), func(s *Settings, _ catalog.Refuse) {
		for _, v := range s.Values() {
			if v.Value != "" {
				t.Errorf("the sample sets %s", v.Key)
			}
		}
	}); err != nil {
		t.Error(err)
	}
	var lines []string
	for line := range strings.SplitSeq(Sample(), "\n") {
		if !prose.MatchString(line) {
			lines = append(lines, strings.TrimPrefix(line, "#"))
		}
	}
	s, err := catalog.Decode("sample, all set", []byte(strings.Join(lines, "\n")), rules)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range s.Values() {
		if v.Value == "" {
			t.Errorf("the sample does not show %s", v.Key)
		}
	}
	if len(s.Secrets()) != len(s.references()) {
		t.Errorf("secrets are %v", s.Secrets())
	}
}

func TestMistakes(t *testing.T) {
	cases := map[string]struct{ text, want string }{
		"misspelt key":         {"compamy: acme\n", `did you mean "company"?`},
		"deep misspelt key":    {"credentials:\n  api:\n    publik_key: env:X\n", `did you mean "public_key"?`},
		"misspelt in inlined":  {"expect:\n  issuer: [x]\n", `did you mean "issuers"?`},
		"misspelt in a list":   {"plugins:\n  - nmae: x\n    command: [y]\n    speaks: json\n", `did you mean "name"?`},
		"one word for a list":  {"pathways: web-sso\n", "write [web-sso]"},
		"level":                {"level: standart\n", `did you mean "standard"?`},
		"timeout":              {"timeout: soon\n", "write for example 30s"},
		"negative timeout":     {"step_timeout: -3s\n", "above zero"},
		"limit without a unit": {"limits:\n  clock_bad: 90\n", "a duration with its unit, found a number"},
		"negative limit":       {"limits:\n  clock_bad: -90s\n", "below zero"},
		"resolver":             {"resolvers: [dns.example.test]\n", "A resolver is an address"},
		"connect-to":           {"connect_to: [\"a:1:b\"]\n", "four parts"},
		"empty issuer":         {"expect:\n  issuers: [\"\"]\n", "match nothing"},
		"plug-in language":     {"plugins:\n  - name: x\n    command: [y]\n    speaks: nagois\n", `did you mean "nagios"?`},
		"plug-in path":         {"plugins:\n  - name: ../x\n    command: [y]\n    speaks: json\n", "1 to 32 of"},
		"plug-in twice":        {"plugins:\n  - {name: x, command: [y], speaks: json}\n  - {name: x, command: [y], speaks: json}\n", "already"},
		"plug-in role":         {"plugins:\n  - {name: x, command: [y], speaks: json, on: [wob]}\n", "A role is one of"},
		"plug-in requires":     {"plugins:\n  - {name: x, command: [y], speaks: json, requires: [tls]}\n", "tls.chain"},
		"plug-in secret":       {"plugins:\n  - {name: x, command: [y], speaks: json, secrets: [pin]}\n", "two keys"},
		"plug-in command":      {"plugins:\n  - {name: x, speaks: json}\n", "name a program"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, c.text, Source{})
			var all catalog.Errors
			if !errors.As(err, &all) || len(all) != 1 || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("want one mistake with %q, got:\n%v", c.want, err)
			}
		})
	}
}

func TestAllMistakesAtOnce(t *testing.T) {
	_, err := load(t, "compamy: a\npathways: b\nlevel: c\n", Source{})
	var all catalog.Errors
	if !errors.As(err, &all) || len(all) != 3 {
		t.Errorf("want three mistakes, got:\n%v", err)
	}
}

// TestNoSecretInErrors writes a secret wherever a hurried person might, and a mistake on each side of it.
func TestNoSecretInErrors(t *testing.T) {
	const secret = "hunter2hunter2"
	for _, text := range []string{
		"credentials:\n  api:\n    private_key: " + secret + "\n",
		"credentials:\n  api:\n    private_key: " + secret + "\n    bogus: 1\n",
		"credentials: {api: {private_key: " + secret + "}}\n",
		"credentials: {api: {" + secret + "}}\n",
		"credentials:\n  api: " + secret + "\n",
		"credentials: " + secret + "\n",
		"credentials:\n  - " + secret + "\n",
		"credentials:\n  " + secret + "\n",
		"credentials:\n  staff:\n    password:\n      - " + secret + "\n",
		"credentials:\n  staff:\n    password: |\n      " + secret + "\n    bogus: 1\n",
		"credentials:\n  staff:\n    password: \"" + secret + "\n",
		"credentials:\n  staff:\n    password: *" + secret + "\n",
		"credentials:\n  staff:\n    password: &" + secret + " [x]\n",
		"credentials:\n  staff:\n    password: " + secret + ": x\n",
		"credentials:\n  staff:\n    password: @" + secret + "\n",
		"credentials:\n  staff:\n    pw: " + secret + "\n",
		"credentials:\n  staff:\n    password: env:A\n    password: " + secret + "\n",
		"credentials:\n\tstaff: " + secret + "\n",
		"pasword: " + secret + "\n",
		"stafff:\n  pw: " + secret + "\nlevel: [x]\n",
		"stafff:\n  pw: " + secret + "\n  pw: " + secret + "\n",
		"stafff: |\n  " + secret + "\nlevel: [x]\n",
		"proxy: http://user:" + secret + "@proxy.test:3128\n",
		"proxy: [\"http://user:" + secret + "@proxy.test:3128\"]\n",
		"target: [\"https://user:" + secret + "@psa.test\"]\n",
		"credentials:\n  proxy:\n    user: " + secret + "\n    password: env:" + "\n",
		"plugins:\n  - name: x\n    command: [y, --password, " + secret + "]\n    speaks: z\n",
	} {
		_, err := load(t, text, Source{})
		if err == nil {
			t.Errorf("no mistake found in:\n%s", text)
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("the secret is printed:\n%v", err)
		}
	}
}

func TestNoFileIsNoError(t *testing.T) {
	s, err := Load(Source{Getenv: env("HOME", t.TempDir(), "AppData", t.TempDir(), "ProgramData", t.TempDir())})
	if err != nil || s.Company != "" {
		t.Errorf("got %v, %v", s, err)
	}
}

func TestNamedFileMustExist(t *testing.T) {
	_, err := Load(Source{File: filepath.Join(t.TempDir(), "none.yaml")})
	var input *catalog.InputError
	if !errors.As(err, &input) || !strings.Contains(input.Statement, "none.yaml") || input.Try == "" {
		t.Errorf("got %v", err)
	}
}

func TestPastedAddressesAreStripped(t *testing.T) {
	s, err := load(t, "target: https://NA.myconnectwise.net/v4_6_release/ConnectWise.aspx?x=1\nportal: \" acme.myportallogin.com/ \"\n", Source{})
	if err != nil || s.Target != "na.myconnectwise.net" || s.Portal != "acme.myportallogin.com" {
		t.Errorf("got %+v, %v", s, err)
	}
}

func TestShownReferences(t *testing.T) {
	s, err := load(t, "credentials:\n  api:\n    private_key: exec:vault read -token=abc\n    public_key: env:KEY\n", Source{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, v := range s.Values() {
		got[v.Key] = v.Value
	}
	if got["credentials.api.private_key"] != "exec:…" || got["credentials.api.public_key"] != "env:KEY" {
		t.Errorf("got %v", got)
	}
	if s.Secrets()["api.private_key"] != "exec:vault read -token=abc" || len(s.Secrets()) != 2 {
		t.Errorf("secrets are %v", s.Secrets())
	}
}

func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "config.yaml")
	if err := Write(path); err != nil {
		t.Fatal(err)
	}
	if s, err := Load(Source{File: path}); err != nil || s.Target != "" {
		t.Errorf("got %+v, %v", s, err)
	}
}
