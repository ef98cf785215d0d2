package fold

import (
	"slices"
	"strings"
	"testing"
)

func TestLines(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  []string
	}{
		{"", 10, []string{""}},
		{"one two three", 7, []string{"one two", "three"}},
		{"see " + Keep("run this now") + " please", 14, []string{"see", "run this now", "please"}},
		{"prove it: " + Hold + Keep("run x"), 20, []string{"prove it:  run x"}},
		{"prove it: " + Hold + Keep("run x"), 12, []string{"prove it:", "run x"}},
		{"na.myconnectwise.net", 12, []string{"na.", "myconnectwis", "e.net"}},
		{"漢字漢字", 4, []string{"漢字", "漢字"}},
		{"abc", 0, []string{"a", "b", "c"}},
	} {
		if got := Lines(c.in, c.width); !slices.Equal(got, c.want) {
			t.Errorf("Lines(%q, %d) = %q, want %q", c.in, c.width, got, c.want)
		}
	}
}

func TestEndingBeginsWithTheFirst(t *testing.T) {
	sentences := func() []string { return []string{"BROKEN.", "LD3204.", "Fix by: network.", "4.2 s."} }
	for width, want := range map[int][]string{80: {"BROKEN. LD3204. Fix by: network. 4.2 s."},
		20: {"Fix by: network.", "4.2 s.", "BROKEN. LD3204."}, 7: {"LD3204.", "Fix by:", "network", ".", "4.2 s.", "BROKEN."}} {
		if got := Ending(sentences(), width); !slices.Equal(got, want) {
			t.Errorf("at %d: %q, want %q", width, got, want)
		}
	}
}

func TestHead(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{{"short", 10, "short"}, {"one two three four", 13, "one two ..."}, {"unbrokenword", 8, "unbr ..."}, {"ööööö", 8, "öö ..."}} {
		got := Head(c.in, c.n)
		if got != c.want || len(got) > c.n {
			t.Errorf("Head(%q, %d) = %q, want %q", c.in, c.n, got, c.want)
		}
	}
}

func TestASCII(t *testing.T) {
	if got := ASCII("a … “b” – Jürgen 🙂" + Hold + "x"); got != `a ... "b" - J\u00fcrgen \U0001f642`+Hold+"x" {
		t.Errorf("got %q", got)
	}
}

func TestCode(t *testing.T) {
	if got := Code("run `a b c` or `d e"); got != "run `a"+Hold+"b"+Hold+"c` or `d e" {
		t.Errorf("got %q", got)
	}
}

func FuzzLines(f *testing.F) {
	f.Add("the certificate of login.microsoftonline.com", 20)
	f.Fuzz(func(t *testing.T, s string, width int) {
		if width < 2 || width > 200 || strings.Contains(s, Hold) {
			t.Skip()
		}
		lines := Lines(s, width)
		for _, l := range lines {
			if Width(l) > width {
				t.Errorf("%q is wider than %d", l, width)
			}
		}
		if got, want := strings.ReplaceAll(strings.Join(lines, ""), " ", ""), strings.ReplaceAll(s, " ", ""); got != want {
			t.Errorf("%q became %q", want, got)
		}
	})
}
