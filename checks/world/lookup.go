package world

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"time"

	"logindoctor/checks"
)

const (
	turn     = 2 * time.Second // after which the next server is asked as well
	patience = 5 * time.Second // for which a server may still answer, resolv.conf(5)
)

// Lookup asks --connect-to, then the hosts file and then the system, or with --resolver those servers in order: that a name does not
// exist or has no address is final, silence, SERVFAIL and REFUSED lead to the next. With --resolver there is no
// search list.
func (w *World) Lookup(ctx context.Context, host string) (checks.Lookup, error) {
	to := w.chosen(host)
	if to == "" {
		return w.lookup(ctx, host)
	}
	found, err := w.lookup(ctx, to)
	found.Chosen = err == nil
	return found, err
}

// lookup is Lookup without --connect-to, whose rules hold for one port only where a connection is opened.
func (w *World) lookup(ctx context.Context, host string) (checks.Lookup, error) {
	if addr, err := netip.ParseAddr(host); err == nil {
		return checks.Lookup{Addrs: []netip.Addr{addr.Unmap()}}, nil
	}
	start := time.Now()
	if addrs := w.fromHosts(host); len(addrs) > 0 {
		return checks.Lookup{Addrs: addrs, HostsFile: true, Took: time.Since(start)}, nil
	}
	addrs, err := w.resolve(ctx, host)
	return checks.Lookup{Addrs: byFamily(addrs), Took: time.Since(start)}, err
}

func (w *World) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	switch {
	case len(w.o.Resolvers) > 0:
		return w.askInOrder(ctx, host)
	case w.o.LoopbackOnly:
		return nil, &net.DNSError{Err: errOutside.Error(), Name: host, UnwrapErr: errOutside}
	}
	return new(net.Resolver).LookupNetIP(ctx, "ip", host)
}

// askInOrder asks the next server when one does not know, or says nothing for its turn. A late answer still counts: a
// slow server is not a dead one.
func (w *World) askInOrder(ctx context.Context, host string) ([]netip.Addr, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	next, waiting, due := w.o.Resolvers, 0, time.After(0)
	replies := make(chan reply, len(next))
	for {
		select {
		case <-due:
			if len(next) == 0 {
				due = nil
				continue
			}
			server := next[0]
			go func() { replies <- w.askBoth(ctx, server, host) }()
			next, waiting, due = next[1:], waiting+1, time.After(turn)
		case r := <-replies:
			waiting--
			if r.final() || ctx.Err() != nil || waiting == 0 && len(next) == 0 {
				return r.addrs, r.err
			}
			if waiting == 0 {
				due = time.After(0)
			}
		}
	}
}

// final reports whether nobody else is asked: there are addresses, or there is certainly no such name.
func (r reply) final() bool {
	dns, ok := errors.AsType[*net.DNSError](r.err)
	return r.err == nil || ok && dns.IsNotFound
}

// byFamily puts IPv4 first and otherwise keeps the order.
func byFamily(addrs []netip.Addr) []netip.Addr {
	for i, addr := range addrs {
		addrs[i] = addr.Unmap()
	}
	slices.SortStableFunc(addrs, func(a, b netip.Addr) int { return a.BitLen() - b.BitLen() })
	return addrs
}

// Resolvers are the servers of --resolver or those of the system.
func (w *World) Resolvers(ctx context.Context) ([]checks.Resolver, error) {
	if len(w.o.Resolvers) == 0 {
		return systemResolvers(ctx)
	}
	var all []checks.Resolver
	for _, server := range w.o.Resolvers {
		all = append(all, checks.Resolver{Addr: server, Source: "--resolver"})
	}
	return all, nil
}
