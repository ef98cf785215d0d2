package code

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"strings"
	"time"

	"logindoctor/checks"
)

// Step is the time step that every authenticator app uses, RFC 6238 section 4.1.
const Step = 30 * time.Second

// A Key makes one-time codes. Hash and Digits default to what authenticator apps use, SHA-1 and six.
type Key struct {
	Secret checks.Secret // the raw bytes
	Hash   func() hash.Hash
	Digits int
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

// Code returns the code of a time, RFC 6238.
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
	binary.BigEndian.PutUint64(counter[:], uint64(at.Unix()/int64(Step/time.Second)))
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	from := sum[len(sum)-1] & 0x0f
	number := uint64(binary.BigEndian.Uint32(sum[from:])&0x7fffffff) % pow10(digits)
	return checks.NewSecret(fmt.Sprintf("%0*d", digits, number))
}

func pow10(n int) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}
