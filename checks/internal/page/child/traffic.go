package child

import (
	"context"
	"time"

	"github.com/go-rod/rod/lib/proto"
)

// A traffic counts what a page asks its server since somebody began to count: pages and calls, not pictures and styles.
type traffic struct {
	under map[proto.NetworkRequestID]bool // under way
	done  int
	last  time.Time // when something began or ended
}

func (t *traffic) began(e proto.NetworkRequestWillBeSent) {
	switch e.Type {
	case proto.NetworkResourceTypeDocument, proto.NetworkResourceTypeXHR, proto.NetworkResourceTypeFetch:
	default:
		return
	}
	if t.under != nil {
		t.under[e.RequestID], t.last = true, time.Now()
	}
}

func (t *traffic) ended(id proto.NetworkRequestID) {
	if t.under[id] {
		delete(t.under, id)
		t.done++
		t.last = time.Now()
	}
}

// watchTraffic begins to count.
func (w *watcher) watchTraffic() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.traffic = traffic{under: map[proto.NetworkRequestID]bool{}, last: time.Now()}
}

// answered returns how many requests have ended since.
func (w *watcher) answered() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.traffic.done
}

// resting reports whether nothing has been under way for a while.
func (w *watcher) resting() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.loading && len(w.traffic.under) == 0 && time.Since(w.traffic.last) >= atRest
}

// stir wakes whoever rests.
func (w *watcher) stir() {
	select {
	case w.stirred <- struct{}{}:
	default:
	}
}

// rest waits until the browser says something, but not long: a page may change without a word. It reports false if the
// context ended.
func (w *watcher) rest(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-w.stirred:
	case <-time.After(pollEvery):
	}
	rested := pause(ctx, time.Until(w.rested.Add(leastRest)))
	w.rested = time.Now()
	return rested
}

// leastRest, from one rest to the next, keeps a page that talks without end from being asked without end.
const leastRest = 3 * time.Millisecond
