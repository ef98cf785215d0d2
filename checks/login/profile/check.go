// Package profile opens first pages in a copy of the person's own browser profile and in a fresh one.
package profile

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/journey"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/way"
	"logindoctor/checks/tls/browser"
	"logindoctor/checks/web/answer"
)

//go:embed README.md scenarios
var files embed.FS

// Stale is the code of a page that only this profile does not show.
var Stale = &checks.Code{ID: "LD1307", Aliases: []string{"browser-stale-cache-or-sw"}, Impact: checks.Blocking, Owner: checks.OwnerUser}

// Check runs if the settings name the person's profile.
var Check = &checks.Check{ID: "login.profile", Files: files, Scope: checks.PerPathway,
	Doors:    []checks.Door{checks.DoorPortal, checks.DoorLocal, checks.DoorHome},
	Requires: []*checks.Check{browser.Check, answer.Check}, Needs: checks.NeedsBrowser, Contrast: true, Optional: true,
	Codes: []*checks.Code{Stale}, Timeout: 90 * time.Second, Run: run}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	start, err := way.Start(p)
	if err != nil {
		return nil, err
	}
	script := checks.Script{Name: "profile", Profile: true, Deadline: 30 * time.Second, Steps: []checks.Step{
		{Name: "open", Do: checks.DoOpen, URL: start.String(), Within: 15 * time.Second, Optional: true},
		{Name: "field", Do: checks.DoWait, Any: []string{"input:not([type=hidden])"}, Within: 6 * time.Second, Optional: true},
		{Name: "last", Do: checks.DoLook, Optional: true}}}
	kept, err := walk(ctx, p, script)
	if errors.Is(err, checks.ErrNoProfile) {
		return nil, checks.Skip("%v", err)
	}
	if err != nil || kept.Did("field") {
		return nil, err
	}
	script.Profile = false
	fresh, err := walk(ctx, p, script)
	if err != nil || !fresh.Did("field") {
		return nil, err // it is not the profile
	}
	var gone []string
	for _, t := range journey.Troubles(kept) {
		gone = append(gone, t.URL)
	}
	place := strings.Join(gone, ", ")
	if place == "" {
		place = "nothing that is asked for"
	}
	p.Report(Stale, checks.Confirmed, checks.Public("host", start.Host), checks.Public("missing", place)).On(way.Subject(p, start))
	return nil, nil
}

func walk(ctx context.Context, p *checks.Pass, s checks.Script) (page.Log, error) {
	events, err := p.World.Browse(ctx, s)
	if errors.Is(err, checks.ErrNoBrowser) {
		return nil, checks.Skip("%v", err)
	}
	if err != nil {
		return nil, err
	}
	log := page.Collect(events)
	if end := log.End(); end.Outcome == checks.OutcomeCrashed {
		return nil, fmt.Errorf("browser: crashed: %s", end.Error)
	}
	return log, nil
}
