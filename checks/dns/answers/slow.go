package answers

import (
	"context"
	"net/url"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/whose"
)

// limit is the wait for an address at which people notice: a sign-in asks for several names in turn.
const limit = 2 * time.Second

// slow asks once more when the first address came late: a resolver that had to fetch the name has it now.
func slow(ctx context.Context, p *checks.Pass, first *sighting) error {
	if first.took < limit {
		return nil
	}
	again, err := look(ctx, p.World, p.Subject.Host)
	if err != nil || again.took < limit {
		return err
	}
	f := p.Report(Slow, checks.Likely, checks.Public("host", p.Subject.Host), checks.Span("took", first.took),
		checks.Span("again", again.took), checks.Span("limit", limit))
	f.By(whose.Host(p.Target, p.Subject))
	if late(ctx, p) {
		f.By(checks.OwnerNetwork)
	}
	return nil
}

// late reports whether an unrelated name takes as long: then the resolver is slow and not the zone of the host.
func late(ctx context.Context, p *checks.Pass) bool {
	if p.Target.Product == nil || len(p.Target.Product.Controls) == 0 {
		return false
	}
	u, err := url.Parse(p.Target.Product.Controls[0].URL)
	if err != nil {
		return false
	}
	other, err := look(ctx, p.World, u.Hostname())
	return err == nil && other.took >= limit
}
