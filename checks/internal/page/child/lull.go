package child

import (
	"context"
	"sync"
	"time"
)

// A lull is a moment in which the browser waits for its next frame: a picture is being taken. What nobody waits for is done
// then, for at any other time it would delay a page.
type lull struct {
	mu   sync.Mutex
	next chan struct{} // closed when it comes; nil if nobody waits for it
}

// later is when what nobody waits for is done if no picture is taken.
const later = 100 * time.Millisecond

func (l *lull) come() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.next != nil {
		close(l.next)
		l.next = nil
	}
}

// wait returns at the next lull, or when the context is done, or later.
func (l *lull) wait(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, later)
	defer cancel()
	select {
	case <-ctx.Done():
	case <-l.coming():
	}
}

func (l *lull) coming() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.next == nil {
		l.next = make(chan struct{})
	}
	return l.next
}
