package child

import (
	"encoding/json"
	"io"
	"sync"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

// maxEvents bounds what a page can make us say; steps, pages, shots and the end are always said.
const maxEvents = 5000

// An output is the way to the parent, one line at a time.
type output struct {
	mu  sync.Mutex
	out *json.Encoder
}

func newOutput(out io.Writer) *output { return &output{out: json.NewEncoder(out)} }

func (o *output) write(walk int, e checks.Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	_ = page.WriteEvent(o.out, walk, e) // a failed write means that the parent is gone; the end of our input tells us too
}

// A journal tells the events of a walk without the script's secrets.
type journal struct {
	out    *output
	walk   int
	censor *page.Censor
	began  time.Time

	mu sync.Mutex
	n  int
}

func newJournal(out *output, w page.Walk) *journal {
	return &journal{out: out, walk: w.ID, censor: page.NewCensor(w.Script), began: time.Now()}
}

func (j *journal) emit(e checks.Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.n++
	if j.n > maxEvents && !ours(e.Kind) {
		return
	}
	e.V, e.At = checks.EventVersion, time.Since(j.began)
	j.out.write(j.walk, j.censor.Event(e))
}

// ours reports whether the script, not the page, decides how many events of a kind there are.
func ours(kind string) bool {
	switch kind {
	case checks.EventStep, checks.EventPage, checks.EventShot, checks.EventPrint, checks.EventLoop, checks.EventAsk, checks.EventEnd:
		return true
	}
	return false
}
