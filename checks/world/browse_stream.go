package world

import (
	"context"
	"sync"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

// A stream carries events of the child and of the relay to one reader, who is gone when the context is. It never makes
// anybody wait: one child speaks for many walks. What a walk may say is bounded before it comes here.
type stream struct {
	ctx    context.Context
	began  time.Time
	censor *page.Censor
	trace  func(checks.Event)
	out    chan checks.Event

	mu    sync.Mutex
	queue []checks.Event
	ended bool
	more  chan struct{} // the queue has grown
}

func newStream(ctx context.Context, s checks.Script, trace func(string, checks.Event)) *stream {
	t := &stream{ctx: ctx, began: time.Now(), censor: page.NewCensor(s), out: make(chan checks.Event, 64), more: make(chan struct{}, 1)}
	t.trace = func(e checks.Event) {
		if trace != nil {
			trace(s.Name, e)
		}
	}
	go t.pump()
	return t
}

func (s *stream) put(e checks.Event) { s.add(e, false) }

// end is the last event, which comes even if nobody has read for a while.
func (s *stream) end(e checks.Event) { s.add(e, true) }

func (s *stream) add(e checks.Event, last bool) {
	e.V, e.At = checks.EventVersion, time.Since(s.began) // the relay's clock and the child's begin differently
	e = s.censor.Event(e)
	s.mu.Lock()
	if !s.ended {
		s.queue = append(s.queue, e)
		s.ended = last
		s.trace(e)
	}
	s.mu.Unlock()
	select {
	case s.more <- struct{}{}:
	default:
	}
}

// pump hands the queue over.
func (s *stream) pump() {
	defer close(s.out)
	for range s.more {
		s.mu.Lock()
		now, last := s.queue, s.ended
		s.queue = nil
		s.mu.Unlock()
		for _, e := range now {
			s.deliver(e)
		}
		if last {
			return
		}
	}
}

// deliver waits for the reader. If there is none any more the oldest make room.
func (s *stream) deliver(e checks.Event) {
	select {
	case s.out <- e:
		return
	case <-s.ctx.Done():
	}
	for {
		select {
		case s.out <- e:
			return
		default:
		}
		select {
		case <-s.out:
		default:
		}
	}
}
