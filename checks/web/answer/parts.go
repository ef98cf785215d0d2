package answer

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"

	"logindoctor/checks"
	"logindoctor/checks/internal/hops"
)

var scripts = regexp.MustCompile(`(?i)<script[^>]+src\s*=\s*["']?([^"'\s>]+)`)

// maxParts is how many scripts of a page are asked for.
const maxParts = 3

// parts asks at once for the host's own scripts that its page names: a web filter may let the page through and not them.
func parts(ctx context.Context, p *checks.Pass, r Result) {
	page := r.Last()
	if !landed(p.Subject.Role) || !page.HTML() {
		return
	}
	found := scripts.FindAllStringSubmatch(page.Text(), maxParts)
	came := make([]*hops.Exchange, len(found))
	var wg sync.WaitGroup
	for i, m := range found {
		u, err := page.URL.Parse(m[1])
		if err == nil && u.Scheme == "https" && r.Client.Speaks(u) {
			wg.Go(func() { came[i], _ = r.Client.Do(ctx, hops.Request{URL: u}) })
		}
	}
	wg.Wait()
	for _, x := range came {
		if x != nil && x.HTML() && filtered(p.Target.Product, x) {
			p.Report(BlockPage, checks.Likely, checks.Public("host", p.Subject.Name()), checks.Public("path", x.URL.Path),
				checks.Count("status", x.Status), checks.Text("title", Title(x.Text())))
			return
		}
	}
}

// filtered judges a page that came for a script. There any word of refusal will do: the service's own pages for missing
// files speak of none.
func filtered(product *checks.Product, x *hops.Exchange) bool {
	text := strings.ToLower(x.Text())
	return Classify(product, x) == BlockedPage || slices.ContainsFunc(
		[]string{"blocked", "web filter", "not allowed", "policy", "prohibited"},
		func(word string) bool { return strings.Contains(text, word) })
}
