package child

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/totp"
)

// TestFreshCode waits for a code that will still hold when it arrives, and never makes the same one twice.
func TestFreshCode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		key, err := totp.Seed(checks.NewSecret("GEZDGNBVGY3TQOJQ"))
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now() // midnight in a bubble: a period begins
		used := &usedCodes{}
		for _, want := range []struct{ asked, made time.Duration }{{0, 0}, {time.Second, 30 * time.Second}, {88 * time.Second, 90 * time.Second},
			{147 * time.Second, 147 * time.Second}} {
			time.Sleep(time.Until(began.Add(want.asked)))
			code, err := freshCode(t.Context(), key, used)
			if at := began.Add(want.made); err != nil || code != key.Code(at) || !time.Now().Equal(at) {
				t.Errorf("asked after %s: %s after %s, %v", want.asked, code.Reveal(), time.Since(began), err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := freshCode(ctx, key, used); err == nil {
			t.Error("a wait that was ended gave a code")
		}
	})
}

func TestBudgetStandsStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, over := time.Now(), make(chan struct{})
		b := newBudget(10*time.Second, func() { close(over) })
		defer b.end()
		time.Sleep(4 * time.Second)
		release := b.hold()
		time.Sleep(time.Hour)
		release()
		<-over
		if took := time.Since(began); took != time.Hour+10*time.Second {
			t.Errorf("over after %s", took)
		}
		b.hold()() // nothing is left to hold
	})
}
