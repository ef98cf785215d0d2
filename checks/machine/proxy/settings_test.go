package proxy

import (
	"context"
	"net/url"
	"testing"

	"logindoctor/checks"
)

type computer struct {
	checks.World
	settings []checks.ProxySetting
}

func (c computer) Proxies(context.Context) ([]checks.ProxySetting, error) { return c.settings, nil }

func TestDiffer(t *testing.T) {
	via := &url.URL{Scheme: "http", Host: "proxy.example:3128"}
	for _, test := range []struct {
		name     string
		settings []checks.ProxySetting
		want     bool
	}{
		{"nothing set", nil, false},
		{"the flag decides for everyone", []checks.ProxySetting{{Source: "--proxy", URL: via, For: checks.Everyone}}, false},
		{"users only", []checks.ProxySetting{{Source: "user settings", URL: via, For: checks.Browsers}}, true},
		{"both the same", []checks.ProxySetting{{URL: via, For: checks.Programs}, {URL: via, For: checks.Browsers}}, false},
	} {
		p := checks.NewPass(nil, computer{settings: test.settings}, &checks.Target{}, Check)
		if _, err := run(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		if got := len(p.Findings) == 1 && p.Findings[0].Code == Differ; got != test.want {
			t.Errorf("%s: %v", test.name, p.Findings)
		}
	}
}

func TestSource(t *testing.T) {
	via := &url.URL{Scheme: "http", Host: "proxy.example:3128"}
	variable := checks.ProxySetting{Source: "environment HTTPS_PROXY", URL: via}
	system := checks.ProxySetting{Source: "machine settings", URL: via}
	for _, test := range []struct {
		settings []checks.ProxySetting
		source   string
		only     bool
	}{
		{nil, "", false},
		{[]checks.ProxySetting{variable}, "environment HTTPS_PROXY", true},
		{[]checks.ProxySetting{variable, system}, "environment HTTPS_PROXY, machine settings", false},
	} {
		if source, only := (Result{Settings: test.settings}).Source("PROXY.example"); source != test.source || only != test.only {
			t.Errorf("%q %v, want %q %v", source, only, test.source, test.only)
		}
	}
}
