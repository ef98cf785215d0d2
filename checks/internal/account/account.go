// Package account decides whether a test account may be used now, and remembers what became of it (engine.md 1.31 to 1.33).
package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/journey"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/recipe"
	"logindoctor/checks/internal/totp"
)

// How long an account is left alone, over runs as well. Locks of Azure AD B2C begin with a minute and grow up to five hours,
// https://learn.microsoft.com/azure/active-directory-b2c/threat-management.
const (
	afterRefusal = 15 * time.Minute
	afterLock    = 5 * time.Hour
)

// An Account is a test account that may be used now.
type Account struct {
	recipe.Account
	Name string // mail address or user name, as the provider knows it
	pass *checks.Pass
	key  string

	typed   checks.Secret // the last code that was not made here
	typedAt time.Time
}

// Take returns the account of a door, "staff" or "portal". It is nil with a reason if it must not be used now, and nil
// without one if nobody asked to sign in. What the service's own records say against it, if anything, spares the attempt.
// A credential that cannot be read is a reason too: the sign-in is not to blame for it.
func Take(ctx context.Context, p *checks.Pass, door, barred string) (a *Account, why string) {
	if !p.Target.Login {
		return nil, ""
	}
	if barred != "" {
		return nil, barred
	}
	a = &Account{pass: p}
	if err := a.read(ctx, door); err != nil {
		return nil, err.Error()
	}
	a.key = key(p.Target, door, a.Name)
	if why := a.rests(ctx); why != "" {
		return nil, why
	}
	return a, ""
}

// read gets the credentials.
func (a *Account) read(ctx context.Context, door string) (err error) {
	if a.Password, err = a.pass.World.Secret(ctx, door+".password"); errors.Is(err, checks.ErrNoSecret) {
		return errors.New("the settings name no password for it")
	} else if err != nil {
		return err
	}
	if a.Name, err = Named(ctx, a.pass, door+".user"); err != nil {
		return err
	}
	if a.Name == "" {
		a.Name = a.pass.Target.User
	}
	return a.factor(ctx, door)
}

// key names the account without naming it.
func key(t *checks.Target, door, name string) string {
	where := ""
	for _, s := range t.Subjects() {
		if s.Role == checks.RoleWeb {
			where = s.Address()
		}
	}
	sum := sha256.Sum256([]byte(strings.ToLower(strings.Join([]string{t.Product.ID, where, t.Company, door, name}, "\x00"))))
	return hex.EncodeToString(sum[:])
}

// Named returns a credential that is a name, empty if the settings hold none.
func Named(ctx context.Context, p *checks.Pass, name string) (string, error) {
	s, err := p.World.Secret(ctx, name)
	if errors.Is(err, checks.ErrNoSecret) {
		return "", nil
	}
	return strings.TrimSpace(s.Reveal()), err
}

// factor reads where one-time codes come from: a seed, the address that a QR code holds, a device, or a person.
func (a *Account) factor(ctx context.Context, door string) error {
	seed, err := Named(ctx, a.pass, door+".totp")
	if err != nil {
		return err
	}
	if u, err := url.Parse(seed); err == nil && u.Scheme == "otpauth" {
		if a.Factor, err = factorOf(u.Query()); err != nil {
			return fmt.Errorf("credential %s.totp: %w", door, err)
		}
		seed = u.Query().Get("secret")
	}
	a.Seed = checks.NewSecret(seed)
	_, err = a.pass.World.Secret(ctx, door+".code")
	a.Device = !errors.Is(err, checks.ErrNoSecret)
	a.Ask = a.pass.Target.Ask
	return nil
}

// factorOf reads the parameters of an otpauth address, https://github.com/google/google-authenticator/wiki/Key-Uri-Format.
func factorOf(q url.Values) (*checks.Factor, error) {
	f := &checks.Factor{Hash: strings.ToLower(q.Get("algorithm"))}
	for name, put := range map[string]func(int){
		"digits": func(n int) { f.Digits = n },
		"period": func(n int) { f.Period = time.Duration(n) * time.Second },
	} {
		if q.Get(name) == "" {
			continue
		}
		n, err := strconv.Atoi(q.Get(name))
		if err != nil || n <= 0 {
			return nil, fmt.Errorf("%s of the otpauth address is no number", name)
		}
		put(n)
	}
	return f, nil
}

