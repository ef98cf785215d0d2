package report

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"logindoctor/checks"
)

// A PhoneCode is what a report comes down to when somebody has to read it out: 11 characters, of which two are a check.
// It is two groups of five symbols of Crockford's base 32, which has no I, L, O and U. Eight symbols hold 40 bits: the
// format (2), verdict (2), cause (14), owner (4) and version (4, 7 and 7). The last two make it a Reed-Solomon code, so
// that any two wrong symbols are noticed and any two that changed places.
type PhoneCode struct {
	State   string // verdict
	Cause   string // code of the primary finding; empty if there is none, or if it is a plug-in's
	Plugin  bool   // the cause is a plug-in's, whose code does not fit
	Owner   string // of the cause; empty if there is none
	Version string // of the program that made the report, "1.4.2"
}

// The lists that give their numbers to a phone code. They are only ever added to: a published code keeps its meaning.
var (
	phoneStates = []string{OK, Degraded, Broken, Unknown}
	phoneOwners = []checks.Owner{"", checks.OwnerUser, checks.OwnerDeviceIT, checks.OwnerNetwork, checks.OwnerIdentity, checks.OwnerPSAAdmin,
		checks.OwnerVendor, checks.OwnerIDPVendor, checks.OwnerISP, checks.OwnerOperator, checks.OwnerUndetermined}
)

const (
	phoneFormat  = 1
	phonePlugin  = 1<<14 - 1
	phoneDigits  = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	phoneSymbols = 10
	phoneData    = 8
)

// Phone returns the code that stands in the report's last line, "5B4K2-9FXAM".
func (r *Report) Phone() string {
	p := PhoneCode{State: r.Verdict.State, Version: r.Tool.Version}
	if f := r.Primary(); f != nil {
		p.Cause, p.Owner, p.Plugin = f.Code, f.Owner, !strings.HasPrefix(f.Code, "LD")
	}
	return p.String()
}

// String writes the code. What has no number is left out: a verdict that nobody knows is unknown.
func (p PhoneCode) String() string {
	state := slices.Index(phoneStates, p.State)
	if state < 0 {
		state = slices.Index(phoneStates, Unknown)
	}
	cause, err := strconv.Atoi(strings.TrimPrefix(p.Cause, "LD"))
	if p.Plugin || err == nil && cause >= phonePlugin {
		cause = phonePlugin
	}
	bits := uint64(phoneFormat)<<2 | uint64(state)
	bits = bits<<14 | uint64(max(cause, 0))
	bits = bits<<4 | uint64(max(slices.Index(phoneOwners, checks.Owner(p.Owner)), 0))
	parts := append(strings.Split(p.Version, "."), "", "", "")
	for i, size := range [...]int{4, 7, 7} {
		n, _ := strconv.Atoi(parts[i])
		bits = bits<<size | uint64(min(max(n, 0), 1<<size-1))
	}
	var word [phoneSymbols]byte
	for i := range phoneData {
		word[i] = byte(bits >> (5 * (phoneData - 1 - i)) & 31)
	}
	seal(&word)
	return spell(word)
}

func spell(word [phoneSymbols]byte) string {
	var b strings.Builder
	for i, s := range word {
		if i == phoneSymbols/2 {
			b.WriteByte('-')
		}
		b.WriteByte(phoneDigits[s])
	}
	return b.String()
}

// ErrNoPhoneCode is what ReadPhone returns for a text that does not have the form of a phone code.
var ErrNoPhoneCode = errors.New("a report's code has ten letters and digits")

// A MisheardError is a phone code whose check does not fit. Meant is the only code that differs in one symbol; it is
// empty if there is none.
type MisheardError struct{ Meant string }

func (e *MisheardError) Error() string {
	return "the check of the code does not fit: a letter or a digit was misheard"
}

// ReadPhone reads a code as people write it: in any case, with blanks or without, O for 0, I and L for 1.
func ReadPhone(text string) (PhoneCode, error) {
	text = strings.NewReplacer(" ", "", "-", "", ".", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(text))
	var word [phoneSymbols]byte
	if len(text) != phoneSymbols {
		return PhoneCode{}, ErrNoPhoneCode
	}
	for i := range word {
		at := strings.IndexByte(phoneDigits, text[i])
		if at < 0 {
			return PhoneCode{}, ErrNoPhoneCode
		}
		word[i] = byte(at)
	}
	if sum, weighted := syndromes(word); sum|weighted != 0 {
		return PhoneCode{}, &MisheardError{corrected(word, sum, weighted)}
	}
	return decode(word)
}

func decode(word [phoneSymbols]byte) (PhoneCode, error) {
	var bits uint64
	for _, s := range word[:phoneData] {
		bits = bits<<5 | uint64(s)
	}
	take := func(size int) int {
		n := bits & (1<<size - 1)
		bits >>= size
		return int(n)
	}
	patch, minor, major := take(7), take(7), take(4)
	owner, cause, state, format := take(4), take(14), take(2), take(2)
	if format != phoneFormat || owner >= len(phoneOwners) {
		return PhoneCode{}, errors.New("the code is one of a newer version of logindoctor")
	}
	p := PhoneCode{State: phoneStates[state], Owner: string(phoneOwners[owner]), Plugin: cause == phonePlugin,
		Version: strconv.Itoa(major) + "." + strconv.Itoa(minor) + "." + strconv.Itoa(patch)}
	if cause > 0 && !p.Plugin {
		p.Cause = "LD" + strings.Repeat("0", max(0, 4-len(strconv.Itoa(cause)))) + strconv.Itoa(cause)
	}
	return p, nil
}

// The field of 32 elements that x^5+x^2+1 makes; powers[i] is the i-th power of 2 in it.
var powers = func() (p [31]byte) {
	x := byte(1)
	for i := range p {
		p[i] = x
		if x <<= 1; x&32 != 0 {
			x ^= 0b100101
		}
	}
	return p
}()

func times(a, b byte) byte {
	if a == 0 || b == 0 {
		return 0
	}
	return powers[(slices.Index(powers[:], a)+slices.Index(powers[:], b))%31]
}

func inverse(a byte) byte { return powers[(31-slices.Index(powers[:], a))%31] }

// syndromes are both zero exactly for the words that seal makes.
func syndromes(word [phoneSymbols]byte) (sum, weighted byte) {
	for i, s := range word {
		sum ^= s
		weighted ^= times(s, powers[i])
	}
	return sum, weighted
}

// seal sets the last two symbols.
func seal(word *[phoneSymbols]byte) {
	sum, weighted := syndromes(*word)
	const first, last = phoneData, phoneData + 1
	word[last] = times(weighted^times(sum, powers[first]), inverse(powers[first]^powers[last]))
	word[first] = sum ^ word[last]
}

// corrected undoes the one wrong symbol that the syndromes point at, or returns "".
func corrected(word [phoneSymbols]byte, sum, weighted byte) string {
	if sum == 0 || weighted == 0 {
		return ""
	}
	at := slices.Index(powers[:], times(weighted, inverse(sum)))
	if at >= phoneSymbols {
		return ""
	}
	word[at] ^= sum
	if _, err := decode(word); err != nil {
		return ""
	}
	return spell(word)
}
