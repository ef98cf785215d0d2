package account

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/recipe"
	"logindoctor/checks/internal/totp"
)

// A desk is a world with a clock, credentials and a memory.
type desk struct {
	checks.World
	now     time.Time
	secrets map[string]string
	kept    []checks.Attempt
}

func (d *desk) Now() time.Time { return d.now }

func (d *desk) Secret(_ context.Context, name string) (checks.Secret, error) {
	if s, ok := d.secrets[name]; ok {
		return checks.NewSecret(s), nil
	}
	return checks.Secret{}, checks.ErrNoSecret
}

func (d *desk) Attempts(_ context.Context, account string, since time.Time) ([]checks.Attempt, error) {
	var all []checks.Attempt
	for _, a := range d.kept {
		if a.Account == account && !a.At.Before(since) {
			all = append(all, a)
		}
	}
	return all, nil
}

func (d *desk) Attempted(_ context.Context, a checks.Attempt) error {
	d.kept = append(d.kept, a)
	return nil
}

func pass(d *desk, login bool) *checks.Pass {
	return checks.NewPass(nil, d, &checks.Target{Product: &checks.Product{ID: "desk"}, User: "alice", Login: login}, &checks.Check{})
}

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func TestAnAccountRests(t *testing.T) {
	for _, row := range []struct {
		name  string
		kept  []string
		after time.Duration
		rests bool
	}{
		{"never used", nil, 0, false},
		{"signed in a moment ago", []string{checks.AttemptBegun, checks.AttemptPassed}, 0, false},
		{"refused a moment ago", []string{checks.AttemptBegun, checks.AttemptRefused}, time.Minute, true},
		{"refused, and time went by", []string{checks.AttemptRefused}, 16 * time.Minute, false},
		{"killed in the middle", []string{checks.AttemptPassed, checks.AttemptBegun}, time.Minute, true},
		{"begun and nothing sent", []string{checks.AttemptPassed, checks.AttemptBegun, checks.AttemptUnused}, 0, false},
		{"refused, then nothing sent", []string{checks.AttemptRefused, checks.AttemptUnused}, time.Minute, true},
		{"locked an hour ago", []string{checks.AttemptLocked}, time.Hour, true},
		{"locked yesterday", []string{checks.AttemptLocked}, 24 * time.Hour, false},
	} {
		d := &desk{now: noon, secrets: map[string]string{"staff.password": "s3cret"}}
		a, why := Take(t.Context(), pass(d, true), "staff", "")
		if a == nil {
			t.Fatal(why)
		}
		for _, outcome := range row.kept {
			if err := a.keep(t.Context(), outcome); err != nil {
				t.Fatal(err)
			}
		}
		d.now = noon.Add(row.after)
		if a, why := Take(t.Context(), pass(d, true), "staff", ""); (a == nil) != row.rests || row.rests != strings.Contains(why, "after") {
			t.Errorf("%s: %v, %q", row.name, a != nil, why)
		}
	}
}

func TestAnAccountIsOnlyTakenIfAskedFor(t *testing.T) {
	d := &desk{now: noon, secrets: map[string]string{"staff.password": "s3cret", "staff.user": "alice@acme.example\n", "staff.totp": "gezd gnbv"}}
	if a, why := Take(t.Context(), pass(d, false), "staff", "the member is inactive"); a != nil || why != "" {
		t.Errorf("without --login: %v, %q", a, why)
	}
	if a, why := Take(t.Context(), pass(d, true), "staff", "the member is inactive"); a != nil || why != "the member is inactive" {
		t.Errorf("with a record against it: %v, %q", a, why)
	}
	if a, why := Take(t.Context(), pass(d, true), "portal", ""); a != nil || !strings.Contains(why, "no password") {
		t.Errorf("without a password: %v, %q", a, why)
	}
	a, why := Take(t.Context(), pass(d, true), "staff", "")
	if a == nil || a.Name != "alice@acme.example" || a.Device || len(a.key) != 64 || strings.Contains(a.key, "alice") {
		t.Errorf("%+v, %q", a, why)
	}
}

func TestFactorOf(t *testing.T) {
	for text, want := range map[string]checks.Factor{
		"secret=A": {}, "algorithm=SHA256&digits=8&period=60": {Hash: "sha256", Digits: 8, Period: time.Minute},
	} {
		q, err := url.ParseQuery(text)
		if err != nil {
			t.Fatal(err)
		}
		if f, err := factorOf(q); err != nil || *f != want {
			t.Errorf("%s: %+v, %v", text, f, err)
		}
	}
	if _, err := factorOf(url.Values{"digits": {"six"}}); err == nil {
		t.Error("digits that are no number are taken")
	}
}

// TestDrift has a device show codes of every moment within ten steps.
func TestDrift(t *testing.T) {
	seed := checks.NewSecret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
	for _, f := range []*checks.Factor{nil, {Hash: "sha256", Digits: 8}, {Hash: "sha512", Digits: 8, Period: time.Minute}} {
		key, err := totp.New(seed, f)
		if err != nil {
			t.Fatal(err)
		}
		for shift := -12; shift <= 12; shift++ {
			a := &Account{Account: recipe.Account{Seed: seed, Factor: f}, typed: key.Code(noon.Add(key.Span(shift))), typedAt: noon.Add(-time.Hour)}
			verified := func(t time.Time) time.Time { return t.Add(time.Hour) } // this computer is an hour slow
			steps, found, compared := a.Drift(verified, 10)
			if inside := shift >= -10 && shift <= 10; !compared || found != inside || inside && steps != shift {
				t.Errorf("%+v shifted by %d: %d, %v", f, shift, steps, found)
			}
		}
	}
	if _, _, compared := (&Account{typed: checks.NewSecret("123456")}).Drift(nil, 10); compared {
		t.Error("a code is compared without a seed")
	}
}
