package checks

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

func TestSecretIsNeverPrinted(t *testing.T) {
	s := NewSecret("hunter2")
	type account struct {
		Name string
		Key  Secret
	}
	a := account{"maria", s}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		for _, v := range []any{s, &s, a, &a, []Secret{s}, map[string]Secret{"k": s}} {
			if got := fmt.Sprintf(verb, v); containsSecret(got) {
				t.Errorf("%s of %T prints %s", verb, v, got)
			}
		}
	}
	if text, err := json.Marshal(a); err != nil || containsSecret(string(text)) {
		t.Errorf("JSON is %s, %v", text, err)
	}
	if s.Reveal() != "hunter2" {
		t.Error("Reveal does not return the value")
	}
}

func containsSecret(text string) bool {
	for _, form := range []string{"hunter2", "68756e74657232", "68756E74657232"} {
		for i := range text {
			if len(text)-i >= len(form) && text[i:i+len(form)] == form {
				return true
			}
		}
	}
	return false
}

func TestHuman(t *testing.T) {
	cases := map[time.Duration]string{
		31 * time.Millisecond: "31 ms", 4213 * time.Millisecond: "4.2 s", 41 * time.Second: "41 s", -41 * time.Second: "-41 s",
		9 * time.Minute: "9 min", 5 * time.Hour: "5 h", 400 * 24 * time.Hour: "400 d", 0: "0 ms",
	}
	for d, want := range cases {
		if got := Human(d); got != want {
			t.Errorf("%s is %q, want %q", d, got, want)
		}
	}
}
