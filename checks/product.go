package checks

import (
	"crypto/x509/pkix"
	"slices"
	"strings"
	"time"
)

// A Duration is a time.Duration written as in Go, "90s".
type Duration time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	*d = Duration(v)
	return err
}

// A Fact says where an entry of a product file or of a shared catalogue comes from.
type Fact struct {
	Source    string `yaml:"source"`    // key into the sources of the same file
	Checked   string `yaml:"checked"`   // date on which the source was read, 2026-08-30
	Certainty string `yaml:"certainty"` // confirmed, likely or assumed
}

// A Product is the knowledge about one service: its hosts, regions, pathways, recipes, endpoints and words.
// It is the schema of the product file; package catalog decodes it.
type Product struct {
	ID         string            `yaml:"id"`
	Name       string            `yaml:"name"`
	Vendor     string            `yaml:"vendor"` // name used in sentences
	Sources    map[string]string `yaml:"sources"`
	Regions    []Region          `yaml:"regions"`
	Hosts      []GlobalHost      `yaml:"hosts"`
	Pathways   []PathwaySpec     `yaml:"pathways"`
	Company    *CompanyLookup    `yaml:"company_lookup"`
	API        *APISpec          `yaml:"api"`
	Call       *PasswordCall     `yaml:"password_call"`
	Recipes    []Recipe          `yaml:"recipes"`
	Identity   []IdentityKind    `yaml:"identity"`
	Words      []Words           `yaml:"words"`
	Codes      []ProviderCode    `yaml:"provider_codes"`
	Inspectors []Inspector       `yaml:"inspectors"`
	Controls   []Control         `yaml:"controls"`
	Time       []TimeServer      `yaml:"time"`
	Status     *StatusPage       `yaml:"status"`
	Domains    []Domain          `yaml:"domains"` // registrable domains that may appear on a pathway
	Desktop    *DesktopClient    `yaml:"desktop"`

	// What every product shares, read when it is first needed; nil means nothing.
	CodeBook        func() *CodeBook   `yaml:"-"`
	KnownInspectors func() []Inspector `yaml:"-"`
}

// A Region is one installation of the service.
type Region struct {
	ID   string `yaml:"id"`
	Web  string `yaml:"web"`  // host of the staff pages
	API  string `yaml:"api"`  // host of the API; empty means the web host
	Test bool   `yaml:"test"` // a staging installation: never asked for comparison
	Fact `yaml:",inline"`
}

// A GlobalHost is a host that every region shares.
type GlobalHost struct {
	Host string `yaml:"host"`
	Role Role   `yaml:"role"`
	For  string `yaml:"for"` // what it does, one phrase
	Path string `yaml:"path"`
	Fact `yaml:",inline"`
}

// A PathwaySpec describes a pathway of the product.
type PathwaySpec struct {
	ID     string   `yaml:"id"`
	Title  string   `yaml:"title"`
	Door   Door     `yaml:"door"`
	Client string   `yaml:"client"` // browser or program
	Roles  []Role   `yaml:"roles"`  // hosts on the way, in order
	Start  string   `yaml:"start"`  // URL with {web}, {api}, {portal}, {home}, {company} and {codebase}
	Inputs []string `yaml:"inputs"` // company, user, portal, api_key: what must be known for it to be tested by default
	Named  bool     `yaml:"named"`  // only tested if it is asked for by name: where it is gone, nothing is broken
	Fact   `yaml:",inline"`
}

// A CompanyLookup is the call that tells whether a region knows a company; it needs no credentials.
type CompanyLookup struct {
	Path string `yaml:"path"` // with {company}
	Fact `yaml:",inline"`
}

// A PasswordCall is the staff form's sign-in for programs: a form is sent, a document of JSON comes back.
type PasswordCall struct {
	Path     string `yaml:"path"` // with {codebase}
	Company  string `yaml:"company"`
	User     string `yaml:"user"`
	Password string `yaml:"password"`
	Code     string `yaml:"code"`    // names of the fields that are sent
	Success  string `yaml:"success"` // field of the answer that is true or false
	Kind     string `yaml:"kind"`    // fields of the answer that say why not
	Reason   string `yaml:"reason"`
	Factor   string `yaml:"factor"` // the kind that says: the password is right, a code is missing or wrong
	Fact     `yaml:",inline"`
}

// An APISpec describes the API sign-in.
type APISpec struct {
	Base   string     `yaml:"base"`  // path with {codebase}
	Probe  string     `yaml:"probe"` // path below Base whose success proves the sign-in
	Rights string     `yaml:"rights"`
	Router string     `yaml:"router"` // codebase that routes to the tenant's current version
	Header string     `yaml:"client_id_header"`
	Accept string     `yaml:"accept"` // with {version}
	Errors []APIError `yaml:"errors"`
	Facts  []APIFact  `yaml:"facts"`
	Fact   `yaml:",inline"`
}

