package child

import (
	"net/url"

	"logindoctor/checks/internal/page"
)

// rounds counts how often the main document goes from one host to another, or from a page to itself. A browser never
// stops pages that send it around; people give up.
type rounds struct {
	limit int
	last  string
	seen  map[string]int
	over  bool // a loop was called
}

// visit counts one request. loop is true exactly once, when the first pair passes the limit.
func (r *rounds) visit(raw string) (pair string, n int, loop bool) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return "", 0, false
	}
	from, to := r.last, raw
	r.last = raw
	pair = page.Host(from) + " → " + page.Host(to)
	if page.Host(from) == page.Host(to) {
		was, _ := page.Split(from)
		is, _ := page.Split(to)
		if was != is {
			return "", 0, false
		}
		pair = page.Host(to)
	}
	if from == "" {
		return "", 0, false
	}
	if r.seen == nil {
		r.seen = map[string]int{}
	}
	r.seen[pair]++
	loop = !r.over && r.seen[pair] > r.limit
	r.over = r.over || loop
	return pair, r.seen[pair], loop
}

func (r *rounds) reset() { r.seen, r.over = nil, false }
