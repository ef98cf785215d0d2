// Package report holds what a diagnosis means for people and programs: one document from which every output is made.
package report

import (
	"io"
	"math"
	"time"
)

// Schema names the major version of the document, SchemaVersion the minor one. Within a major version fields are only added.
const (
	Schema        = "logindoctor.report/v1"
	SchemaVersion = "1.0"
)

// Classes of fields beside those of package checks.
const (
	ClassSecret   = "secret"   // never collected; emptied if it is there all the same
	ClassSentence = "sentence" // written by logindoctor out of classified values
	ClassOwn      = "own"      // the value's class stands in the field Class beside it
	ClassPicture  = "picture"
	ClassNode     = "node" // names a check and what it looked at
)

// A Report is the document. Every field that holds a value carries its redaction class in the tag `class`: the classes of
// package checks, or one of ClassSecret, ClassSentence, ClassOwn, ClassPicture and ClassNode. The tag `token` is the word that
// stands for a value that was taken out.
type Report struct {
	Schema        string              `json:"schema" class:"public"`
	SchemaVersion string              `json:"schema_version" class:"public"`
	Demo          bool                `json:"demo,omitempty" class:"public"` // made by the lab
	Tool          Tool                `json:"tool"`
	Run           Run                 `json:"run"`
	Context       Context             `json:"context"`
	Target        Target              `json:"target"`
	Verdict       Verdict             `json:"verdict"`
	Findings      []Finding           `json:"findings"` // causes first, the one blocking most pathways in front
	Pathways      []Pathway           `json:"pathways"`
	Checks        []Check             `json:"checks"`
	Evidence      map[string]Evidence `json:"evidence,omitempty" class:"public"` // "e1" and so on, numbered in the order of the findings
	Artifacts     []Artifact          `json:"artifacts,omitempty"`
	Untested      []Untested          `json:"untested,omitempty"`
	Redaction     Redaction           `json:"redaction"`
	Limits        []Limit             `json:"limits,omitempty"`
	Facts         *Facts              `json:"facts,omitempty"` // what the checks saw; nil in a report that was not measured
}

// A Tool is the program that made the report.
type Tool struct {
	Name      string `json:"name" class:"public"`
	Version   string `json:"version" class:"public"`
	Commit    string `json:"commit,omitempty" class:"public"`
	Catalogue string `json:"catalogue,omitempty" class:"public"` // version of the product file
}

// A Run is when and how the diagnosis ran.
type Run struct {
	ID              string  `json:"id" class:"public"` // ULID
	StartedAt       Time    `json:"started_at" class:"public"`
	DurationSeconds float64 `json:"duration_seconds" class:"public"`
	Complete        bool    `json:"complete" class:"public"`        // false after an interrupt or when the time ran out
	Level           string  `json:"level,omitempty" class:"public"` // quick, standard or deep
}

// A Context is whose eyes the diagnosis looked through.
type Context struct {
	Site      string   `json:"site" class:"org" token:"site"`
	Session   string   `json:"session" class:"public"` // interactive, service, system, container or unknown
	User      string   `json:"user,omitempty" class:"person"`
	Host      string   `json:"host,omitempty" class:"person" token:"host"`
	OS        OS       `json:"os,omitzero"`
	UTCOffset string   `json:"utc_offset,omitempty" class:"public"` // of the local clock, "+01:00"
	Proxy     string   `json:"proxy,omitempty" class:"network"`     // in force, without credentials; "none" if known to be direct
	Resolvers []string `json:"resolvers,omitempty" class:"network"`
	Browser   string   `json:"browser,omitempty" class:"public"`
}

// An OS is an operating system.
type OS struct {
	Name    string `json:"name" class:"public"` // "Windows"
	Version string `json:"version,omitempty" class:"public"`
	Arch    string `json:"arch,omitempty" class:"public"`
}

// A Target is what was diagnosed.
type Target struct {
	Product  string   `json:"product" class:"public"`
	Name     string   `json:"name,omitempty" class:"public"`   // of the product, for sentences
	Vendor   string   `json:"vendor,omitempty" class:"public"` // of the product, for sentences
	Host     string   `json:"host,omitempty" class:"org"`
	Region   string   `json:"region,omitempty" class:"public"`
	Company  string   `json:"company,omitempty" class:"org" token:"company"`
	Pathways []string `json:"pathways" class:"public"` // asked for

	// PublicHosts are the hosts in this report that belong to the product or to everybody: naming them gives nobody away.
	PublicHosts []string `json:"public_hosts,omitempty" class:"public"`
}

