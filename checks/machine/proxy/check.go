// Package proxy finds out which proxy settings this computer has and whether they fit together.
package proxy

import (
	"context"
	"embed"
	"net/url"

	"logindoctor/checks"
)

//go:embed README.md scenarios
var files embed.FS

// Check reads the proxy settings and compares what browsers and programs obey.
var Check = &checks.Check{ID: "machine.proxy", Files: files, Scope: checks.Once, Run: run}

// A Result is the proxy settings and the route they give.
type Result struct {
	Settings []checks.ProxySetting
	For      func(*url.URL) *url.URL // nil means direct
}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	settings, err := p.World.Proxies(ctx)
	if err != nil {
		return nil, err
	}
	return Result{Settings: settings, For: func(u *url.URL) *url.URL {
		via, _ := p.World.ProxyFor(context.WithoutCancel(ctx), u)
		return via
	}}, nil
}
