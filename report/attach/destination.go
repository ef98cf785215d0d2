package attach

import (
	"context"
	"fmt"
	"strings"

	"logindoctor/checks"
)

// A Destination is where a parcel can go.
type Destination interface {
	// Name says where that is, "ticket 48213 (internal note)".
	Name() string
	// Plan says what would be done, a step a line. Secrets are masked in it.
	Plan(p *Parcel) []string
	// Send sends the parcel and returns what people should know of it, a line each. What was sent before an error is told
	// with the error.
	Send(ctx context.Context, p *Parcel) ([]string, error)
}

// An Error is a parcel that did not arrive, in the form of ux.md 3.1.
type Error struct {
	Code      *checks.Code
	Statement string
	Seen      string
	Because   string
	Next      string
	Sent      []string // what had arrived before
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  [%s]", e.Statement, e.Code.ID)
	for _, line := range []struct{ name, text string }{{"Seen", e.Seen}, {"Because", e.Because}, {"Sent", strings.Join(e.Sent, "; ")},
		{"Fix by", string(e.Code.Owner)}, {"Next", e.Next}} {
		if line.text != "" {
			fmt.Fprintf(&b, "\n  %-9s %s", line.name, line.text)
		}
	}
	return b.String()
}