// States of a verdict and of a pathway.
const (
	OK       = "ok"
	Degraded = "degraded"
	Broken   = "broken"
	Unknown  = "unknown"
)

// A Verdict answers whether people can sign in from here.
type Verdict struct {
	State          string  `json:"state" class:"public"`
	Depth          string  `json:"depth" class:"public"` // the lowest of the requested pathways
	PrimaryFinding string  `json:"primary_finding,omitempty" class:"public"`
	Summary        Summary `json:"summary"`
	OtherBlocking  int     `json:"other_blocking" class:"public"`
	ChecksRun      int     `json:"checks_run" class:"public"`
	UntestedBehind int     `json:"untested_behind" class:"public"` // checks blocked by the primary finding
}

// A Summary is the statement of the first line.
type Summary struct {
	MessageID string            `json:"message_id" class:"public"`
	Params    map[string]string `json:"params,omitempty" class:"sentence"`
	Text      string            `json:"text" class:"sentence"` // without a full stop
}

// Roles of a finding.
const (
	RootCause   = "root_cause"
	Consequence = "consequence"
	Unrelated   = "unrelated"
)

// A Finding is a conclusion with a code.
type Finding struct {
	Code         string            `json:"code" class:"public"`
	Fingerprint  string            `json:"fingerprint" class:"public"` // of the instance: "v1:" and 16 hex digits
	Role         string            `json:"role" class:"public"`
	Cause        string            `json:"cause,omitempty" class:"public"` // of a consequence: fingerprint of what explains it
	Impact       string            `json:"impact" class:"public"`
	Certainty    string            `json:"certainty" class:"public"`
	Basis        string            `json:"basis,omitempty" class:"sentence"` // what the certainty rests on, "proxied and direct observations agree"
	Owner        string            `json:"owner" class:"public"`
	NotAtFault   []string          `json:"not_at_fault,omitempty" class:"public"` // owners that a caller might blame
	Due          string            `json:"due,omitempty" class:"public"`          // day by which someone must act, "2026-12-31"
	Pathways     []string          `json:"pathways,omitempty" class:"public"`
	Stage        string            `json:"stage" class:"public"`
	Endpoint     string            `json:"endpoint,omitempty" class:"org"`
	EndpointRole string            `json:"endpoint_role,omitempty" class:"public"`
	Subject      string            `json:"subject,omitempty" class:"org"` // normalised: what the fingerprint is over
	Hosts        []string          `json:"hosts,omitempty" class:"org"`   // every host with this finding; none means this computer
	Title        string            `json:"title" class:"public"`          // heading of the manual
	MessageID    string            `json:"message_id" class:"public"`
	Params       map[string]string `json:"params,omitempty" class:"sentence"`
	Text         string            `json:"text" class:"sentence"` // stands alone
	Steps        []Step            `json:"steps,omitempty"`
	Evidence     []string          `json:"evidence,omitempty" class:"public"` // keys of Report.Evidence
	Explain      string            `json:"explain,omitempty" class:"public"`  // argument for logindoctor explain
}

// A Step is one action for one owner. One that has only a command is proof of the fix.
type Step struct {
	N       int    `json:"n" class:"public"`
	Owner   string `json:"owner,omitempty" class:"public"`
	Text    string `json:"text,omitempty" class:"sentence"`
	Command string `json:"command,omitempty" class:"sentence"`
	Expect  string `json:"expect,omitempty" class:"sentence"`
}

// A Pathway is the result of one way to sign in.
type Pathway struct {
	ID              string   `json:"id" class:"public"`
	Title           string   `json:"title" class:"public"`
	State           string   `json:"state" class:"public"`
	Depth           string   `json:"depth" class:"public"`
	Result          string   `json:"result" class:"sentence"` // "broken at identity provider"
	FailedStage     string   `json:"failed_stage,omitempty" class:"public"`
	DurationSeconds float64  `json:"duration_seconds" class:"public"`
	Columns         []Column `json:"columns"` // in the order of ColumnIDs; one without any node is absent
}

// ColumnIDs are the columns of the pathway table, a roll-up of nodes in which the worst state wins.
var ColumnIDs = [...]string{"dns", "tcp", "tls", "web", "idp", "login"}

// A Column is a roll-up of the nodes of one kind on one pathway.
type Column struct {
	ID              string  `json:"id" class:"public"`
	State           string  `json:"state" class:"public"` // of a check
	StartSeconds    float64 `json:"start_seconds" class:"public"`
	DurationSeconds float64 `json:"duration_seconds" class:"public"`
}

// Column returns the pathway's column of that id; ok is false if nothing of the kind is on the way.
func (p *Pathway) Column(id string) (c Column, ok bool) {
	for _, c := range p.Columns {
		if c.ID == id {
			return c, true
		}
	}
	return Column{}, false
}