// An APIFact is something that records of the service say of an account, read with the key of an integration. It is true if
// a record of the answer fits.
type APIFact struct {
	Means string `yaml:"means"` // inactive, online-off, not-linked, not-confirmed, sso-disabled, api-only, certificate-ended, …
	Doors []Door `yaml:"doors"` // whom it concerns
	Path  string `yaml:"path"`  // below Base, with {user}, {mail} and {contact}
	Field string `yaml:"field"` // of a record, a.b for the field b of the field a
	Is    string `yaml:"is"`    // the field's value, or empty, past or future
	Fact  `yaml:",inline"`
}

// An APIError tells what an answer of the API means. Body is matched first, then Status.
type APIError struct {
	Means  string `yaml:"means"`  // bad-keys, no-right, client-id, version, throttled, route, https-host, endpoint
	Status []int  `yaml:"status"` // none means any
	Body   string `yaml:"body"`   // substring, case-insensitive; empty means any
	Fact   `yaml:",inline"`
}

// An IdentityKind recognises a provider by host or path.
type IdentityKind struct {
	Kind string `yaml:"kind"` // identityserver, b2c, entra, okta, duo, saml, oidc
	Name string `yaml:"name"`
	Host string `yaml:"host"` // exact, or with a leading "*."
	Path string `yaml:"path"` // substring of the path, case-insensitive
	Fact `yaml:",inline"`
}

// Words recognise what a page says, in any of several texts.
type Words struct {
	Means string   `yaml:"means"` // maintenance, block-page, challenge, locked, disabled, refused, licence, consent, …
	Any   []string `yaml:"any"`   // substrings, case-insensitive
	Fact  `yaml:",inline"`
}

// An Inspector is a product that opens encrypted connections on the way and closes them again with a certificate of its own.
type Inspector struct {
	Name    string        `yaml:"name"`
	Kind    InspectorKind `yaml:"kind"`
	Issuers []string      `yaml:"issuers"` // parts of the issuer's common name, organisation or unit; letters' case does not matter
	Fact    `yaml:",inline"`
}

// An InspectorKind says where an inspector works, and so who looks after it.
type InspectorKind string

// The kinds of inspector.
const (
	InspectorGateway   InspectorKind = "gateway"   // a box or service of the network
	InspectorAntivirus InspectorKind = "antivirus" // a security program on the computer
	InspectorFilter    InspectorKind = "filter"    // parental control or an ad blocker on the computer
	InspectorDebugger  InspectorKind = "debugger"  // a developer's tool on the computer
	InspectorAdware    InspectorKind = "adware"    // came with the computer or another program, and is best removed
)

// Signed reports whether the inspector has issued a certificate with this issuer.
func (i Inspector) Signed(issuer pkix.Name) bool {
	names := append([]string{issuer.CommonName}, append(issuer.Organization, issuer.OrganizationalUnit...)...)
	said := strings.ToLower(strings.Join(names, "\n"))
	return slices.ContainsFunc(i.Issuers, func(part string) bool { return strings.Contains(said, strings.ToLower(part)) })
}

// Inspector returns the product that has issued a certificate with this issuer, nil if none is known to: the product
// file's own before those that every product shares.
func (p *Product) Inspector(issuer pkix.Name) *Inspector {
	known := p.Inspectors
	if p.KnownInspectors != nil {
		known = slices.Concat(known, p.KnownInspectors())
	}
	if i := slices.IndexFunc(known, func(i Inspector) bool { return i.Signed(issuer) }); i >= 0 {
		return &known[i]
	}
	return nil
}

// A Control is an unrelated host with an answer that is known beforehand, for contrast.
type Control struct {
	URL    string `yaml:"url"`    // plain http: what a captive gateway would change
	Status int    `yaml:"status"` // expected
	Body   string `yaml:"body"`   // expected substring; empty means an empty body
	Secure bool   `yaml:"secure"` // the host also answers https and its Date may be read
	Fact   `yaml:",inline"`
}

// A TimeServer is an NTP server.
type TimeServer struct {
	Host string `yaml:"host"`
	Fact `yaml:",inline"`
}

// A StatusPage is the vendor's own word on its health.
type StatusPage struct {
	URL  string `yaml:"url"`  // JSON document
	Kind string `yaml:"kind"` // status.io
	Fact `yaml:",inline"`
}

// A Domain is a registrable domain that may appear on a pathway.
type Domain struct {
	Name string `yaml:"name"`
	Fact `yaml:",inline"`
}

// A DesktopClient tells how to recognise the installed client.
type DesktopClient struct {
	DisplayName string `yaml:"display_name"`
	Fact        `yaml:",inline"`
}
