package answer

import (
	"context"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/hops"
	"logindoctor/checks/tls/chain"
)

// refused tells a rule of the edge from a block of this address: the second refuses every path, this one included.
func refused(ctx context.Context, p *checks.Pass, r Result, kind Kind) {
	x := r.Last()
	lookup := p.Subject.Role == checks.RoleAPI && Path(p.Subject) != "/" // which needs no credentials
	if kind == Forbidden && !landed(p.Subject.Role) && !lookup {
		return
	}
	ev := []checks.Evidence{checks.Public("host", p.Subject.Name()), checks.Count("status", x.Status),
		checks.Text("reference", Reference(x.Text()))}
	everything := kind == Foreign
	if other, err := r.Client.Get(ctx, "/robots.txt"); err == nil && kind != Foreign {
		everything = other.Status == x.Status
		ev = append(ev, checks.Count("robots_status", other.Status))
	}
	switch {
	case everything && (kind != Rejected):
		p.Report(PlaceBlock, checks.Likely, ev...)
	case kind == Rejected:
		p.Report(EdgeBlock, checks.Likely, ev...)
	default:
		p.Report(EdgeBlock, checks.Possible, ev...)
	}
}

// failing repeats a 5xx on fresh connections: a service that fails now and then is another fault than one that is down.
// The bare address of a company's own provider may answer as it likes; what counts is the page that a person meets.
func failing(ctx context.Context, p *checks.Pass, x *hops.Exchange, kind Kind) {
	if p.Subject.Role == checks.RoleIDP && !Own(p.Target.Product, p.Subject.Host) {
		return
	}
	bad := 1
	again := repeat(ctx, p, x, 3)
	for _, y := range again {
		if y == nil || y.Status >= 500 {
			bad++
		}
	}
	ev := []checks.Evidence{checks.Public("host", p.Subject.Name()), checks.Count("status", x.Status),
		checks.Public("wait", Wait(x.Header)), checks.Public("reference", edgeID(x.Header)),
		checks.Count("failed", bad), checks.Count("tries", len(again)+1)}
	if bad <= len(again) {
		p.Report(Unsteady, checks.Likely, ev...).By(service(p))
		return
	}
	if p.Subject.Role == checks.RoleIDP {
		p.Report(ProviderDown, checks.Likely, ev...)
		return
	}
	code := map[Kind]*checks.Code{Maintained: Unavailable, GatewayFault: EdgeFault, ServerFault: AppFault}[kind]
	p.Report(code, checks.Likely, ev...).By(service(p))
}

// Own reports whether an identity provider is the vendor's and not one that a company signs in with.
func Own(product *checks.Product, host string) bool {
	return slices.ContainsFunc(product.Hosts, func(h checks.GlobalHost) bool { return h.Host == host })
}

// release is a first part of a path such as v2023_3 or v4_6_release.
var release = regexp.MustCompile(`^/(v[0-9]+_[0-9a-z_]+)/`)

// missing tells a page that is not there from one of a release that the company has left.
func missing(ctx context.Context, p *checks.Pass, r Result) {
	if stale(ctx, p, r) {
		return
	}
	x := r.Last()
	p.Report(WrongPath, checks.Likely, checks.Public("host", p.Subject.Name()), checks.Public("path", x.URL.Path), checks.Count("status", x.Status))
}

// stale: the address that is refused belongs to a release that the company has left.
func stale(ctx context.Context, p *checks.Pass, r Result) bool {
	stored := release.FindStringSubmatch(r.Last().URL.Path)
	if stored == nil {
		return false
	}
	now := current(ctx, p, r.Client)
	if now == "" || now == stored[1] {
		return false
	}
	p.Report(StaleAddress, checks.Confirmed, checks.Public("host", p.Subject.Name()), checks.Public("stored", stored[1]), checks.Public("current", now))
	return true
}

// current asks the company lookup which release the company is on, "" if it does not tell.
func current(ctx context.Context, p *checks.Pass, client *hops.Client) string {
	if p.Target.Product.Company == nil || p.Target.Company == "" {
		return ""
	}
	x, err := client.Get(ctx, strings.ReplaceAll(p.Target.Product.Company.Path, "{company}", url.PathEscape(p.Target.Company)))
	var told struct{ Codebase string }
	if err != nil || json.Unmarshal(x.Body, &told) != nil {
		return ""
	}
	return strings.Trim(told.Codebase, "/")
}

// slow judges the wait for the first byte by the median of three, because a first page after a pause may take long.
func slow(ctx context.Context, p *checks.Pass, r Result) {
	limit := time.Duration(p.Target.Limits.SlowFirst)
	waits := []time.Duration{r.Last().FirstByte}
	if limit == 0 || waits[0] < limit {
		return
	}
	for _, y := range repeat(ctx, p, r.Last(), 2) {
		if y != nil {
			waits = append(waits, y.FirstByte)
		}
	}
	slices.Sort(waits)
	if median := waits[len(waits)/2]; median >= limit {
		p.Report(Slow, checks.Likely, checks.Public("host", p.Subject.Name()), checks.Span("wait", median),
			checks.Span("limit", limit), checks.Count("tries", len(waits))).By(service(p))
	}
}

// repeat asks the same again, each time on a connection of its own; what failed is nil.
func repeat(ctx context.Context, p *checks.Pass, x *hops.Exchange, times int) []*hops.Exchange {
	all := make([]*hops.Exchange, times)
	var wg sync.WaitGroup
	for i := range all {
		wg.Go(func() {
			client := chain.Speak(p, nil)
			defer client.Close()
			all[i], _ = client.Do(ctx, hops.Request{URL: x.URL})
		})
	}
	wg.Wait()
	return all
}

var title = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// Title returns the title of a page, or its first words if it has none.
func Title(page string) string {
	if m := title.FindStringSubmatch(page); m != nil {
		return strings.Join(strings.Fields(html.UnescapeString(m[1])), " ")
	}
	words := strings.Fields(tags.ReplaceAllString(page, " "))
	return strings.Join(words[:min(len(words), 12)], " ")
}

var tags = regexp.MustCompile(`<[^>]*>`)

var reference = regexp.MustCompile(`(?i)(?:support id|incident id|reference|ray id)(?: is)?[^0-9a-z]{1,12}([0-9a-z.#-]*[0-9][0-9a-z.#-]{4,60})`)

// Reference returns the number that an edge asks to quote.
func Reference(page string) string {
	if m := reference.FindStringSubmatch(tags.ReplaceAllString(html.UnescapeString(page), " ")); m != nil {
		return m[1]
	}
	return "none"
}

// edgeID returns what an edge wrote into the headers to find the request again.
func edgeID(h http.Header) string {
	for _, name := range []string{"Cf-Ray", "X-Azure-Ref", "X-Amz-Cf-Id", "X-Request-Id", "X-Correlation-Id"} {
		if v := h.Get(name); v != "" {
			return v
		}
	}
	return "none"
}
