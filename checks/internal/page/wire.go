package page

import (
	"encoding/json"

	"logindoctor/checks"
)

// eventOnWire is an Event with the number of its walk and the values of its message, which no other encoding of an Event holds.
type eventOnWire struct {
	Walk int `json:"walk"`
	checks.Event
	Values map[string]string `json:"values,omitempty"`
}

// WriteEvent sends an event of a walk to the parent as one line.
func WriteEvent(to *json.Encoder, walk int, e checks.Event) error {
	wire := eventOnWire{Walk: walk, Event: e}
	if e.Message != nil {
		m := *e.Message
		m.Values, wire.Message, wire.Values = nil, &m, map[string]string{}
		for name, value := range e.Message.Values {
			wire.Values[name] = value.Reveal()
		}
	}
	return to.Encode(wire)
}

// readEvent is the other end of WriteEvent.
func readEvent(line []byte) (walk int, e checks.Event, err error) {
	var wire eventOnWire
	if err := json.Unmarshal(line, &wire); err != nil {
		return 0, checks.Event{}, err
	}
	if wire.Message != nil {
		wire.Message.Values = map[string]checks.Secret{}
		for name, value := range wire.Values {
			wire.Message.Values[name] = checks.NewSecret(value)
		}
	}
	return wire.Walk, wire.Event, nil
}
