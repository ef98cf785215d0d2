package gateway

import (
	"context"
	"net/http"
	"strings"
	"sync"

	"logindoctor/checks"
	"logindoctor/checks/internal/dialerr"
	"logindoctor/checks/internal/plain"
)

// A Visit is one known page and what came.
type Visit struct {
	checks.Control
	Page *plain.Page // nil if nothing came
	Err  error
}

func visit(ctx context.Context, w checks.World, controls []checks.Control) []Visit {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	all := make([]Visit, len(controls))
	var wg sync.WaitGroup
	for i, c := range controls {
		wg.Go(func() {
			page, err := plain.Get(ctx, w, c.URL)
			all[i] = Visit{c, page, err}
		})
	}
	wg.Wait()
	return all
}

// came is what a visit brought.
type came int

const (
	nothing came = iota
	known        // the page that was expected
	foreign      // a redirect, another text, or status 511 (RFC 6585 section 6)
	refusal      // an error status: a filter or proxy may answer like that without stopping sign-in
)

func (c came) String() string {
	return [...]string{"nothing", "the known page", "another page", "a refusal"}[c]
}

func (v Visit) came() came {
	switch {
	case v.Page == nil:
		return nothing
	case v.Page.Status == v.Status && v.sameBody():
		return known
	case v.Page.Status < 400 || v.Page.Status == http.StatusNetworkAuthenticationRequired:
		return foreign
	}
	return refusal
}

func (v Visit) sameBody() bool {
	body := strings.TrimSpace(string(v.Page.Body))
	if v.Body == "" {
		return body == ""
	}
	return strings.Contains(body, v.Body)
}

// replaced reports whether every page that came was another one. One page alone may have been changed by its owner.
func replaced(visits []Visit) bool {
	n := map[came]int{}
	for _, v := range visits {
		n[v.came()]++
	}
	return n[known] == 0 && n[refusal] == 0 && n[foreign] >= min(2, len(visits))
}

// cutOff reports whether no page came.
func cutOff(visits []Visit) bool {
	for _, v := range visits {
		if v.Page != nil {
			return false
		}
	}
	return true
}

// stranded reports whether this computer itself knows no way out: addresses are unreachable at once, the resolvers' too.
func stranded(ctx context.Context, w checks.World, visits []Visit) bool {
	proof := false
	for _, v := range visits {
		switch dialerr.Of(v.Err) {
		case dialerr.Unreachable:
			proof = true
		case dialerr.NoName:
		default:
			return false
		}
	}
	servers, err := w.Resolvers(ctx)
	if err != nil {
		return false
	}
	for _, s := range servers {
		if s.Addr.Addr().IsLoopback() {
			continue
		}
		conn, err := w.Dial(ctx, "tcp", s.Addr.String(), checks.Dialing{})
		if err == nil {
			conn.Close()
		}
		if dialerr.Of(err) != dialerr.Unreachable {
			return false
		}
		proof = true
	}
	return proof
}
