package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"logindoctor/checks"
)

func TestLedger(t *testing.T) {
	l := ledger{filepath.Join(t.TempDir(), "state", "history.db")}
	account, now := strings.Repeat("0a", 32), time.Now().UTC().Truncate(time.Millisecond)
	if all, err := l.Attempts(t.Context(), account, now); err != nil || len(all) != 0 {
		t.Fatalf("before the first: %v, %v", all, err)
	}
	want := []checks.Attempt{{Account: account, At: now, Outcome: checks.AttemptBegun}, {Account: account, At: now, Outcome: checks.AttemptRefused}}
	for _, a := range want {
		if err := l.Append(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	if all, err := l.Attempts(t.Context(), account, now); err != nil || !slices.Equal(all, want) {
		t.Errorf("%v, %v", all, err)
	}
}
