package report

import "testing"

func TestSpan(t *testing.T) {
	for in, want := range map[float64]string{0: "0 ms", 0.0274: "27 ms", 0.094: "94 ms", 0.1: "0.1 s", 1.25: "1.2 s", 9.94: "9.9 s", 9.96: "10 s", 119: "119 s", 150: "2 min"} {
		if got := Span(in); got != want {
			t.Errorf("Span(%g) = %q, want %q", in, got, want)
		}
	}
}

func TestOwnersAreNamed(t *testing.T) {
	for owner, want := range map[string]string{"vendor": "ConnectWise (vendor of the service)", "network": "Network or security team", "": "Not determined yet"} {
		if got := OwnerName(owner, "ConnectWise"); got != want {
			t.Errorf("OwnerName(%q) = %q, want %q", owner, got, want)
		}
	}
	if got := OwnerName("vendor", ""); got != "Vendor of the service" {
		t.Errorf("got %q", got)
	}
}

func TestLocalUsesTheTestedComputersClock(t *testing.T) {
	r := Report{Context: Context{UTCOffset: "+05:30"}}
	if got := r.Local().Format("15:04 -07:00"); got != "05:30 +05:30" {
		t.Errorf("got %q", got)
	}
	r.Context.UTCOffset = "nonsense"
	if got := r.Local().Format("15:04 -07:00"); got != "00:00 +00:00" {
		t.Errorf("got %q", got)
	}
}
