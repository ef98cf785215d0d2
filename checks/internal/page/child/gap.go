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
	why   string    // the first part that failed, or the first script that stopped; empty if none did
	under []*parcel // under way, in the order in which they were asked for
	last  time.Time // when something began or ended
}

// A parcel is a part of a page on its way.
type parcel struct {
	id       proto.NetworkRequestID
	kind     proto.NetworkResourceType
	url      string
	answered bool
}

func (g *gap) began(e proto.NetworkRequestWillBeSent, main bool) {
	if main {
		*g = gap{}
	}
	g.drop(e.RequestID) // a redirect goes on under the same name
	g.under, g.last = append(g.under, &parcel{id: e.RequestID, kind: e.Type, url: e.Request.URL}), time.Now()
}

func (g *gap) answered(id proto.NetworkRequestID) {
	for _, p := range g.under {
		p.answered = p.answered || p.id == id
	}
}

func (g *gap) ended(id proto.NetworkRequestID) {
	if g.drop(id) {
		g.last = time.Now()
	}
}

func (g *gap) drop(id proto.NetworkRequestID) bool {
	before := len(g.under)
	g.under = slices.DeleteFunc(g.under, func(p *parcel) bool { return p.id == id })
	return len(g.under) < before
}

// missed notes that a part of the page, or what should have been the page, did not come.
func (g *gap) missed(kind proto.NetworkResourceType, url, why string) {
	if matters(kind) {
		address, _ := page.Split(url)
		g.stopped(address + ": " + why)
	}
}

// matters reports whether a page may be nothing without a part of this kind: looks stop nobody.
func matters(kind proto.NetworkResourceType) bool {
	return slices.Contains([]proto.NetworkResourceType{proto.NetworkResourceTypeDocument, proto.NetworkResourceTypeScript,
		proto.NetworkResourceTypeXHR, proto.NetworkResourceTypeFetch}, kind)
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

// coming reports whether something of the page is under way, and the first part that matters to which
// nobody has answered.
func (w *watcher) coming() (loading bool, awaits string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.gap.under {
		if !p.answered && matters(p.kind) {
			awaits, _ = page.Split(p.url)
			break
		}
	}
	return w.loading || len(w.gap.under) > 0, awaits
}
