// Package page is the contract with the child process that drives the browser: it carries the order down, the events
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

// An Order is what the parent tells the child first over its standard input: one line of JSON. Answers may follow. The
// input stays open; its end means that the parent is gone.
type Order struct {
	V         int
	Script    checks.Script
	Browser   string // path of the executable
	Profile   string // folder for the browser's files, made and removed by the parent
	Home      string // HOME for the browser; empty means the user's own
	Proxy     string // the parent's relay, host:port; empty means that the browser goes its own way
	Roots     []byte // PEM; set if the browser's refusals of a certificate are to be judged again with these
	NoSandbox bool
}

// onWire is an Order with the secrets of its steps, which no other encoding of a Step holds.
type onWire struct {
	Order
	Secrets []string
}

// Write sends the order.
func (o Order) Write(w io.Writer) error {
	o.V = checks.EventVersion
	wire := onWire{Order: o}
	for s := range each(o.Script.Steps) {
		wire.Secrets = append(wire.Secrets, s.Secret.Reveal())
	}
	return json.NewEncoder(w).Encode(wire)
}

// ReadOrder receives an order.
func ReadOrder(from *json.Decoder) (Order, error) {
	var wire onWire
	if err := from.Decode(&wire); err != nil {
		return Order{}, fmt.Errorf("order: %w", err)
	}
	if wire.V != checks.EventVersion {
		return Order{}, &VersionError{wire.V}
	}
	for s := range each(wire.Script.Steps) {
		if len(wire.Secrets) == 0 {
			break
		}
		s.Secret = checks.NewSecret(wire.Secrets[0])
		wire.Secrets = wire.Secrets[1:]
	}
	return wire.Order, nil
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

// An Answer is what a person said to the question of an event "ask".
type Answer struct {
	Said  checks.Secret
	Error string // why there is none
}

// answerOnWire is an Answer with its secret.
type answerOnWire struct{ Said, Error string }

// Write sends the answer.
func (a Answer) Write(w io.Writer) error {
	return json.NewEncoder(w).Encode(answerOnWire{a.Said.Reveal(), a.Error})
}

// ReadAnswer receives an answer; io.EOF means that the parent is gone.
func ReadAnswer(from *json.Decoder) (Answer, error) {
	var wire answerOnWire
	err := from.Decode(&wire)
	return Answer{checks.NewSecret(wire.Said), wire.Error}, err
}

// A VersionError says that the other process speaks another version of the contract.
type VersionError struct{ Got int }

func (e *VersionError) Error() string {
	return fmt.Sprintf("browser events of version %d, this program reads version %d", e.Got, checks.EventVersion)
}
