package plain

import (
	"net/http"
	"testing"
	"time"
)

func TestOffset(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 10, 0, time.UTC)
	h := http.Header{"Date": {"Tue, 24 Nov 2026 12:00:00 GMT"}}
	if got, err := Offset(h, time.Second, now); err != nil || got != 9*time.Second {
		t.Errorf("%v, %v, want 9 s: half of the exchange and half of the second are taken off", got, err)
	}
	h.Set("Age", "30")
	if _, err := Offset(h, time.Second, now); err == nil {
		t.Error("a stored answer tells the time")
	}
}
