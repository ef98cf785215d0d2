package plugin

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"

	"logindoctor/checks"
)

var reached = []string{"address", "connect_port"}

func known(name string) bool {
	return slices.Contains([]string{"host", "port", "region", "pathway"}, name) || slices.Contains(reached, name)
}

// arguments fills the placeholders. Where the address is asked for, a connection of the World tells it: only so a
// program that looks names up itself is led to where this world's host is.
func (d Declaration) arguments(ctx context.Context, p *checks.Pass) ([]string, error) {
	host, port, err := net.SplitHostPort(p.Subject.Address())
	if err != nil {
		return nil, err
	}
	values := []checks.Evidence{{Key: "host", Value: host}, {Key: "port", Value: port}, {Key: "region", Value: p.Target.Region},
		{Key: "pathway", Value: strings.Join(pathways(p), ",")}}
	if slices.ContainsFunc(d.Command, wantsAddress) {
		address, port, err := reach(ctx, p)
		if err != nil {
			return nil, err
		}
		values = append(values, checks.Evidence{Key: "address", Value: address}, checks.Evidence{Key: "connect_port", Value: port})
	}
	argv := []string{d.Command[0]}
	for _, arg := range d.Command[1:] {
		argv = append(argv, checks.Fill(arg, values))
	}
	return argv, nil
}

func wantsAddress(arg string) bool {
	return slices.ContainsFunc(checks.Placeholders(arg), func(name string) bool { return slices.Contains(reached, name) })
}

func reach(ctx context.Context, p *checks.Pass) (address, port string, err error) {
	conn, err := p.World.Dial(ctx, "tcp", p.Subject.Address(), checks.Dialing{})
	if err != nil {
		return "", "", fmt.Errorf("no address for the plug-in: %w", err)
	}
	defer conn.Close()
	return net.SplitHostPort(conn.RemoteAddr().String())
}

// pathways are the ids of those on which the subject is known to be.
func pathways(p *checks.Pass) []string {
	var ids []string
	for _, way := range p.Target.Pathways {
		if slices.ContainsFunc(way.Subjects, func(s *checks.Subject) bool { return s.Address() == p.Subject.Address() }) {
			ids = append(ids, way.ID)
		}
	}
	return ids
}
