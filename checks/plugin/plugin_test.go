package plugin

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/world"
)

// program writes a shell script and returns its path.
func program(t *testing.T, text string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the programs are shell scripts")
	}
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func target() *checks.Target {
	web := &checks.Subject{Host: "na.test", Role: checks.RoleWeb}
	return &checks.Target{Region: "na", Pathways: []*checks.Pathway{{ID: "web-sso", Subjects: []*checks.Subject{web}}, {ID: "api"},
		{ID: "web-local", Subjects: []*checks.Subject{web}}}}
}

func apply(t *testing.T, c *checks.Check, o world.Options) (*checks.Pass, error) {
	t.Helper()
	o.LoopbackOnly = true
	w, err := world.New(o)
	if err != nil {
		t.Fatal(err)
	}
	p := checks.NewPass(nil, w, target(), c)
	p.Subject = p.Target.Pathways[0].Subjects[0]
	_, err = c.Run(t.Context(), p)
	return p, err
}

func declare(t *testing.T, d Declaration) *checks.Check {
	t.Helper()
	d.Name = "door"
	c, err := New(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	if err := checks.Validate([]*checks.Check{c}); err != nil {
		t.Fatal(err)
	}
	return c
}

// text describes what a pass holds: findings with their evidence, then what was observed.
func text(p *checks.Pass) string {
	var parts []string
	for _, f := range p.Findings {
		parts = append(parts, fmt.Sprintf("%s %s %s %s %v", f.Code.ID, f.Impact, f.Certainty, f.Owner, f.Evidence))
	}
	if len(p.Observed) > 0 {
		parts = append(parts, fmt.Sprint(p.Observed))
	}
	return strings.Join(parts, "\n")
}

func TestNagiosContract(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"ok", `echo "DOOR OK - open | time=0.5s;1;2;0;10 'free space'=12%"`,
			"[{sentence DOOR OK - open freetext} {perf_time 0.5s public} {perf_free_space 12% public}]"},
		{"warning", "echo DOOR WARNING; exit 1", "X-door-1 degrading likely undetermined [{sentence DOOR WARNING freetext}]"},
		{"critical", "echo DOOR CRITICAL; echo long text '| size=3B'; exit 2",
			"X-door-2 blocking likely undetermined [{sentence DOOR CRITICAL freetext} {perf_size 3B public}]"},
		{"control characters", `printf 'a\033[31mb\tc\r\n'; exit 1`, "X-door-1 degrading likely undetermined [{sentence a [31mb c freetext}]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := apply(t, declare(t, Declaration{Speaks: Nagios, Command: []string{program(t, test.script)}}), world.Options{})
			if got := text(p); got != test.want || err != nil {
				t.Errorf("got %s, %v", got, err)
			}
		})
	}
}

func TestProgramsThatMisbehave(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"unknown", "echo DOOR UNKNOWN; exit 3", `exit code 3; it printed "DOOR UNKNOWN"`},
		{"other code", "echo first; echo second; echo third; echo fourth; exit 127", `exit code 127; it printed "first / second / third"`},
		{"silent", "exit 2", "no line of text; it printed nothing"},
		{"crash", "echo going; kill -SEGV $$", `signal: segmentation fault`},
		{"hang", "echo waiting; while :; do :; done", `no end within 300 ms; it printed "waiting"`},
		{"flood", "while :; do echo 0123456789012345678901234567890123456789; done", "prints more than 64 kB"},
		{"garbage on errors", `printf '\001\002' >&2; exit 77`, "exit code 77"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := program(t, test.script)
			p, err := apply(t, declare(t, Declaration{Speaks: Nagios, Command: []string{path, "-H", "{host}"}, Timeout: 300 * time.Millisecond}), world.Options{})
			if err == nil || !strings.HasPrefix(err.Error(), path+" -H na.test: ") || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v", err)
			}
			if got := text(p); got != "" {
				t.Errorf("and it reported %s", got)
			}
		})
	}
	missing := declare(t, Declaration{Speaks: Nagios, Command: []string{"/nonexistent/program"}})
	if _, err := apply(t, missing, world.Options{}); err == nil || !strings.Contains(err.Error(), "/nonexistent/program") {
		t.Errorf("missing program: got %v", err)
	}
}

