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

// A journal writes events as lines of JSON, without the script's secrets.
type journal struct {
	mu     sync.Mutex
	out    *json.Encoder
	censor *page.Censor
	began  time.Time
	n      int
}

func newJournal(out io.Writer, s checks.Script) *journal {
	return &journal{out: json.NewEncoder(out), censor: page.NewCensor(s), began: time.Now()}
}

func (j *journal) emit(e checks.Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.n++
	if j.n > maxEvents && !ours(e.Kind) {
		return
	}
	e.V, e.At = checks.EventVersion, time.Since(j.began)
	// A failed write means that the parent is gone; its end of our input tells us too.
	_ = page.WriteEvent(j.out, j.censor.Event(e))
}

// ours reports whether the script, not the page, decides how many events of a kind there are.
func ours(kind string) bool {
	switch kind {
	case checks.EventStep, checks.EventPage, checks.EventShot, checks.EventPrint, checks.EventLoop, checks.EventEnd:
		return true
	}
	return false
}
