// Package plugin is the bridge to checks that are programs of their own: it declares and runs an executable as a Check.
package plugin

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"time"

	"logindoctor/checks"
)

// Languages that a program may speak.
const (
	Nagios = "nagios" // exit codes 0 to 3, one line, performance data
	JSON   = "json"   // one document in, one document out
)

const usualTimeout = 10 * time.Second

var nameForm = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)

// A Declaration is an entry of the settings. A program is never searched for.
type Declaration struct {
	Name     string
	Command  []string // whole path and arguments with {host} {port} {region} {pathway} {address} {connect_port}
	Speaks   string
	On       []checks.Role // hosts it is run for; none means the staff pages
	Requires []*checks.Check
	Timeout  time.Duration // zero means 10 s
	Secrets  []string      // credentials that a program speaking JSON may have
}

// New makes a Check of a declaration. A program that speaks JSON is asked once to describe itself.
func New(ctx context.Context, d Declaration) (*checks.Check, error) {
	if err := d.validate(); err != nil {
		return nil, fmt.Errorf("plug-in %q: %w", d.Name, err)
	}
	if d.Timeout == 0 {
		d.Timeout = usualTimeout
	}
	if len(d.On) == 0 {
		d.On = []checks.Role{checks.RoleWeb}
	}
	c := &checks.Check{ID: "app." + d.Name, Scope: checks.PerHost, Roles: d.On, Requires: d.Requires, Timeout: d.Timeout + 5*time.Second}
	if d.Speaks == Nagios {
		c.Codes, c.Run = nagios(d)
		return c, nil
	}
	if err := describe(ctx, d, c); err != nil {
		return nil, fmt.Errorf("plug-in %q: %w", d.Name, err)
	}
	return c, nil
}

func (d Declaration) validate() error {
	switch {
	case !nameForm.MatchString(d.Name):
		return errors.New("a name has 1 to 32 of a-z, 0-9 and -")
	case len(d.Command) == 0 || !filepath.IsAbs(d.Command[0]):
		return errors.New("command: write the whole path of the program")
	case d.Speaks != Nagios && d.Speaks != JSON:
		return fmt.Errorf("speaks %q: write %s or %s", d.Speaks, Nagios, JSON)
	case d.Timeout < 0:
		return errors.New("timeout: must not be below zero")
	case d.Speaks == Nagios && len(d.Secrets) > 0:
		return errors.New("secrets: only a program that speaks json can have them")
	}
	for _, arg := range d.Command {
		for _, name := range checks.Placeholders(arg) {
			if !known(name) {
				return fmt.Errorf("command: {%s} is none of {host} {port} {region} {pathway} {address} {connect_port}", name)
			}
		}
	}
	return nil
}