func TestEnvironmentIsEmpty(t *testing.T) {
	t.Setenv("LD_TEST_SECRET", "hunter2")
	p, err := apply(t, declare(t, Declaration{Speaks: Nagios, Command: []string{program(t, `echo "value=$LD_TEST_SECRET. home=$HOME."`)}}), world.Options{})
	if got := text(p); got != "[{sentence value=. home=. freetext}]" || err != nil {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestPlaceholders(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	to, err := world.ParseConnectTo("na.test:443:127.0.0.1:" + port)
	if err != nil {
		t.Fatal(err)
	}
	command := []string{program(t, `echo "$*"`), "{host}:{port}", "{region}", "{pathway}", "{address}:{connect_port}", "a b;$HOME"}
	p, err := apply(t, declare(t, Declaration{Speaks: Nagios, Command: command}), world.Options{ConnectTo: []world.ConnectTo{to}})
	want := "[{sentence na.test:443 na web-sso,web-local 127.0.0.1:" + port + " a b;$HOME freetext}]"
	if got := text(p); got != want || err != nil {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestNewRefuses(t *testing.T) {
	tests := []struct {
		d    Declaration
		want string
	}{
		{Declaration{Name: "../evil", Command: []string{"/bin/true"}, Speaks: Nagios}, "a name has"},
		{Declaration{Name: `a\b`, Command: []string{"/bin/true"}, Speaks: Nagios}, "a name has"},
		{Declaration{Name: "", Command: []string{"/bin/true"}, Speaks: Nagios}, "a name has"},
		{Declaration{Name: "x", Command: []string{"check_http"}, Speaks: Nagios}, "whole path"},
		{Declaration{Name: "x", Speaks: Nagios}, "whole path"},
		{Declaration{Name: "x", Command: []string{"/bin/true"}, Speaks: "klingon"}, "nagios or json"},
		{Declaration{Name: "x", Command: []string{"/bin/true", "{password}"}, Speaks: Nagios}, "{password} is none of"},
		{Declaration{Name: "x", Command: []string{"/bin/true"}, Speaks: Nagios, Secrets: []string{"staff.password"}}, "speaks json"},
		{Declaration{Name: "x", Command: []string{"/bin/true"}, Speaks: Nagios, Timeout: -1}, "below zero"},
	}
	for _, test := range tests {
		if _, err := New(t.Context(), test.d); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: got %v", test.d, err)
		}
	}
}

// plugins is where Debian's monitoring-plugins are.
func plugins(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("/usr/lib/nagios/plugins", name)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("LOGINDOCTOR_CI") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return path
}

func TestMonitoringPlugins(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/login" || !strings.HasPrefix(r.Host, "na.test:") {
			http.Error(w, "no", http.StatusServiceUnavailable)
		}
	}))
	defer s.Close()
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	to, err := world.ParseConnectTo("na.test:443:127.0.0.1:" + port)
	if err != nil {
		t.Fatal(err)
	}
	web := []string{"-I", "{address}", "-p", "{connect_port}", "-H", "{host}", "-u"}
	tests := []struct {
		name    string
		command []string
		want    string
	}{
		{"check_http", append(web, "/login"), "[{sentence HTTP OK: HTTP/1.1 200 OK"},
		{"check_http", append(web, "/gone"), "X-door-2 blocking likely undetermined [{sentence HTTP CRITICAL: HTTP/1.1 503"},
		{"check_http", append(web[:6:6], "-w", "0.0000001", "-u", "/login"), "X-door-1 degrading likely undetermined [{sentence HTTP WARNING: HTTP/1.1 200 OK"},
		{"check_tcp", []string{"-H", "{address}", "-p", "{connect_port}"}, "[{sentence TCP OK"},
		{"check_tcp", []string{"-H", "{address}", "-p", "1"}, "X-door-2 blocking likely undetermined [{sentence "},
	}
	for _, test := range tests {
		command := append([]string{plugins(t, test.name)}, test.command...)
		p, err := apply(t, declare(t, Declaration{Speaks: Nagios, Command: command}), world.Options{ConnectTo: []world.ConnectTo{to}})
		if got := text(p); !strings.HasPrefix(got, test.want) || err != nil {
			t.Errorf("%s %v: got %s, %v", test.name, test.command, got, err)
		}
		if test.name == "check_http" && !strings.Contains(text(p), "{perf_time ") {
			t.Errorf("%s: no performance data in %s", test.name, text(p))
		}
	}
	broken := declare(t, Declaration{Speaks: Nagios, Command: []string{plugins(t, "check_http"), "--nonsense"}})
	if _, err := apply(t, broken, world.Options{}); err == nil || !strings.Contains(err.Error(), "exit code 3") {
		t.Errorf("wrong arguments: got %v", err)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := call{argv: []string{program(t, "while :; do :; done")}, limit: time.Minute}
	if _, _, err := c.run(ctx); err == nil || !strings.Contains(err.Error(), "canceled") {
		t.Errorf("got %v", err)
	}
}

func FuzzSpoken(f *testing.F) {
	f.Add("DOOR OK - open | time=0.5s;1;2;0;10 'free space'=12%\nmore | a=1")
	f.Add("\x00\xff|=|=\n||")
	f.Fuzz(func(t *testing.T, output string) {
		for _, e := range spoken(output) {
			if strings.ContainsAny(e.Value, "\n\x1b") || !keyForm.MatchString(strings.TrimPrefix(e.Key, "perf_")+"x") && !strings.HasPrefix(e.Key, "perf_") {
				t.Errorf("%q", e)
			}
		}
	})
}
