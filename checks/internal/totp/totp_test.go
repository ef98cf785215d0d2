package totp

import (
	"encoding/base32"
	"fmt"
	"strings"
	"testing"
	"time"

	"logindoctor/checks"
)

// The vectors of RFC 6238, appendix B.
func TestVectors(t *testing.T) {
	digits := "1234567890"
	for _, v := range []struct {
		at                  int64
		sha1, sha256, sha51 string
	}{
		{59, "94287082", "46119246", "90693936"},
		{1111111109, "07081804", "68084774", "25091201"},
		{1111111111, "14050471", "67062674", "99943326"},
		{1234567890, "89005924", "91819424", "93441116"},
		{2000000000, "69279037", "90698825", "38618901"},
		{20000000000, "65353130", "77737706", "47863826"},
	} {
		for _, row := range []struct {
			hash string
			size int
			want string
		}{{"sha1", 20, v.sha1}, {"sha256", 32, v.sha256}, {"sha512", 64, v.sha51}} {
			seed := base32.StdEncoding.EncodeToString([]byte(strings.Repeat(digits, 7)[:row.size]))
			k, err := New(checks.NewSecret(seed), &checks.Factor{Hash: row.hash, Digits: 8})
			if err != nil {
				t.Fatal(err)
			}
			if got := k.Code(time.Unix(v.at, 0)).Reveal(); got != row.want {
				t.Errorf("%s at %d: %s, want %s", row.hash, v.at, got, row.want)
			}
		}
	}
}

func TestPeriods(t *testing.T) {
	k, err := New(checks.NewSecret("GEZDGNBV"), &checks.Factor{Period: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Unix(119, 5e8)
	if next := k.Next(at); k.Counter(at) != 1 || !next.Equal(time.Unix(120, 0)) {
		t.Errorf("period %d, the next at %v", k.Counter(at), next)
	}
	if k.Code(at).Reveal() == k.Code(time.Unix(120, 0)).Reveal() {
		t.Error("the next period has the same code")
	}
}

func TestFactorsThatNobodyHas(t *testing.T) {
	for _, f := range []checks.Factor{{Hash: "md5"}, {Digits: 5}, {Digits: 9}, {Period: time.Millisecond}, {Period: -time.Second}} {
		if _, err := New(checks.NewSecret("GEZDGNBV"), &f); err == nil {
			t.Errorf("%+v was taken", f)
		}
	}
}

func TestSixDigitsAreTheDefault(t *testing.T) {
	k := Key{Secret: checks.NewSecret("12345678901234567890")}
	if got := k.Code(time.Unix(59, 0)); got.Reveal() != "287082" || fmt.Sprint(got) != "[secret]" {
		t.Errorf("%s prints as %v", got.Reveal(), got)
	}
}

func TestSeed(t *testing.T) {
	for text, want := range map[string]string{
		"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ": "12345678901234567890", "gezd gnbv gy3t qojq": "1234567890", "GEZDGNA=": "1234",
		"not base32!": "", "": "", "   ": "",
	} {
		k, err := Seed(checks.NewSecret(text))
		if (err == nil) != (want != "") || k.Secret.Reveal() != want {
			t.Errorf("%q: %q, %v", text, k.Secret.Reveal(), err)
		}
		if err != nil && text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("the error tells the seed: %v", err)
		}
	}
}
