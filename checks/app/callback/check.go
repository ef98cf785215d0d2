// Package callback asks whether a browser's way back to a program on the same computer is open.
package callback

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

//go:embed README.md scenarios
var files embed.FS

// Blocked is the code of a way back that leads to a proxy.
var Blocked = &checks.Code{ID: "LD1309", Aliases: []string{"browser-callback-blocked"}, Impact: checks.Blocking, Owner: checks.OwnerDeviceIT}

// Check opens an address of this computer itself in a browser, if settings send even those to a proxy.
var Check = &checks.Check{ID: "app.callback", Files: files, Scope: checks.PerPathway, Doors: []checks.Door{checks.DoorDesktop},
	Needs: checks.NeedsBrowser, Contrast: true, Optional: true, Codes: []*checks.Code{Blocked}, Timeout: 40 * time.Second, Run: run}

// back is an address such as programs wait at for a browser (RFC 8252 section 7.3). Nobody waits there now: a browser that
// asks this computer is refused, and one that asks a proxy is told something else.
const back = "http://127.0.0.1:47811/"

func run(ctx context.Context, p *checks.Pass) (any, error) {
	policies, err := p.World.BrowserPolicies(ctx)
	if err != nil {
		return nil, err
	}
	set := sends(policies)
	if set == nil {
		return nil, checks.Skip("No policy sends addresses of this computer to a proxy.")
	}
	ev := []checks.Evidence{checks.Public("browser", set.Browser), checks.Public("policy", set.Name)}
	events, err := p.World.Browse(ctx, checks.Script{Name: "callback", Deadline: 20 * time.Second, Steps: []checks.Step{
		{Name: "open", Do: checks.DoOpen, URL: back, Within: 10 * time.Second, Optional: true}}})
	if errors.Is(err, checks.ErrNoBrowser) {
		p.Report(Blocked, checks.Likely, append(ev, checks.Text("answer", "no browser was asked"))...)
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("browser: %w", err)
	}
	if answer := elsewhere(page.Collect(events)); answer != "" {
		p.Report(Blocked, checks.Confirmed, append(ev, checks.Text("answer", answer))...)
	}
	return nil, nil
}

// sends returns the policy that takes this computer's own addresses off the list of exceptions, nil if there is none. The
// sign for it is <-loopback>, chromium, net/docs/proxy.md.
func sends(policies []checks.BrowserPolicy) *checks.BrowserPolicy {
	for i, p := range policies {
		list := p.Text()
		if settings, ok := p.Value.(map[string]any); ok {
			list, _ = settings["ProxyBypassList"].(string)
		}
		if (p.Name == "ProxySettings" || p.Name == "ProxyBypassList") && strings.Contains(list, "<-loopback>") {
			return &policies[i]
		}
	}
	return nil
}

// elsewhere returns what somebody other than this computer said, nothing if this computer refused.
func elsewhere(log page.Log) string {
	for _, e := range log {
		switch {
		case e.Kind == checks.EventHop && strings.HasPrefix(e.URL, back):
			return fmt.Sprintf("status %d", e.Status)
		case e.Kind == checks.EventFailure && strings.HasPrefix(e.URL, back) && !strings.Contains(e.Error, "ERR_CONNECTION_REFUSED"):
			return e.Error
		}
	}
	return ""
}
