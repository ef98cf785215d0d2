package clock

import (
	"errors"
	"testing"
	"time"
)

func TestAgree(t *testing.T) {
	second := time.Second
	for _, test := range []struct {
		name  string
		said  []time.Duration
		want  time.Duration
		known bool
	}{
		{"nobody", nil, 0, false},
		{"one alone proves nothing", []time.Duration{9 * second}, 0, false},
		{"two agree", []time.Duration{9 * second, 10 * second}, 10 * second, true},
		{"two disagree", []time.Duration{0, 90 * second}, 0, false},
		{"one liar", []time.Duration{0, second / 2, 90 * second}, second / 2, true},
		{"half is no majority", []time.Duration{0, 0, 90 * second, 90 * second}, 0, false},
		{"behind", []time.Duration{-540 * second, -541 * second, -540 * second}, -540 * second, true},
	} {
		all := []Source{{Err: errors.New("silent")}}
		for _, d := range test.said {
			all = append(all, Source{Offset: d})
		}
		if got, known := agree(all); got != test.want || known != test.known {
			t.Errorf("%s: %v %v, want %v %v", test.name, got, known, test.want, test.known)
		}
	}
}

func TestSettled(t *testing.T) {
	server := func(d time.Duration) Source { return Source{Kind: ntpKind, Offset: d} }
	date := func(d time.Duration) Source { return Source{Kind: dateKind, Offset: d} }
	silent := Source{Kind: ntpKind, Err: errAgreed}
	second := time.Second
	for _, test := range []struct {
		name string
		all  []Source
		want bool
	}{
		{"the silent cannot outvote", []Source{server(0), server(0), silent}, true},
		{"half may be outvoted", []Source{server(0), server(0), silent, silent}, false},
		{"a wrong clock is measured against all", []Source{server(9 * second), server(9 * second), silent}, false},
		{"disagreement", []Source{server(0), server(5 * second), silent}, false},
		{"no time server answered", []Source{date(0), date(0), silent}, false},
		{"one time server is enough", []Source{date(0), server(0), silent}, true},
	} {
		if got := settled(test.all, 8*second); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

func TestVerified(t *testing.T) {
	local := time.Date(2026, 11, 24, 12, 9, 0, 0, time.UTC)
	if got := (Result{Offset: 9 * time.Minute, Known: true}).Verified(local); got.Minute() != 0 {
		t.Errorf("a clock nine minutes ahead gives %v", got)
	}
	if got := (Result{Offset: 9 * time.Minute}).Verified(local); got != local {
		t.Errorf("an unproved offset is applied: %v", got)
	}
}
