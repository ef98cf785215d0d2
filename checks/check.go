package checks

import (
	"context"
	"io/fs"
	"time"
)

// A Check is one question about one thing. It is a constant value: nothing writes to it after its package is initialised.
type Check struct {
	ID       string                                    // "stage.question"; its folder is checks/stage/question
	Files    fs.FS                                     // README.md and scenarios/*.txtar of that folder
	Scope    Scope                                     // what one node of it looks at
	Roles    []Role                                    // PerHost: the subjects it looks at; none means every role
	Doors    []Door                                    // PerPathway: the pathways it looks at; none means all
	Shared   bool                                      // PerPathway: what it finds on its doors is for checks on others as well
	Requires []*Check                                  // must not have failed for the same subject and client
	Uses     []*Check                                  // waited for and read, but never a reason not to run
	Codes    []*Code                                   // its own, all of them
	Lent     []*Code                                   // those of other checks that it may report as well
	Needs    Need                                      // what its probe consumes
	Optional bool                                      // information only: its error never makes a verdict unknown
	Contrast bool                                      // tells ambiguous findings of others apart; not run at LevelQuick
	Timeout  time.Duration                             // the last resort, not a measurement; zero means 15 s
	Run      func(context.Context, *Pass) (any, error) // returns the typed result for dependents
}

// Stage returns the first half of the ID.
func (c *Check) Stage() string {
	for i := range c.ID {
		if c.ID[i] == '.' {
			return c.ID[:i]
		}
	}
	return c.ID
}

func (c *Check) String() string { return c.ID }

// A Code is one conclusion that a check can reach. Once published it keeps its meaning for ever.
type Code struct {
	ID          string   // "LD3204"
	Aliases     []string // ids of the fault catalogue, for example "tls-interception-untrusted"
	Impact      Impact   // effect on sign-in
	Owner       Owner    // who acts by default; a finding may name another
	Hits        Clients  // whom it stops; zero means everyone
	MayPass     bool     // rests on one answer of a walk, and the next walk may get another: it is made before the code counts
	ExplainedBy []string // codes that, found on the same subject, on this computer or earlier on the way, are the reason; a check's id: all that hurt
}

// A Scope says what one node of a check looks at.
type Scope int

// The scopes.
const (
	Once       Scope = iota + 1 // this computer and its network
	PerHost                     // one host in one role
	PerPathway                  // one way to sign in
)

// Stages are the steps of a pathway, in order.
var Stages = []string{"machine", "dns", "tcp", "tls", "web", "idp", "login", "app"}

// A Need is a set of things that a probe consumes. It decides what the runner may repeat or run at the same time.
type Need uint

// The needs.
const (
	NeedsBrowser Need = 1 << iota // drives a browser; repeated to confirm only for codes that may pass
	NeedsAccount                  // may spend a sign-in attempt; never repeated once it did, one after the other per account
)

// Impact is the effect of a finding on sign-in.
type Impact int

// The impacts. Blocking means that the next stage cannot work on this subject.
const (
	Info Impact = iota + 1
	Risk
	Degrading
	Blocking
)

var impactNames = [...]string{"", "info", "risk", "degrading", "blocking"}

func (i Impact) String() string { return impactNames[i] }

// Certainty says how sure a finding is.
type Certainty int

// The certainties.
const (
	Possible  Certainty = iota + 1 // by exclusion
	Likely                         // one direct observation
	Confirmed                      // two independent observations, none against
)

var certaintyNames = [...]string{"", "possible", "likely", "confirmed"}

func (c Certainty) String() string { return certaintyNames[c] }

// An Owner is who must act.
type Owner string

// The owners.
const (
	OwnerUser         Owner = "user"
	OwnerDeviceIT     Owner = "device-it"
	OwnerNetwork      Owner = "network"
	OwnerIdentity     Owner = "identity"
	OwnerPSAAdmin     Owner = "psa-admin"
	OwnerVendor       Owner = "vendor"
	OwnerIDPVendor    Owner = "idp-vendor"
	OwnerISP          Owner = "isp"
	OwnerOperator     Owner = "operator"
	OwnerUndetermined Owner = "undetermined"
)

// Owners lists every owner, nearest to the caller first.
var Owners = []Owner{OwnerUser, OwnerDeviceIT, OwnerNetwork, OwnerIdentity, OwnerPSAAdmin, OwnerVendor, OwnerIDPVendor,
	OwnerISP, OwnerOperator, OwnerUndetermined}

// Clients is a set of kinds of program that walk a pathway.
type Clients uint

// The clients. A probe of a PerHost check is itself a program.
const (
	Programs Clients = 1 << iota
	Browsers
	Everyone = Programs | Browsers
)

// Level says how much is tried.
type Level int

// The levels: quick runs no browser and no contrast, standard runs contrasts only on a symptom, deep runs all of them.
const (
	LevelQuick Level = iota + 1
	LevelStandard
	LevelDeep
)

// Depth says how far a pathway was exercised.
type Depth int

// The depths.
const (
	DepthNone  Depth = iota // nothing answered
	DepthReach              // the service answers
	DepthPage               // the page that asks for the password is shown
	DepthLogin              // signed in with a test account or key
)

var depthNames = [...]string{"none", "reach", "page", "login"}

func (d Depth) String() string { return depthNames[d] }
