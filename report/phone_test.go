package report

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"logindoctor/checks"
)

func TestPhoneCodeComesBack(t *testing.T) {
	for _, want := range []PhoneCode{
		{State: OK, Version: "0.1.0"},
		{State: Broken, Cause: "LD3204", Owner: "network", Version: "1.4.12"},
		{State: Degraded, Cause: "LD5203", Owner: "identity", Version: "15.127.127"},
		{State: Unknown, Cause: "LD9999", Owner: "undetermined", Version: "0.0.0"},
		{State: Broken, Cause: "LD0001", Owner: "user", Version: "2.0.1"},
		{State: Broken, Plugin: true, Owner: "undetermined", Version: "0.1.0"},
	} {
		text := want.String()
		if len(text) > 12 {
			t.Errorf("%q has %d characters", text, len(text))
		}
		spoken := strings.ToLower(strings.NewReplacer("-", " - ", "0", "o", "1", "l").Replace(text))
		for _, form := range []string{text, strings.ReplaceAll(text, "-", ""), spoken, text + "."} {
			if got, err := ReadPhone(form); err != nil || got != want {
				t.Errorf("%q: %+v, %v; want %+v", form, got, err, want)
			}
		}
	}
}

// What was once read out must mean the same for ever.
func TestPublishedPhoneCodes(t *testing.T) {
	for text, want := range map[string]PhoneCode{
		"80000-040SN": {State: OK, Version: "0.1.0"},
		"CCG5G-04089": {State: Broken, Cause: "LD3201", Owner: "vendor", Version: "0.1.0"},
	} {
		if got, err := ReadPhone(text); err != nil || got != want {
			t.Errorf("%s: %+v, %v; it is %s today", text, got, err, want)
		}
	}
	for _, o := range checks.Owners {
		if !slices.Contains(phoneOwners, o) {
			t.Errorf("owner %s has no number", o)
		}
	}
}

func TestMisheardPhoneCode(t *testing.T) {
	right := PhoneCode{State: Broken, Cause: "LD3204", Owner: "network", Version: "0.1.0"}.String()
	plain := strings.ReplaceAll(right, "-", "")
	var wrong *MisheardError
	put := func(s string, at int, c byte) string { return s[:at] + string(c) + s[at+1:] }
	for i := range plain {
		for _, c := range []byte(phoneDigits) {
			one := put(plain, i, c)
			if one == plain {
				continue
			}
			if _, err := ReadPhone(one); !errors.As(err, &wrong) || wrong.Meant != right {
				t.Fatalf("%s for %s: %v", one, right, err)
			}
			for j := i + 1; j < len(plain); j++ {
				for _, d := range []byte(phoneDigits) {
					if two := put(one, j, d); two != one && two[j] != plain[j] {
						if p, err := ReadPhone(two); err == nil {
							t.Fatalf("%s passes as %+v", two, p)
						}
					}
				}
			}
		}
	}
	for _, s := range []string{"", "LD3204", "dns-nxdomain", "12345-6789", "12345-678901", "ABCDE-FGHU0", "ÄÖÜÄÖ"} {
		if _, err := ReadPhone(s); !errors.Is(err, ErrNoPhoneCode) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestPhoneCodeStandsInTheLastLine(t *testing.T) {
	r := &Report{Tool: Tool{Version: "0.1.0"}, Run: Run{Complete: true}, Verdict: Verdict{State: Broken, PrimaryFinding: "LD3201"},
		Findings: []Finding{{Code: "LD3201", Role: RootCause, Owner: "vendor"}}}
	if got, want := fmt.Sprint(r.Closing()), "[BROKEN. LD3201. Code CCG5G-04089. Fix by: vendor. 0 ms.]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
