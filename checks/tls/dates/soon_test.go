package dates

import (
	"crypto/x509"
	"testing"
	"time"
)

func TestSoon(t *testing.T) {
	day := 24 * time.Hour
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		left, life time.Duration
		want       bool
	}{
		{5 * day, 365 * day, true},
		{29 * day, 365 * day, true},
		{31 * day, 365 * day, false}, // 15 % are 54 days, but nobody acts before the last month
		{25 * day, 90 * day, false},
		{13 * day, 90 * day, true},
		{2 * day, 6 * day, false},
		{20 * time.Hour, 6 * day, true},
		{-day, 90 * day, false}, // over is another code
	} {
		c := &x509.Certificate{NotAfter: now.Add(test.left), NotBefore: now.Add(test.left - test.life)}
		if got := soon(c, now); got != test.want {
			t.Errorf("%v of %v left: %v", test.left, test.life, got)
		}
	}
}
