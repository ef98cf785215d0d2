package child

import (
	"time"

	"github.com/go-rod/rod/lib/proto"

	"logindoctor/checks/internal/page"
)

// gapRest is how long a page that did not come whole must have nothing under way, of any kind, before nobody waits for more
// of it: longer than the five seconds after which waiting rooms and challenges usually load themselves again.
const gapRest = 6 * time.Second

// A gap is what is missing of the page that the tab shows or loads, and whether it may still come.
type gap struct {
	why   string                          // the first part that failed, or the first script that stopped; empty if none did
	under map[proto.NetworkRequestID]bool // under way
	last  time.Time                       // when something began or ended
}

func (g *gap) began(id proto.NetworkRequestID, main bool) {
	if main || g.under == nil {
		*g = gap{under: map[proto.NetworkRequestID]bool{}}
	}
	g.under[id], g.last = true, time.Now()
}

func (g *gap) ended(id proto.NetworkRequestID) {
	if g.under[id] {
		delete(g.under, id)
		g.last = time.Now()
	}
}

// missed notes that a part of the page, or what should have been the page, did not come.
func (g *gap) missed(kind proto.NetworkResourceType, url, why string) {
	switch kind {
	case proto.NetworkResourceTypeDocument, proto.NetworkResourceTypeScript, proto.NetworkResourceTypeXHR, proto.NetworkResourceTypeFetch:
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
