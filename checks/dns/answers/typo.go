package answers

import (
	"errors"
	"net"
	"strings"
)

// nearest returns the known host that differs by one or two edits, "" if there is none or the host is known itself.
func nearest(host string, known []string) string {
	best, fewest := "", 3
	for _, k := range known {
		switch d := edits(host, strings.ToLower(k)); {
		case d == 0:
			return ""
		case d < fewest:
			best, fewest = k, d
		}
	}
	return best
}

// edits is the distance of Damerau and Levenshtein: swapped neighbours count once.
func edits(a, b string) int {
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(row[j+1]+1, next[j]+1, row[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}

func notFound(err error) bool {
	e := (*net.DNSError)(nil)
	return errors.As(err, &e) && e.IsNotFound
}