// rests says why the account must be left alone: nobody is told apart from an attacker by meaning well.
func (a *Account) rests(ctx context.Context) string {
	now := a.pass.World.Now()
	all, err := a.pass.World.Attempts(ctx, a.key, now.Add(-afterLock))
	if err != nil {
		return "earlier attempts cannot be read: " + err.Error()
	}
	spared := false
	for _, last := range slices.Backward(all) {
		switch {
		case last.Outcome == checks.AttemptUnused:
			spared = true
		case last.Outcome == checks.AttemptBegun && spared: // it ended before anything was sent
			spared = false
		case last.Outcome == checks.AttemptLocked:
			return fmt.Sprintf("it was locked at %s; the next attempt is made after %s", clock(last.At), clock(last.At.Add(afterLock)))
		case last.Outcome != checks.AttemptPassed && now.Before(last.At.Add(afterRefusal)):
			return fmt.Sprintf("an attempt at %s was not successful; the next one is made after %s", clock(last.At), clock(last.At.Add(afterRefusal)))
		default:
			return ""
		}
	}
	return ""
}

func clock(t time.Time) string { return t.UTC().Format("15:04 UTC") }

// Begin keeps that an attempt is about to be made; nothing may be sent before it returns.
func (a *Account) Begin(ctx context.Context) error { return a.keep(ctx, checks.AttemptBegun) }

// End keeps what became of it. It does so even if the run is being stopped.
func (a *Account) End(ctx context.Context, outcome string) error {
	return a.keep(context.WithoutCancel(ctx), outcome)
}

func (a *Account) keep(ctx context.Context, outcome string) error {
	err := a.pass.World.Attempted(ctx, checks.Attempt{Account: a.key, At: a.pass.World.Now(), Outcome: outcome})
	if err != nil {
		return fmt.Errorf("remember the attempt: %w", err)
	}
	return nil
}

// answer is a script's way to a one-time code that no seed gives.
func (a *Account) answer(door string) func(context.Context, string) (checks.Secret, error) {
	return func(ctx context.Context, question string) (checks.Secret, error) {
		ask := a.pass.World.Ask
		if question == recipe.QuestionDevice {
			ask = func(ctx context.Context, _ string) (checks.Secret, error) {
				return a.pass.World.Secret(ctx, door+".code")
			}
		}
		said, err := ask(ctx, question)
		a.typed, a.typedAt = checks.NewSecret(strings.Join(strings.Fields(said.Reveal()), "")), a.pass.World.Now()
		return a.typed, err
	}
}

// Drift tells how many steps the code that a device showed is from the true time, at most so many either way. compared is
// false if the code was not a device's, or if there is no seed to compare it with.
func (a *Account) Drift(verified func(time.Time) time.Time, most int) (steps int, found, compared bool) {
	key, err := totp.New(a.Seed, a.Factor)
	if err != nil || a.typed.Empty() {
		return 0, false, false
	}
	steps, found = key.Steps(a.typed, verified(a.typedAt), most)
	return steps, found, true
}

// Step is how long a code of the account holds.
func (a *Account) Step() time.Duration {
	key, err := totp.New(a.Seed, a.Factor)
	if err != nil {
		return totp.Step
	}
	return key.Span(1)
}

// Walk walks a plan with the account, nil if there is none to use. What is typed counts as an attempt from before it is sent.
// Pathways of one account share a session, so that the second needs no attempt where the first has signed in.
func Walk(ctx context.Context, p *checks.Pass, a *Account, door string, plan *recipe.Plan) (page.Log, error) {
	s := plan.Script
	if a != nil {
		if err := a.Begin(ctx); err != nil {
			return nil, err
		}
		s.Answer, s.Deadline = a.answer(door), 3*time.Minute
		if p.Pathway.Door != checks.DoorLocal { // the application's own password proves nothing in somebody else's session
			s.Session = a.key
		}
	}
	log, err := journey.Walk(ctx, p, s)
	p.Spent = plan.Read(log).Did(recipe.ActFillPassword)
	if a != nil && !p.Spent {
		err = errors.Join(err, a.End(ctx, checks.AttemptUnused))
	}
	return log, err
}
