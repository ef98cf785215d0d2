package report

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"logindoctor/checks"
)

// ErrUngated is what a renderer returns for a report that did not go through the gate of package redact.
var ErrUngated = errors.New("report was not redacted before it was written")

// Word returns the verdict word of a state, the only words in capitals beside FAIL.
func Word(state string) string {
	switch state {
	case OK, Degraded, Broken:
		return strings.ToUpper(state)
	}
	return "UNKNOWN"
}

// OwnerName says in words who must act.
func OwnerName(owner, vendor string) string {
	switch checks.Owner(owner) {
	case checks.OwnerUser:
		return "The user"
	case checks.OwnerDeviceIT:
		return "IT support for this computer"
	case checks.OwnerNetwork:
		return "Network or security team"
	case checks.OwnerIdentity:
		return "Identity administrator (single sign-on)"
	case checks.OwnerPSAAdmin:
		return "PSA administrator"
	case checks.OwnerVendor:
		if vendor == "" {
			return "Vendor of the service"
		}
		return vendor + " (vendor of the service)"
	case checks.OwnerIDPVendor:
		return "Vendor of the identity provider"
	case checks.OwnerISP:
		return "Internet provider"
	case checks.OwnerOperator:
		return "Operator of logindoctor"
	}
	return "Not determined yet"
}

// Blameless names an owner in a sentence that says who is not at fault.
func Blameless(owner, vendor string) string {
	switch checks.Owner(owner) {
	case checks.OwnerUser:
		return "the user"
	case checks.OwnerDeviceIT:
		return "this computer"
	case checks.OwnerNetwork:
		return "the network"
	case checks.OwnerIdentity:
		return "single sign-on"
	case checks.OwnerPSAAdmin:
		return "the PSA settings"
	case checks.OwnerVendor:
		return orElse(vendor, "the vendor")
	case checks.OwnerIDPVendor:
		return "the identity provider"
	case checks.OwnerISP:
		return "the internet provider"
	}
	return "logindoctor"
}

// Certain says how sure a finding is, as a sentence.
func (f *Finding) Certain() string {
	basis := f.Basis
	if basis == "" {
		basis = map[string]string{"likely": "one direct observation", "possible": "by exclusion"}[f.Certainty]
	}
	word := capital(f.Certainty)
	if basis == "" {
		return Sentence(word)
	}
	return Sentence(word + ": " + basis)
}

// Primary returns the finding that decides the verdict, or nil.
func (r *Report) Primary() *Finding {
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Role == RootCause && f.Code == r.Verdict.PrimaryFinding {
			return f
		}
	}
	return nil
}

// With returns the findings of a role.
func (r *Report) With(role string) []*Finding {
	var all []*Finding
	for i := range r.Findings {
		if r.Findings[i].Role == role {
			all = append(all, &r.Findings[i])
		}
	}
	return all
}

// Closing returns the sentences of the last line. The first one holds the verdict.
func (r *Report) Closing() []string {
	first := Word(r.Verdict.State)
	switch r.Verdict.State {
	case OK:
		first += map[string]string{"reach": ", service reached", "page": " up to the password page", "login": ", signed in"}[r.Verdict.Depth]
	case Degraded:
		first += map[string]string{"reach": ", service reached", "page": ", password page reached", "login": ", signed in"}[r.Verdict.Depth]
	}
	all := []string{first + "."}
	phone := "Code " + r.Phone() + "."
	if f := r.Primary(); f != nil {
		all = append(all, f.Code+".", phone, fixBy(f))
	} else {
		all = append(all, phone)
	}
	if r.Verdict.State == OK {
		all = append(all, r.counts())
	}
	all = append(all, Span(r.Run.DurationSeconds)+".")
	if !r.Run.Complete {
		all = append(all, "Stopped early.")
	}
	if r.Demo {
		all = append(all, "DEMO DATA.")
	}
	return all
}

func fixBy(f *Finding) string {
	if day := Day(f.Due); day != "" {
		return fmt.Sprintf("Fix by: %s by %s.", f.Owner, day)
	}
	return fmt.Sprintf("Fix by: %s.", f.Owner)
}

func (r *Report) counts() string {
	ways, passed := 0, 0
	for _, p := range r.Pathways {
		if p.State == OK {
			ways++
		}
	}
	for _, c := range r.Checks {
		if c.State == checks.Passed.String() {
			passed++
		}
	}
	return fmt.Sprintf("%d of %s, %s passed.", ways, Count(len(r.Pathways), "pathway"), Count(passed, "check"))
}

// Count writes a number with its noun, "1 check" or "2 checks".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Span writes a number of seconds for people, "12 ms" or "0.8 s".
func Span(seconds float64) string {
	switch {
	case seconds < 0.095:
		return fmt.Sprintf("%.0f ms", seconds*1000)
	case seconds < 9.95:
		return fmt.Sprintf("%.1f s", seconds)
	case seconds < 120:
		return fmt.Sprintf("%.0f s", seconds)
	}
	return fmt.Sprintf("%.0f min", seconds/60)
}

// Day writes a date of the document for people, "28 Mar 2027"; it is empty if there is none.
func Day(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return ""
	}
	return t.Format("2 Jan 2006")
}

// Local returns the start of the run on the clock of the computer that was tested.
func (r *Report) Local() time.Time {
	t, err := time.Parse("-07:00", r.Context.UTCOffset)
	if err != nil {
		return r.Run.StartedAt.UTC()
	}
	return r.Run.StartedAt.In(t.Location())
}

// Sentence ends a text with a full stop unless it has an end.
func Sentence(s string) string {
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".?!:") {
		return s
	}
	return s + "."
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
