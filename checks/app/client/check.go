// Package client looks at the installed desktop client and at the web view that it signs in with.
package client

import (
	"context"
	"embed"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/web/region"
)

//go:embed README.md scenarios
var files embed.FS

// The codes of an installed client.
var (
	NoWebView = &checks.Code{ID: "LD1310", Aliases: []string{"browser-webview2-missing"}, Impact: checks.Blocking,
		Owner: checks.OwnerDeviceIT}
	TooOld = &checks.Code{ID: "LD1311", Aliases: []string{"vendor-client-too-old"}, Impact: checks.Degrading,
		Owner: checks.OwnerDeviceIT}
)

// Check reads what Windows has installed.
var Check = &checks.Check{ID: "app.client", Files: files, Scope: checks.PerPathway, Doors: []checks.Door{checks.DoorDesktop},
	Uses: []*checks.Check{region.Check}, Optional: true, Codes: []*checks.Code{NoWebView, TooOld}, Run: run}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	desktop := p.Target.Product.Desktop
	if desktop == nil {
		return nil, checks.Skip("the product names no desktop client")
	}
	here, err := p.World.Installed(ctx)
	if errors.Is(err, checks.ErrNoRegistry) {
		return nil, checks.Skip("%v", err)
	}
	if err != nil {
		return nil, err
	}
	found := installed(here.Programs, desktop.DisplayName)
	if found == nil {
		return nil, checks.Skip("%s is not installed here.", desktop.DisplayName)
	}
	p.Observe(checks.Text("client", found.Name+" "+found.Version), checks.Text("web_view", here.WebView))
	name := checks.Text("client", found.Name)
	if here.WebView == "" {
		p.Report(NoWebView, checks.Likely, name)
	}
	told, ok := served(p)
	if ok && older(found.Version, told) {
		p.Report(TooOld, checks.Likely, name, checks.Text("version", found.Version), checks.Public("served", told))
	}
	return nil, nil
}

func installed(all []checks.Program, name string) *checks.Program {
	for i := range all {
		if strings.HasPrefix(strings.ToLower(all[i].Name), strings.ToLower(name)) {
			return &all[i]
		}
	}
	return nil
}

// served is the release that the company's region tells.
func served(p *checks.Pass) (version string, ok bool) {
	at := p.Pathway.Host(checks.RoleWeb)
	if at == nil {
		return "", false
	}
	r, ok := checks.ResultOn[region.Result](p, region.Check, at)
	return r.VersionCode, ok && r.VersionCode != ""
}

var numbers = regexp.MustCompile(`\d+`)

// older reports whether a client is of an earlier release than the service: its year and release, and no more, count.
func older(client, service string) bool {
	c, s := numbers.FindAllString(client, 2), numbers.FindAllString(service, 2)
	if len(c) < 2 || len(s) < 2 {
		return false
	}
	for i := range c {
		a, _ := strconv.Atoi(c[i])
		b, _ := strconv.Atoi(s[i])
		if a != b {
			return a < b
		}
	}
	return false
}
