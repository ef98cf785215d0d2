package checks

import "testing"

// The rows are the rules of support.google.com/chrome/a/answer/9942583.
func TestListedHost(t *testing.T) {
	for _, c := range []struct {
		entry, host string
		listed      bool
	}{
		{"example.com", "example.com", true}, {"example.com", "www.example.com", true}, {"example.com", "badexample.com", false},
		{".www.example.com", "www.example.com", true}, {".example.com", "www.example.com", false}, {"*", "any.test", true},
		{"https://example.com", "example.com", true}, {"http://example.com", "example.com", false},
		{"example.com:443/path", "example.com", true}, {"example.com:8080", "example.com", false}, {"", "example.com", false},
	} {
		if entry, exact := ListedHost([]string{c.entry}, c.host); (exact > 0) != c.listed || c.listed && entry != c.entry {
			t.Errorf("%q on %s: %q %d", c.entry, c.host, entry, exact)
		}
	}
	if entry, _ := ListedHost([]string{"*", "psa.test", "na.psa.test"}, "na.psa.test"); entry != "na.psa.test" {
		t.Errorf("the most exact entry is %q", entry)
	}
}
