package checks

import (
	"net"
	"net/url"
	"strconv"
	"time"
)

// A Role is the part that a host plays on a pathway.
type Role string

// The roles. The last four never belong to a pathway and never break one.
const (
	RoleWeb     Role = "web"     // the application's staff pages
	RoleAPI     Role = "api"     // the REST API
	RolePortal  Role = "portal"  // the customers' portal
	RoleHome    Role = "home"    // the vendor's Home portal
	RoleIDP     Role = "idp"     // an identity provider, the vendor's or a federated one
	RoleCDN     Role = "cdn"     // serves scripts or pictures of a sign-in page
	RoleProxy   Role = "proxy"   // a proxy of this network
	RoleRegion  Role = "region"  // the application in another region, asked for comparison
	RoleControl Role = "control" // an unrelated host, asked for comparison
	RoleStatus  Role = "status"  // the vendor's status page
)

// OffWay reports whether hosts of this role are only asked for comparison.
func (r Role) OffWay() bool {
	return r == RoleRegion || r == RoleControl || r == RoleStatus
}

// A Subject is a host in a role.
type Subject struct {
	Host string // name or address, lower case, without a trailing dot
	Port int    // 443 unless the product file or the target says otherwise
	Role Role
	Path string // path of the page that identifies it, "/" if unknown
}

// Name returns the host, with the port if it is not 443.
func (s *Subject) Name() string {
	if s.Port == 443 || s.Port == 0 {
		return s.Host
	}
	return s.Address()
}

// Address returns host:port.
func (s *Subject) Address() string {
	port := s.Port
	if port == 0 {
		port = 443
	}
	return net.JoinHostPort(s.Host, strconv.Itoa(port))
}

// URL returns the https address of a path on the subject.
func (s *Subject) URL(path string) *url.URL {
	return &url.URL{Scheme: "https", Host: s.Name(), Path: path}
}

// A Door is the kind of form or call that a pathway ends at; it picks the login check.
type Door string

// The doors.
const (
	DoorSSO     Door = "sso"     // the staff form, then an identity provider
	DoorLocal   Door = "local"   // the staff form with its own password
	DoorPortal  Door = "portal"  // the customers' form
	DoorAPI     Door = "api"     // key and client id
	DoorHome    Door = "home"    // the Home portal, then an identity provider
	DoorDesktop Door = "desktop" // the installed client, which opens the staff pages itself
)

// A Pathway is one way to sign in, tested end to end.
type Pathway struct {
	ID       string
	Title    string
	Door     Door
	Client   Clients    // who walks it: Browsers or Programs
	Subjects []*Subject // hosts known beforehand, in the order in which a person meets them
	Start    string     // https URL of the first page or call
}

// Host returns the pathway's first subject in a role, or nil.
func (p *Pathway) Host(r Role) *Subject {
	for _, s := range p.Subjects {
		if s.Role == r {
			return s
		}
	}
	return nil
}

// A Target is what one run diagnoses.
type Target struct {
	Product  *Product
	Region   string // id of the chosen region, "onprem" for a host outside the regions
	Company  string
	User     string
	Site     string
	Login    bool   // the test account of the settings may be used
	Ask      bool   // a person may be asked for one-time codes
	Version  string // of the API's models that the integration asks for; empty means the service's own
	Pathways []*Pathway
	Untested map[string]string // pathways left out by default: id and the input they would need
	Controls []*Subject
	Others   []*Subject // the application in the regions that were not chosen
	Time     []string   // NTP servers, host or host:port
	Limits   Limits
	Expect   Expect
	Seen     []Sighting // what others saw from elsewhere, not long ago
}

// A Sighting is what a run at another place saw of the same service.
type Sighting struct {
	Site  string
	At    time.Time
	Hosts map[string]Seen // by host, with the port if it is not 443
}

// Seen is how a host looked from another place.
type Seen struct {
	Works bool     // it answered a page request
	Codes []string // of what stopped it; they are about the host itself
}

// Subjects returns every subject known beforehand, each host and port once, controls last.
func (t *Target) Subjects() []*Subject {
	var all []*Subject
	seen := map[string]bool{}
	add := func(s *Subject) {
		if !seen[s.Address()] {
			seen[s.Address()] = true
			all = append(all, s)
		}
	}
	for _, p := range t.Pathways {
		for _, s := range p.Subjects {
			add(s)
		}
	}
	for _, s := range t.Controls {
		add(s)
	}
	return all
}

// Limits are thresholds that settings may change.
type Limits struct {
	ClockNote   Duration `yaml:"clock_note"`   // offset that is worth a note, 10 s
	ClockRisk   Duration `yaml:"clock_risk"`   // offset at which strict servers refuse codes, 30 s
	ClockBad    Duration `yaml:"clock_bad"`    // offset at which codes fail, 90 s
	ClockTokens Duration `yaml:"clock_tokens"` // offset at which SAML and OIDC windows are missed, 300 s
	SlowFirst   Duration `yaml:"slow_first"`   // wait for the first byte of a page that is too long, 5 s
}

// Expect is what settings declare to be right although it looks odd.
type Expect struct {
	Issuers []string `yaml:"issuers"` // common names of inspecting certificate authorities
}
