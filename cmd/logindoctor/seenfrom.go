package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/report"
	"logindoctor/report/json"
)

// seenAtMost is how old the report of another place may be: later, the fault of then may be another one.
const seenAtMost = 30 * time.Minute

// seenFrom reads what other places saw of the product.
func seenFrom(paths []string, product *checks.Product, now time.Time) ([]checks.Sighting, error) {
	var all []checks.Sighting
	for _, path := range paths {
		s, err := sighting(path, product, now)
		if err != nil {
			return nil, misuse(fmt.Sprintf("--seen-from %s: %s", path, sentence(err.Error())),
				"logindoctor run -o json=report.json    at the other place, now")
		}
		all = append(all, s)
	}
	return all, nil
}

func sighting(path string, product *checks.Product, now time.Time) (checks.Sighting, error) {
	f, err := os.Open(path)
	if err != nil {
		return checks.Sighting{}, err
	}
	defer f.Close()
	r, err := json.Read(f)
	if err != nil {
		return checks.Sighting{}, err
	}
	age := now.Sub(r.Run.StartedAt.Time)
	switch {
	case r.Target.Product != product.ID:
		return checks.Sighting{}, fmt.Errorf("the report is about %s, not about %s", cmp.Or(r.Target.Product, "nothing"), product.ID)
	case age > seenAtMost:
		return checks.Sighting{}, fmt.Errorf("the report is %s old; at most %s count", checks.Human(age.Round(time.Minute)), checks.Human(seenAtMost))
	case age < -5*time.Minute:
		return checks.Sighting{}, fmt.Errorf("the report is from the future: one of the two clocks is wrong")
	case !r.Run.Complete:
		return checks.Sighting{}, fmt.Errorf("the run was stopped before it had seen enough")
	}
	return checks.Sighting{Site: cmp.Or(r.Context.Site, "another place"), At: r.Run.StartedAt.Time, Hosts: seenHosts(r)}, nil
}

// seenHosts are the hosts that answered there, and those that a blocking finding is about.
func seenHosts(r *report.Report) map[string]checks.Seen {
	hosts := map[string]checks.Seen{}
	for _, c := range r.Checks {
		if host, ok := strings.CutPrefix(c.ID, "web.answer@"); ok && (c.State == checks.Passed.String() || c.State == checks.Warned.String()) {
			hosts[host] = checks.Seen{Works: true}
		}
	}
	for _, f := range r.Findings {
		if f.Impact != checks.Blocking.String() {
			continue
		}
		for _, host := range f.Hosts {
			seen := hosts[host]
			if !slices.Contains(seen.Codes, f.Code) {
				seen.Codes = append(seen.Codes, f.Code)
			}
			seen.Works = false
			hosts[host] = seen
		}
	}
	return hosts
}
