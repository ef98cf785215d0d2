package report

import (
	"slices"

	"logindoctor/checks"
)

// OtherPlace names the question that a report of another place answers.
const OtherPlace = "other-place"

// questions are what a person has to be asked about the causes and what else was noticed, each once.
func (d *diagnosis) questions() []Limit {
	var all []Limit
	for _, it := range d.items {
		section := d.book[it.Code.ID]
		if it.cause != nil || section == nil {
			continue
		}
		for _, ask := range section.Asks {
			id := "ask." + ask.Name
			known := slices.ContainsFunc(all, func(l Limit) bool { return l.MessageID == id })
			if known || ask.Name == OtherPlace && len(d.run.Target.Seen) > 0 {
				continue
			}
			all = append(all, Limit{MessageID: id, Text: checks.Fill(ask.Text, it.Evidence)})
		}
	}
	return all
}

// seenWorking draws the conclusion from a host that works at another place: what stops it here is on this network's way,
// and two independent observations say so.
func (d *diagnosis) seenWorking() {
	for _, it := range d.items {
		section := d.book[it.Code.ID]
		if it.cause != nil || it.Subject == nil || section == nil || !slices.ContainsFunc(section.Asks, func(a checks.Ask) bool { return a.Name == OtherPlace }) {
			continue
		}
		for _, place := range d.run.Target.Seen {
			if !place.Hosts[it.Subject.Name()].Works {
				continue
			}
			f := *it.Finding
			f.Certainty = checks.Confirmed
			if f.Owner == checks.OwnerVendor || f.Owner == checks.OwnerUndetermined {
				f.Owner = checks.OwnerNetwork
			}
			f.Evidence = append(slices.Clone(f.Evidence), checks.Org("works_at", place.Site))
			it.Finding = &f
		}
	}
}
