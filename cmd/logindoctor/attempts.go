package main

import (
	"context"
	"errors"
	"time"

	"logindoctor/checks"
	"logindoctor/report/history"
)

// A ledger keeps sign-in attempts beside the past runs, so that a second run knows what the first one spent. Each call opens
// the store: a run makes few attempts, and other runs may be waiting for it.
type ledger struct{ path string }

// Attempts returns the attempts with an account at or after a time, oldest first.
func (l ledger) Attempts(ctx context.Context, account string, since time.Time) ([]checks.Attempt, error) {
	s, err := history.Open(ctx, l.path)
	if errors.Is(err, history.ErrNoStore) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer s.Close()
	kept, err := s.Attempts(ctx, account, since)
	var all []checks.Attempt
	for _, a := range kept {
		all = append(all, checks.Attempt(a))
	}
	return all, err
}

// Append keeps an attempt; it is on the disk when Append returns.
func (l ledger) Append(ctx context.Context, a checks.Attempt) error {
	s, err := history.Create(ctx, l.path)
	if err != nil {
		return err
	}
	defer s.Close()
	return s.Append(ctx, history.Attempt(a))
}
