// Package region asks whether the chosen installation knows the company.
package region

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/hops"
	"logindoctor/checks/internal/whose"
	"logindoctor/checks/web/answer"
)

//go:embed README.md scenarios
var files embed.FS

// The codes of the right door.
var (
	WrongRegion    = &checks.Code{ID: "LD4101", Aliases: []string{"region-wrong-region"}, Impact: checks.Blocking, Owner: checks.OwnerUser}
	UnknownCompany = &checks.Code{ID: "LD4102", Aliases: []string{"region-unknown-company"}, Impact: checks.Blocking, Owner: checks.OwnerUser}
	NotTheService  = &checks.Code{ID: "LD4107", Impact: checks.Blocking, Owner: checks.OwnerPSAAdmin, ExplainedBy: []string{"LD5016"}}
	LookupFails    = &checks.Code{ID: "LD4108", Impact: checks.Blocking, Owner: checks.OwnerVendor}
	TwoHomes       = &checks.Code{ID: "LD4106", Aliases: []string{"region-cloud-vs-onprem"}, Impact: checks.Degrading, Owner: checks.OwnerPSAAdmin}
)

// Check asks the public company lookup.
var Check = &checks.Check{ID: "web.region", Files: files, Scope: checks.PerHost,
	Roles: []checks.Role{checks.RoleWeb, checks.RoleAPI}, Requires: []*checks.Check{answer.Check},
	Codes: []*checks.Code{WrongRegion, UnknownCompany, NotTheService, LookupFails, TwoHomes}, Timeout: 40 * time.Second, Run: run}

// A Result is what the installation says of the company.
type Result struct {
	Company     string // as asked for
	Name        string // display name
	Codebase    string // with one trailing slash, "v2026_1/"; empty if not told
	VersionCode string
	Version     string
	Site        string // host of the API, without a scheme; empty if not told
	Cloud       bool
}

// Start fills the codebase into the start of a pathway.
func (r Result) Start(start string) string {
	return strings.ReplaceAll(start, "{codebase}", strings.TrimSuffix(r.Codebase, "/"))
}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	if p.Target.Product.Company == nil {
		return nil, &checks.SkipError{Reason: "the product has no company lookup", Open: true}
	}
	if p.Target.Company == "" {
		return nil, checks.Skip("no company was named")
	}
	met, _ := checks.ResultOf[answer.Result](p, answer.Check)
	here, err := ask(ctx, p, met.Client, p.Target.Company)
	if err != nil {
		return nil, err
	}
	switch here.verdict {
	case strange:
		notTheService(p, here)
		return nil, nil
	case failing:
		p.Report(LookupFails, checks.Likely, checks.Public("host", p.Subject.Name()), checks.Count("status", here.exchange.Status),
			checks.Public("path", here.exchange.URL.Path)).By(whose.Host(p.Target, p.Subject))
		return nil, nil
	case unknown:
		return nil, elsewhere(ctx, p, met.Client, here)
	}
	r := here.Result
	p.Observe(checks.Org("company", r.Company), checks.Public("codebase", r.Codebase), checks.Public("version", r.Version),
		checks.Public("site", r.Site), checks.Public("cloud", fmt.Sprint(r.Cloud)))
	return r, twoHomes(ctx, p, r)
}

type verdict int

const (
	known verdict = iota
	unknown
	strange // no answer of the product
	failing // an error of the server, twice
)

type reply struct {
	Result
	verdict  verdict
	exchange *hops.Exchange
}

// ask makes the lookup; a 5xx is asked once more, since web.answer has judged the host's health already.
func ask(ctx context.Context, p *checks.Pass, client *hops.Client, company string) (reply, error) {
	path := strings.ReplaceAll(p.Target.Product.Company.Path, "{company}", url.PathEscape(company))
	x, err := client.Get(ctx, path)
	if err == nil && x.Status >= 500 {
		x, err = client.Get(ctx, path)
	}
	if err != nil {
		return reply{}, fmt.Errorf("company lookup: %w", err)
	}
	return read(company, x), nil
}

// read understands the lookup's answer. "null" for an unknown company is what working clients handle,
// https://github.com/KerkhoffTechnologies/django-connectwise; 404 and an empty object are treated alike.
func read(company string, x *hops.Exchange) reply {
	r := reply{exchange: x, verdict: strange}
	body := strings.TrimSpace(x.Text())
	switch {
	case x.Status == http.StatusNotFound, x.Status/100 == 2 && (body == "" || body == "null" || body == "{}"):
		r.verdict = unknown
		return r
	case x.Status >= http.StatusInternalServerError:
		r.verdict = failing
		return r
	case x.Status != http.StatusOK || x.Cut != nil:
		return r
	}
	var told struct {
		CompanyName, Codebase, VersionCode, VersionNumber, SiteURL string
		IsCloud                                                    flag
	}
	if json.Unmarshal(x.Body, &told) != nil || told.CompanyName == "" && told.Codebase == "" {
		return r
	}
	r.verdict = known
	r.Result = Result{Company: company, Name: told.CompanyName, Codebase: slashed(told.Codebase),
		VersionCode: told.VersionCode, Version: told.VersionNumber, Site: site(told.SiteURL), Cloud: bool(told.IsCloud)}
	return r
}

// A flag is a boolean that some installations write as a string.
type flag bool

// UnmarshalJSON implements json.Unmarshaler.
func (f *flag) UnmarshalJSON(text []byte) error {
	*f = flag(strings.EqualFold(strings.Trim(string(text), `"`), "true"))
	return nil
}

func slashed(codebase string) string {
	if trimmed := strings.Trim(codebase, "/"); trimmed != "" {
		return trimmed + "/"
	}
	return ""
}

// site strips what does not belong into a host; a value that is none counts as not told.
func site(s string) string {
	_, after, ok := strings.Cut(s, "://")
	if !ok {
		after = s
	}
	host, _, _ := strings.Cut(after, "/")
	if u, err := url.Parse("https://" + host); err != nil || u.Host != host || u.User != nil {
		return ""
	}
	return strings.ToLower(host)
}
