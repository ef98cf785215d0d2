// Package member reads what the service's own records say of an account, with the key of an integration.
package member

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/internal/account"
	"logindoctor/checks/internal/hops"
	"logindoctor/checks/login/api"
	"logindoctor/checks/machine/clock"
)

//go:embed README.md scenarios
var files embed.FS

// NoRight is a record that the key may not read.
var NoRight = &checks.Code{ID: "LD7112", Impact: checks.Info, Owner: checks.OwnerPSAAdmin}

// Check asks for records only; it changes nothing. What it finds is judged where the account signs in.
var Check = &checks.Check{ID: "app.member", Files: files, Scope: checks.PerPathway, Doors: []checks.Door{checks.DoorAPI}, Shared: true,
	Requires: []*checks.Check{api.Check}, Uses: []*checks.Check{clock.Check}, Codes: []*checks.Code{NoRight}, Optional: true,
	Timeout: 30 * time.Second, Run: run}

// A Result holds the facts that are true.
type Result []checks.APIFact

// For returns the meaning of the first fact that concerns a door, "" if there is none.
func (r Result) For(door checks.Door) string {
	for _, f := range r {
		if slices.Contains(f.Doors, door) {
			return f.Means
		}
	}
	return ""
}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	spec := p.Target.Product.API
	from, ok := checks.ResultOf[api.Result](p, api.Check)
	if !ok || from.Get == nil || spec == nil || len(spec.Facts) == 0 {
		return nil, checks.Skip("the product names no records to read")
	}
	names, err := people(ctx, p)
	if err != nil {
		return nil, err
	}
	reader := reader{p, from, names, map[string][]map[string]any{}}
	var found Result
	for _, fact := range spec.Facts {
		rows, err := reader.rows(ctx, fact.Path)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(rows, func(row map[string]any) bool { return reader.fits(row, fact) }) {
			found = append(found, fact)
			p.Observe(checks.Public("record", fact.Means))
		}
	}
	return found, nil
}

// people are the names that the records are asked for.
func people(ctx context.Context, p *checks.Pass) (map[string]string, error) {
	names := map[string]string{"user": p.Target.User}
	for placeholder, credential := range map[string]string{"mail": "staff.user", "contact": "portal.user"} {
		name, err := account.Named(ctx, p, credential)
		if err != nil {
			return nil, err
		}
		names[placeholder] = name
	}
	if names["mail"] == "" && strings.Contains(p.Target.User, "@") {
		names["mail"] = p.Target.User
	}
	return names, nil
}

// A reader asks for every path once.
type reader struct {
	*checks.Pass
	from  api.Result
	names map[string]string
	known map[string][]map[string]any
}

// rows returns the records of a path; none if a name that it needs is not known, or if the key may not read them.
func (r reader) rows(ctx context.Context, path string) ([]map[string]any, error) {
	if rows, ok := r.known[path]; ok {
		return rows, nil
	}
	r.known[path] = nil
	filled, ok := r.fill(path)
	if !ok {
		return nil, nil
	}
	x, err := r.from.Get(ctx, filled)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", strings.SplitN(path, "?", 2)[0], err)
	}
	if x.Status != http.StatusOK {
		r.refused(x)
		return nil, nil
	}
	var rows []map[string]any
	d := json.NewDecoder(bytes.NewReader(x.Body))
	if d.Decode(&rows) == nil {
		r.known[path] = rows
	}
	return rows, nil
}

func (r reader) refused(x *hops.Exchange) {
	if api.Means(r.Target.Product.API, x) == "no-right" {
		r.Report(NoRight, checks.Likely, checks.Public("path", x.URL.Path), checks.Count("status", x.Status)).On(r.Pathway.Host(checks.RoleAPI))
	}
}

// fill puts the names into a path, escaped; ok is false if one of them is not known.
func (r reader) fill(path string) (string, bool) {
	path, query, _ := strings.Cut(path, "?")
	for placeholder, name := range r.names {
		if strings.Contains(query, "{"+placeholder+"}") && name == "" {
			return "", false
		}
		query = strings.ReplaceAll(query, "{"+placeholder+"}", name)
	}
	key, value, _ := strings.Cut(query, "=")
	return path + "?" + url.Values{key: {value}}.Encode(), true
}

func (r reader) fits(row map[string]any, f checks.APIFact) bool {
	var value any = row
	for step := range strings.SplitSeq(f.Field, ".") {
		inner, _ := value.(map[string]any)
		value = inner[step]
	}
	switch f.Is {
	case "empty":
		return value == nil || value == ""
	case "past", "future":
		at, err := time.Parse(time.RFC3339, fmt.Sprint(value))
		measured, _ := checks.ResultOf[clock.Result](r.Pass, clock.Check)
		now := r.World.Now()
		if measured.Known {
			now = measured.Verified(now)
		}
		return err == nil && at.Before(now) == (f.Is == "past")
	}
	return value != nil && fmt.Sprint(value) == f.Is
}
