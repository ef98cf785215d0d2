package checks

import "time"

// State is what a node established.
type State int

// The states. Zero is no state, so that a forgotten assignment is visible.
const (
	Passed  State = iota + 1 // ran, nothing to report or only Info
	Warned                   // ran, worst finding is Degrading or Risk
	Failed                   // ran, at least one Blocking finding
	Blocked                  // not reached: a prerequisite failed, erred or was blocked
	Skipped                  // not applicable here, not asked for, or not granted
	Errored                  // the probe itself could not complete
)

var stateNames = [...]string{"", "pass", "warn", "fail", "blocked", "skipped", "error"}

func (s State) String() string { return stateNames[s] }

// A Node is one check applied to one thing, and what came of it.
type Node struct {
	ID        string // "tls.chain@na.myconnectwise.net", "login.staff@web-sso" or "machine.clock"
	Check     *Check
	Subject   *Subject // PerHost only
	Pathway   *Pathway // PerPathway only
	Pathways  []string // ids of the pathways this node matters to, in the target's order
	State     State
	Reason    string   // why it was skipped or erred, one sentence
	BlockedBy []string // ids of the nodes that block it
	Hits      Clients  // whom its failure, its error or its blockers stop
	Findings  []*Finding
	Evidence  []Evidence // observations that belong to no finding
	Pictures  []Picture
	Traffic   []Traffic
	Result    any
	Depth     Depth
	Started   time.Duration // since the start of the run
	Took      time.Duration
	Repeated  bool // a blocking finding was looked at twice
	Agreed    bool // and the second look found it again
}

// A Run is everything that one diagnosis did, in topological order, then by id.
type Run struct {
	Target   *Target
	Nodes    []*Node
	Ways     map[string][]*Subject // pathway id: the hosts met on it, in order
	Started  time.Time
	Took     time.Duration
	Complete bool // false after an interrupt or when the time ran out
}
