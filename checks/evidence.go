package checks

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Class says who may see a value; there is no unclassified evidence.
type Class string

// The classes of ux.md 2.15. Secrets have no class: no constructor turns a Secret into evidence.
const (
	ClassPublic  Class = "public"   // product host names, issuers of public certificates, timings
	ClassNetwork Class = "network"  // addresses of proxies, resolvers and servers
	ClassOrg     Class = "org"      // company id, internal host names
	ClassPerson  Class = "person"   // user names, mail addresses, device names
	ClassText    Class = "freetext" // raw errors, page titles: written by the other side
)

// Evidence is one observed fact that is kept.
type Evidence struct {
	Key   string // snake_case; also the name of the {placeholder} in the manual's sentences
	Value string
	Class Class
}

// Public makes evidence that anyone may see.
func Public(key, value string) Evidence { return Evidence{key, value, ClassPublic} }

// Network makes evidence out of an address of the infrastructure.
func Network(key, value string) Evidence { return Evidence{key, value, ClassNetwork} }

// Org makes evidence that names the organisation.
func Org(key, value string) Evidence { return Evidence{key, value, ClassOrg} }

// Person makes evidence that names a person or a device.
func Person(key, value string) Evidence { return Evidence{key, value, ClassPerson} }

// Text makes evidence out of text written by the other side; renderers escape and shorten it.
func Text(key, value string) Evidence { return Evidence{key, value, ClassText} }

// Count makes public evidence out of a number.
func Count(key string, n int) Evidence { return Public(key, strconv.Itoa(n)) }

// Span makes public evidence out of a duration, rounded so that a person can read it.
func Span(key string, d time.Duration) Evidence { return Public(key, Human(d)) }

// Human writes a duration with one unit that fits it: "31 ms", "4.2 s", "9 min", "400 d".
func Human(d time.Duration) string {
	abs := d.Abs()
	switch {
	case abs < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case abs < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case abs < 2*time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case abs < 2*time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	case abs < 48*time.Hour:
		return fmt.Sprintf("%.0f h", d.Hours())
	}
	return fmt.Sprintf("%.0f d", d.Hours()/24)
}

// A Picture is what a page looked like, without what was typed.
type Picture struct {
	Name string // of the step that took it
	PNG  []byte
}

// Traffic is what a browser asked on one walk, masked while it was captured.
type Traffic struct {
	Walk    string            // the pathway
	Browser string            // product and version
	Entries []json.RawMessage // of HAR 1.2, in the order in which they ended
}

// A Secret is a password, key, code or seed. Every way of printing it says "[secret]"; Reveal is the only way out and
// belongs in the line that puts the value on the wire.
type Secret struct{ value string }

// NewSecret wraps a value that must not be printed.
func NewSecret(value string) Secret { return Secret{value} }

// Reveal returns the value.
func (s Secret) Reveal() string { return s.value }

// Empty reports whether there is no value.
func (s Secret) Empty() bool { return s.value == "" }

// Format implements fmt.Formatter for every verb.
func (Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[secret]") }

// MarshalText implements encoding.TextMarshaler, and with it JSON and YAML.
func (Secret) MarshalText() ([]byte, error) { return []byte("[secret]"), nil }
