package child

import (
	"sync"
	"time"
)

// A budget is a deadline that can stand still.
type budget struct {
	mu    sync.Mutex
	timer *time.Timer
	ends  time.Time
}

func newBudget(d time.Duration, over func()) *budget {
	return &budget{timer: time.AfterFunc(d, over), ends: time.Now().Add(d)}
}

// hold stops the time until release is called.
func (b *budget) hold() (release func()) {
	b.mu.Lock()
	if !b.timer.Stop() {
		b.mu.Unlock()
		return func() {} // it is over
	}
	left := time.Until(b.ends)
	return func() {
		b.ends = time.Now().Add(left)
		b.timer.Reset(left)
		b.mu.Unlock()
	}
}

func (b *budget) end() { b.timer.Stop() }
