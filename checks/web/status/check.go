// Package status repeats what the vendor itself says of the service's health.
package status

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/web/answer"
)

//go:embed README.md scenarios
var files embed.FS

// Announced is trouble that the vendor has announced.
var Announced = &checks.Code{ID: "LD4390", Impact: checks.Info, Owner: checks.OwnerVendor}

// Check reads the vendor's status document.
var Check = &checks.Check{ID: "web.status", Files: files, Scope: checks.Once, Optional: true,
	Codes: []*checks.Code{Announced}, Run: run}

// A Result is the vendor's own word.
type Result struct {
	Code      int
	Text      string
	Incidents []string
}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	page := p.Target.Product.Status
	if page == nil || page.Kind != "status.io" {
		return nil, checks.Skip("the product names no status document")
	}
	u, err := url.Parse(page.URL)
	if err != nil {
		return nil, fmt.Errorf("status page: %w", err)
	}
	s := &checks.Subject{Host: strings.ToLower(u.Hostname()), Port: 443, Role: checks.RoleStatus, Path: u.Path}
	if u.Port() != "" {
		s.Port, _ = strconv.Atoi(u.Port())
	}
	met, err := checks.ReachFor[answer.Result](ctx, p, s, answer.Check)
	if err != nil {
		return nil, err
	}
	last := met.Last()
	if last.Status != http.StatusOK {
		return nil, fmt.Errorf("status page: status %d", last.Status)
	}
	r, err := read(last.Body)
	if err != nil {
		return nil, fmt.Errorf("status page: %w", err)
	}
	p.Observe(checks.Count("status_code", r.Code), checks.Text("status_text", r.Text))
	if r.Code > operational {
		p.Report(Announced, checks.Likely, checks.Public("host", s.Name()), checks.Text("said", r.Text),
			checks.Text("incidents", r.list())).On(s)
	}
	return r, nil
}

func (r Result) list() string {
	if len(r.Incidents) == 0 {
		return "nothing in detail"
	}
	return strings.Join(r.Incidents, "; ")
}

// operational is the good code, https://kb.status.io/developers/status-codes/.
const operational = 100

func read(body []byte) (Result, error) {
	var doc struct {
		Result struct {
			Overall struct {
				Status string `json:"status"`
				Code   int    `json:"status_code"`
			} `json:"status_overall"`
			Incidents []struct {
				Name string `json:"name"`
			} `json:"incidents"`
		} `json:"result"`
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		return Result{}, err
	}
	if doc.Result.Overall.Code == 0 {
		return Result{}, fmt.Errorf("no overall status in the document")
	}
	r := Result{Code: doc.Result.Overall.Code, Text: doc.Result.Overall.Status}
	for _, i := range doc.Result.Incidents {
		r.Incidents = append(r.Incidents, i.Name)
	}
	return r, nil
}
