package catalog

import "strings"

// Nearest returns the candidate that a misspelt word most likely means, or "" if none is close.
func Nearest(word string, candidates []string) string {
	best, least := "", len([]rune(word))/3+2
	for _, c := range candidates {
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d < least && d < len([]rune(c)) {
			best, least = c, d
		}
	}
	return best
}

// distance counts the insertions, deletions, replacements and swaps of neighbours that turn a into b. Words longer than
// any key are cut, so that a hostile file costs nothing.
func distance(a, b string) int {
	s, t := head([]rune(a), 64), head([]rune(b), 64)
	var before []int
	row := make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i := range s {
		next := make([]int, len(t)+1)
		next[0] = i + 1
		for j := range t {
			cost := 1
			if s[i] == t[j] {
				cost = 0
			}
			next[j+1] = min(row[j+1]+1, next[j]+1, row[j]+cost)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(t)]
}

func head(word []rune, n int) []rune { return word[:min(len(word), n)] }
