package world

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"logindoctor/checks"
)

// Asking puts a question to a person and returns the answer.
type Asking func(ctx context.Context, question string) (checks.Secret, error)

// Ask puts a question to the person at this computer.
func (w *World) Ask(ctx context.Context, question string) (checks.Secret, error) {
	if w.o.Ask == nil {
		return checks.Secret{}, checks.ErrNobody
	}
	s, err := w.o.Ask(ctx, question)
	w.answers.tell(s)
	return s, err
}

// answers are the credentials that were handed out, and those that a person gave: each of them is asked for once.
type answers struct {
	asking sync.Mutex
	mu     sync.Mutex
	given  map[string]checks.Secret
	told   []checks.Secret
}

func (a *answers) tell(s checks.Secret) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !s.Empty() && !slices.Contains(a.told, s) {
		a.told = append(a.told, s)
	}
}

func (a *answers) of(ctx context.Context, name string, ask Asking) (string, error) {
	a.asking.Lock()
	defer a.asking.Unlock()
	if s, ok := a.given[name]; ok {
		return s.Reveal(), nil
	}
	s, err := ask(ctx, fmt.Sprintf("Value of the credential %s?", name))
	if err != nil {
		return "", err
	}
	if a.given == nil {
		a.given = map[string]checks.Secret{}
	}
	a.given[name] = s
	return s.Reveal(), nil
}

// A Ledger keeps sign-in attempts, over many runs if it can.
type Ledger interface {
	Attempts(ctx context.Context, account string, since time.Time) ([]checks.Attempt, error)
	Append(ctx context.Context, a checks.Attempt) error
}

// Attempts returns the attempts with an account at or after a time, oldest first.
func (w *World) Attempts(ctx context.Context, account string, since time.Time) ([]checks.Attempt, error) {
	return w.ledger.Attempts(ctx, account, since)
}

// Attempted keeps an attempt.
func (w *World) Attempted(ctx context.Context, a checks.Attempt) error {
	return w.ledger.Append(ctx, a)
}

// memory is a Ledger that ends with the process.
type memory struct {
	mu  sync.Mutex
	all []checks.Attempt
}

func (m *memory) Attempts(_ context.Context, account string, since time.Time) ([]checks.Attempt, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(m.all), func(a checks.Attempt) bool { return a.Account != account || a.At.Before(since) }), nil
}

func (m *memory) Append(_ context.Context, a checks.Attempt) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all = append(m.all, a)
	return nil
}
