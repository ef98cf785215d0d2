package html

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// colors reads the variables of the n-th theme: light, dark.
func colors(t *testing.T, n int) map[string]float64 {
	t.Helper()
	blocks := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllStringSubmatch(style, -1)
	all := map[string]float64{}
	for _, m := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6})`).FindAllStringSubmatch(blocks[n][1], -1) {
		rgb, err := strconv.ParseUint(m[2], 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		all[m[1]] = luminance(rgb)
	}
	return all
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(rgb uint64) float64 {
	sum := 0.0
	for i, weight := range []float64{0.0722, 0.7152, 0.2126} {
		c := float64(rgb>>(8*i)&0xff) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func contrast(a, b float64) float64 { return (max(a, b) + 0.05) / (min(a, b) + 0.05) }

// Text has a contrast of 4.5:1 and bars one of 3:1 in both themes (WCAG 2.2, 1.4.3 and 1.4.11).
func TestContrast(t *testing.T) {
	texts := strings.Fields(`text/page text/surface text/sunken soft/page soft/surface soft/sunken link/page link/surface on/ok on/degraded on/broken
		on/unknown ok/ok-tint degraded/degraded-tint broken/broken-tint unknown/unknown-tint text/degraded-tint ok/surface broken/surface`)
	for n, theme := range []string{"light", "dark"} {
		c := colors(t, n)
		for _, pair := range append(texts, "bar/surface") {
			front, back, _ := strings.Cut(pair, "/")
			least := 4.5
			if front == "bar" {
				least = 3
			}
			if c[front] == 0 && c[back] == 0 {
				t.Fatalf("%s: no colours for %s", theme, pair)
			}
			if got := contrast(c[front], c[back]); got < least {
				t.Errorf("%s: %s has %.2f:1, least is %.1f:1", theme, pair, got, least)
			}
		}
	}
}

// Style and script stay ASCII, because a page in ASCII cannot have references in them.
func TestEmbeddedTextsAreASCII(t *testing.T) {
	for name, text := range map[string]string{"style.css": style, "script.js": script} {
		if strings.IndexFunc(text, func(r rune) bool { return r > '~' }) >= 0 {
			t.Errorf("%s is not ASCII", name)
		}
		if strings.Contains(text, "http") || strings.Contains(text, "@import") || strings.Contains(text, "url(") {
			t.Errorf("%s loads something", name)
		}
	}
}
