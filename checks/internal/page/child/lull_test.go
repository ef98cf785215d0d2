package child

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestLull: those who wait go on when a picture is taken, when they are wanted, and otherwise later.
func TestLull(t *testing.T) {
	for name, c := range map[string]struct {
		wanted, picture, want time.Duration
	}{
		"a picture":     {time.Hour, time.Millisecond, time.Millisecond},
		"wanted":        {time.Millisecond, time.Hour, time.Millisecond},
		"nothing comes": {time.Hour, time.Hour, later},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var l lull
				ctx, cancel := context.WithTimeout(t.Context(), c.wanted)
				defer cancel()
				time.AfterFunc(c.picture, l.come)
				began := time.Now()
				for range 2 {
					go l.wait(ctx)
				}
				l.wait(ctx)
				synctest.Wait()
				if took := time.Since(began); took != c.want {
					t.Errorf("took %s, want %s", took, c.want)
				}
			})
		})
	}
}