// A Check is one node: one check applied to one thing.
type Check struct {
	ID              string   `json:"id" class:"node"` // "tls.chain@na.myconnectwise.net"
	Check           string   `json:"check" class:"public"`
	Subject         string   `json:"subject,omitempty" class:"org"`
	Role            string   `json:"role,omitempty" class:"public"`
	Stage           string   `json:"stage" class:"public"`
	Pathways        []string `json:"pathways" class:"public"`
	State           string   `json:"state" class:"public"`
	BlockedBy       []string `json:"blocked_by,omitempty" class:"node"` // ids of nodes
	Required        bool     `json:"required" class:"public"`
	Reason          string   `json:"reason,omitempty" class:"freetext"` // why it was skipped or erred
	StartedSeconds  float64  `json:"started_seconds" class:"public"`
	DurationSeconds float64  `json:"duration_seconds" class:"public"`
	Findings        []string `json:"findings,omitempty" class:"public"` // codes
}

// Evidence is one observed fact.
type Evidence struct {
	Check string `json:"check" class:"public"`
	Node  string `json:"node,omitempty" class:"node"`
	Label string `json:"label" class:"public"` // "issuer through the proxy"
	Value string `json:"value" class:"own"`    // its class stands beside it
	Class string `json:"class" class:"public"` // of checks.Class
	Raw   string `json:"raw,omitempty" class:"freetext"`
}

// An Artifact is a file that belongs to the report, held inside it.
type Artifact struct {
	Name      string `json:"name" class:"node"`
	MediaType string `json:"media_type" class:"public"`
	Bytes     int    `json:"bytes" class:"public"`
	SHA256    string `json:"sha256" class:"public"`
	Reason    string `json:"reason,omitempty" class:"public"` // why its data is not here
	Data      []byte `json:"data,omitempty" class:"picture"`
}

// Untested is something that was not judged, and why.
type Untested struct {
	Pathway string `json:"pathway,omitempty" class:"public"`
	Check   string `json:"check,omitempty" class:"public"`
	What    string `json:"what,omitempty" class:"sentence"` // in words, "password entry"; else the pathway or check is named
	Reason  string `json:"reason" class:"sentence"`         // "no test account"
}

// A Limit is a sentence on what this report cannot know.
type Limit struct {
	MessageID string `json:"message_id" class:"public"`
	Text      string `json:"text" class:"sentence"`
}

// Redaction says what the gate of package redact did.
type Redaction struct {
	Profile string         `json:"profile" class:"public"`
	Removed map[string]int `json:"removed" class:"public"` // values by class
	Ledger  []Token        `json:"ledger,omitempty"`
}

// A Token stands for one removed value throughout the report.
type Token struct {
	Class  string `json:"class" class:"public"`
	Token  string `json:"token" class:"public"` // "user-1", numbered by first appearance
	Places int    `json:"places" class:"public"`

	Where []string `json:"where,omitempty" class:"public"` // the first of these places, "findings.text"
}

// Time is an instant that is written in UTC with milliseconds.
type Time struct{ time.Time }

// MarshalText implements encoding.TextMarshaler.
func (t Time) MarshalText() ([]byte, error) {
	return []byte(t.UTC().Format("2006-01-02T15:04:05.000Z")), nil
}

// MarshalJSON implements json.Marshaler in place of the one of time.Time.
func (t Time) MarshalJSON() ([]byte, error) {
	return []byte(t.UTC().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}

// Seconds turns a duration into the document's unit, rounded to milliseconds.
func Seconds(d time.Duration) float64 {
	return math.Round(d.Seconds()*1000) / 1000
}

// Options say how a renderer lays out. The zero value is 80 columns of plain UTF-8.
type Options struct {
	Width   int     // columns; zero means 80
	Color   bool    // the eight basic colours
	ASCII   bool    // nothing above U+007F
	Verbose int     // 1 all checks, 2 raw observations
	Quiet   int     // 1 only the closing line, 2 only if the verdict is not ok
	File    string  // where the full report was written, named in the closing line
	Warn    float64 // seconds from which a pathway is slow, for monitors; zero means that none is
	Crit    float64 // seconds from which it is too slow
	Run     string  // short id in the history, named in the closing line if there is no file
}

// Gated reports whether the report went through the gate of package redact.
func (r *Report) Gated() bool { return r.Redaction.Profile != "" }

// A Renderer writes a gated report in one format. It is a pure function of its arguments.
type Renderer func(w io.Writer, r *Report, o Options) error
