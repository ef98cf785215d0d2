package redact

import (
	"logindoctor/checks"
	"logindoctor/report"
)

// A Profile says how much a report may give away (ux.md 2.15). There are only those declared here.
type Profile struct {
	name     string
	rank     int             // the higher, the less is given away
	tokens   map[string]bool // classes whose values become tokens
	freetext int             // how many characters of a text of the other side survive
	pictures bool
	traces   bool
}

// The profiles. Secrets are removed in each of them.
var (
	// Internal keeps everything but secrets: for the people who run the tool.
	Internal = Profile{name: "internal", rank: 1, freetext: 1000, pictures: true, traces: true}
	// Share replaces persons and devices and keeps what the fixer needs: for a ticket.
	Share = Profile{name: "share", rank: 2, freetext: 300, tokens: map[string]bool{person: true}}
	// Public replaces the organisation and its addresses as well and drops what the other side wrote: for a forum.
	Public = Profile{name: "public", rank: 3, tokens: map[string]bool{person: true, org: true, network: true}}
)

const (
	person  = string(checks.ClassPerson)
	org     = string(checks.ClassOrg)
	network = string(checks.ClassNetwork)
	text    = string(checks.ClassText)
	public  = string(checks.ClassPublic)
	fact    = "fact" // an observation that anyone may see, which may still quote a name
)

// Profiles are all profiles, from the one that gives away most.
var Profiles = []Profile{Internal, Share, Public}

// String returns the name that --redact takes.
func (p Profile) String() string { return p.name }

// Named returns the profile of a name; ok is false if there is none.
func Named(name string) (p Profile, ok bool) {
	for _, p := range Profiles {
		if p.name == name {
			return p, true
		}
	}
	return Profile{}, false
}

// WithPictures keeps screenshots, which Share leaves out by itself. Public never shows them.
func (p Profile) WithPictures() Profile {
	p.pictures = p.rank < Public.rank
	return p
}

// WithTraces keeps the log of a browser's exchanges, which Share leaves out by itself. Public never shows it.
func (p Profile) WithTraces() Profile {
	p.traces = p.rank < Public.rank
	return p
}

// stricter returns the profile that gives away less: what was taken out of a stored report does not come back.
func (p Profile) stricter(stored string) Profile {
	if s, ok := Named(stored); ok && s.rank > p.rank {
		return s
	}
	return p
}

// longest returns how many characters of a class survive; a class that is not named here does not survive.
func (p Profile) longest(class string) int {
	switch class {
	case public, network, org, person, fact, report.ClassNode:
		return 300
	case text:
		return p.freetext
	case report.ClassSentence:
		return 600
	}
	return 0
}
