package child

import (
	"slices"
	"time"

	"github.com/go-rod/rod/lib/proto"

	"logindoctor/checks/internal/page"
)

// gapRest is how long a page that did not come whole must have nothing under way, of any kind, before nobody waits for more
// of it: longer than the five seconds after which waiting rooms and challenges usually load themselves again.
const gapRest = 6 * time.Second

// A gap is what is missing of the page that the tab shows or loads, and whether it may still come.
type gap struct {
	why   string                   // the first part that failed, or the first script that stopped; empty if none did
	under []proto.NetworkRequestID // under way, in the order in which they were asked for
	last  time.Time                // when something began or ended
}

func (g *gap) began(id proto.NetworkRequestID, main bool) {
	if main {
		*g = gap{}
	}
	if !slices.Contains(g.under, id) { // a redirect goes on under the same name
		g.under = append(g.under, id)
	}
	g.last = time.Now()
}

func (g *gap) ended(id proto.NetworkRequestID) {
	if i := slices.Index(g.under, id); i >= 0 {
		g.under, g.last = slices.Delete(g.under, i, i+1), time.Now()
	}
}

// missed notes that a part of the page, or what should have been the page, did not come.
func (g *gap) missed(kind proto.NetworkResourceType, url, why string) {
	if page.Matters(string(kind)) {
		address, _ := page.Split(url)
		g.stopped(address + ": " + why)
	}
}

// stopped notes why the page may not become what it should be.
func (g *gap) stopped(why string) {
	if g.why == "" {
		g.why = why
	}
}

// whatLacks tells why the page stays as it is, "" if nothing failed or if something may still come.
func (w *watcher) whatLacks() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.loading || len(w.gap.under) > 0 || time.Since(w.gap.last) < gapRest {
		return ""
	}
	return w.gap.why
}

// coming reports whether something of the page is under way, and the first part that matters to which nobody has answered.
func (w *watcher) coming() (loading bool, awaits string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range w.gap.under {
		if t, ok := w.request(id).last(); ok && t.got == nil && page.Matters(string(t.asked.Type)) {
			awaits, _ = page.Split(t.asked.Request.URL)
			break
		}
	}
	return w.loading || len(w.gap.under) > 0, awaits
}
