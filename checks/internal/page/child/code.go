package child

import (
	"context"
	"errors"
	"sync"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/totp"
)

// leastLeft is how long a code must still hold when it is typed: it has to arrive as well.
const leastLeft = 2 * time.Second

// code types a one-time code. The field must be there within the step's time; the code may take longer.
func (w *walker) code(ctx context.Context, s checks.Step) (string, error) {
	matched := ""
	at, err := bounded(ctx, s.Within, func(ctx context.Context) (at place, err error) {
		at, matched, err = w.find(ctx, s, "fill")
		return at, err
	})
	if err != nil {
		return "", err
	}
	secret, err := w.oneTime(ctx, s)
	if err != nil {
		return matched, err
	}
	w.journal.censor.Learn(secret)
	return bounded(ctx, s.Within, func(ctx context.Context) (string, error) {
		if err := w.tab.eval(ctx, at.frameWorld, world+".again()", nil); err != nil {
			return matched, err // the page went away while the code was made
		}
		return matched, w.typeInto(ctx, at, matched, secret.Reveal(), true)
	})
}

// oneTime makes the code, or asks for it. The deadline stands still meanwhile.
func (w *walker) oneTime(ctx context.Context, s checks.Step) (checks.Secret, error) {
	defer w.budget.hold()()
	if s.Secret.Empty() {
		return w.ask(ctx, s)
	}
	key, err := totp.New(s.Secret, s.Factor)
	if err != nil {
		return checks.Secret{}, err
	}
	return freshCode(ctx, key, w.used)
}

// usedCodes remembers which codes were made: no code may be accepted twice (RFC 6238 section 5.2).
type usedCodes struct {
	mu   sync.Mutex
	last map[string]int64 // seed: period
}

// take reports whether the code of a period was still to be had.
func (u *usedCodes) take(seed string, period int64) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if last, known := u.last[seed]; known && last == period {
		return false
	}
	if u.last == nil {
		u.last = map[string]int64{}
	}
	u.last[seed] = period
	return true
}

// freshCode waits until a code has some time left and was not made before.
func freshCode(ctx context.Context, key totp.Key, used *usedCodes) (checks.Secret, error) {
	for {
		now := time.Now()
		left := key.Next(now).Sub(now)
		if left > leastLeft && used.take(key.Secret.Reveal(), key.Counter(now)) {
			return key.Code(now), nil
		}
		if !pause(ctx, left) {
			return checks.Secret{}, context.Cause(ctx)
		}
	}
}

// ask has a person asked, who may take as long as it takes.
func (w *walker) ask(ctx context.Context, s checks.Step) (checks.Secret, error) {
	w.journal.emit(checks.Event{Kind: checks.EventAsk, Step: s.Name, Text: s.Ask})
	select {
	case a := <-w.answers:
		if a.Error != "" {
			return checks.Secret{}, errors.New(page.Text(a.Error, 300))
		}
		if a.Said.Empty() {
			return checks.Secret{}, errors.New("the answer was empty")
		}
		return a.Said, nil
	case <-ctx.Done():
		return checks.Secret{}, context.Cause(ctx)
	}
}
