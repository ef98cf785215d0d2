// Package page is the contract with the child process that drives the browser: it carries orders and calls down, events
// up, and reads the log that they make.
package page

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"

	"logindoctor/checks"
)

// Arg is the only argument of a process that is started as the child.
const Arg = "__page"

// An Order is what the parent tells the child first over its standard input, one line of JSON: which browser to start,
// and how. Calls follow. The input stays open; its end means that the parent is gone.
type Order struct {
	V         int
	Browser   string // path of the executable
	Profile   string // folder for the browser's files, made and removed by the parent
	Home      string // HOME for the browser; empty means the user's own
	Proxy     string // host:port, for what the browser asks on its own account; empty means that it goes its own way
	Roots     []byte // PEM; set if the browser's refusals of a certificate are to be judged again with these
	NoSandbox bool
	Own       bool // the one room of this browser is its own profile, the only one in which extensions act
}

// Write sends the order.
func (o Order) Write(w io.Writer) error {
	o.V = checks.EventVersion
	return json.NewEncoder(w).Encode(o)
}

// ReadOrder receives an order.
func ReadOrder(from *json.Decoder) (Order, error) {
	var o Order
	if err := from.Decode(&o); err != nil {
		return Order{}, fmt.Errorf("order: %w", err)
	}
	if o.V != checks.EventVersion {
		return Order{}, &VersionError{o.V}
	}
	return o, nil
}

// A Call is one thing that the child is asked to do while its browser lives; one field is set.
type Call struct {
	Room   *Room   `json:",omitempty"` // prepare a room
	Walk   *Walk   `json:",omitempty"` // walk a script in a room that was prepared
	Answer *Answer `json:",omitempty"` // the answer to a question of a walk
	Stop   int     `json:",omitempty"` // the walk of that number is to end
	Leave  string  `json:",omitempty"` // the room of that name is not needed any more
}

// A Room is a browser context: cookies, storage, caches and connections that no other room sees.
type Room struct {
	Name  string
	Proxy string // the parent's relay for this room, host:port; empty means that the browser goes its own way
}

// A Walk is a script on its way. Its number comes back with each of its events.
type Walk struct {
	ID     int // from 1 on
	Room   string
	Last   bool // the room is left afterwards; it need not be tidied up
	Script checks.Script
}

// An Answer is what a person said to the question of an event "ask".
type Answer struct {
	Walk  int
	Said  checks.Secret `json:"-"` // over the pipe only
	Error string        // why there is none
}

// callOnWire is a Call with its secrets, which no other encoding of it holds.
type callOnWire struct {
	Call
	Secrets []string `json:",omitempty"`
}

// Write sends the call.
func (c Call) Write(w io.Writer) error {
	wire := callOnWire{Call: c}
	for s := range c.secrets() {
		wire.Secrets = append(wire.Secrets, s.Reveal())
	}
	return json.NewEncoder(w).Encode(wire)
}

// ReadCall receives a call; io.EOF means that the parent is gone.
func ReadCall(from *json.Decoder) (Call, error) {
	var wire callOnWire
	err := from.Decode(&wire)
	for s := range wire.secrets() {
		if len(wire.Secrets) == 0 {
			break
		}
		*s = checks.NewSecret(wire.Secrets[0])
		wire.Secrets = wire.Secrets[1:]
	}
	return wire.Call, err
}

// secrets goes through the places of a call that hold a secret, in order.
func (c Call) secrets() iter.Seq[*checks.Secret] {
	return func(yield func(*checks.Secret) bool) {
		if c.Answer != nil && !yield(&c.Answer.Said) || c.Walk == nil {
			return
		}
		for s := range each(c.Walk.Script.Steps) {
			if !yield(&s.Secret) {
				return
			}
		}
	}
}

// each goes through steps and the steps of their cases, in order.
func each(steps []checks.Step) iter.Seq[*checks.Step] {
	return func(yield func(*checks.Step) bool) { visit(steps, yield) }
}

func visit(steps []checks.Step, yield func(*checks.Step) bool) bool {
	for i := range steps {
		if !yield(&steps[i]) {
			return false
		}
		for _, c := range steps[i].Cases {
			if !visit(c.Steps, yield) {
				return false
			}
		}
	}
	return true
}

// A VersionError says that the other process speaks another version of the contract.
type VersionError struct{ Got int }

func (e *VersionError) Error() string {
	return fmt.Sprintf("browser events of version %d, this program reads version %d", e.Got, checks.EventVersion)
}
