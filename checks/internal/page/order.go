// Package page is the contract with the child process that drives the browser: it carries the order down, the events
// up, and reads the log that they make.
package page

import (
	"encoding/json"
	"fmt"
	"io"

	"logindoctor/checks"
)

// Arg is the only argument of a process that is started as the child.
const Arg = "__page"

// An Order is what the parent tells the child over its standard input: one line of JSON. The input stays open
// afterwards; its end means that the parent is gone.
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
	for _, s := range o.Script.Steps {
		wire.Secrets = append(wire.Secrets, s.Secret.Reveal())
	}
	return json.NewEncoder(w).Encode(wire)
}

// ReadOrder receives an order and leaves whatever follows it unread or in the decoder.
func ReadOrder(r io.Reader) (Order, error) {
	var wire onWire
	if err := json.NewDecoder(r).Decode(&wire); err != nil {
		return Order{}, fmt.Errorf("order: %w", err)
	}
	if wire.V != checks.EventVersion {
		return Order{}, &VersionError{wire.V}
	}
	for i := range wire.Script.Steps {
		if i < len(wire.Secrets) {
			wire.Script.Steps[i].Secret = checks.NewSecret(wire.Secrets[i])
		}
	}
	return wire.Order, nil
}

// A VersionError says that the other process speaks another version of the contract.
type VersionError struct{ Got int }

func (e *VersionError) Error() string {
	return fmt.Sprintf("browser events of version %d, this program reads version %d", e.Got, checks.EventVersion)
}
