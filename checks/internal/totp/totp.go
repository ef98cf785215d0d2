// Package totp makes one-time codes as authenticator apps do, RFC 6238.
package totp

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"strings"
	"time"

	"logindoctor/checks"
)

// Step is the time step that authenticator apps use, RFC 6238 section 4.1.
const Step = 30 * time.Second

// A Key makes one-time codes.
type Key struct {
	Secret checks.Secret    // the raw bytes
	Hash   func() hash.Hash // nil means SHA-1
	Digits int              // zero means 6
	Period time.Duration    // zero means Step; whole seconds
}

var errSeed = errors.New("the seed is not base32")

// Seed reads a seed as it is shown for typing: base32, blanks and padding optional, any case.
func Seed(s checks.Secret) (Key, error) {
	text := strings.ToUpper(strings.TrimRight(strings.Join(strings.Fields(s.Reveal()), ""), "="))
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(text)
	if err != nil || len(raw) == 0 {
		return Key{}, errSeed // the decoder's own error quotes the seed's position, which is nobody's business
	}
	return Key{Secret: checks.NewSecret(string(raw))}, nil
}

var hashes = map[string]func() hash.Hash{"": sha1.New, "sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New}

// New is Seed for a provider that makes codes in its own way; nil means the usual one.
func New(seed checks.Secret, f *checks.Factor) (Key, error) {
	k, err := Seed(seed)
	if err != nil || f == nil {
		return k, err
	}
	if hashes[f.Hash] == nil {
		return k, fmt.Errorf("no hash %q; there are sha1, sha256 and sha512", f.Hash)
	}
	if f.Digits != 0 && (f.Digits < 6 || f.Digits > 8) {
		return k, fmt.Errorf("codes of %d digits; RFC 4226 has 6 to 8", f.Digits)
	}
	if f.Period < 0 || f.Period%time.Second != 0 {
		return k, fmt.Errorf("a period of %s is no number of seconds", f.Period)
	}
	k.Hash, k.Digits, k.Period = hashes[f.Hash], f.Digits, f.Period
	return k, nil
}

// Counter numbers the period in which a time falls.
func (k Key) Counter(at time.Time) int64 { return at.Unix() / int64(k.period()/time.Second) }

// Next is the moment from which the code of a time is no longer the current one.
func (k Key) Next(at time.Time) time.Time {
	return time.Unix((k.Counter(at)+1)*int64(k.period()/time.Second), 0)
}

// Code returns the code of a time.
func (k Key) Code(at time.Time) checks.Secret {
	newHash, digits := k.Hash, k.Digits
	if newHash == nil {
		newHash = sha1.New
	}
	if digits == 0 {
		digits = 6
	}
	mac := hmac.New(newHash, []byte(k.Secret.Reveal()))
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(k.Counter(at)))
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	from := sum[len(sum)-1] & 0x0f
	number := uint64(binary.BigEndian.Uint32(sum[from:])&0x7fffffff) % pow10(digits)
	return checks.NewSecret(fmt.Sprintf("%0*d", digits, number))
}

// Steps looks for the period that a code belongs to, among those around a time: positive if it is ahead.
func (k Key) Steps(code checks.Secret, around time.Time, most int) (steps int, found bool) {
	for n := range 2*most + 1 {
		steps = (n + 1) / 2 // 0, 1, -1, 2, -2, …: of two that fit by chance the nearer one is meant
		if n%2 == 0 {
			steps = -steps
		}
		if k.Code(around.Add(k.Span(steps))).Reveal() == code.Reveal() {
			return steps, true
		}
	}
	return 0, false
}

// Span is how long so many periods are.
func (k Key) Span(steps int) time.Duration { return time.Duration(steps) * k.period() }

func (k Key) period() time.Duration {
	if k.Period == 0 {
		return Step
	}
	return k.Period
}

func pow10(n int) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}
