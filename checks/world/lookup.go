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

const perServer = 2 * time.Second

// Lookup asks the hosts file and then the system, or with --resolver those servers in order: that a name does not
// exist or has no address is final, silence, SERVFAIL and REFUSED lead to the next. With --resolver there is no
// search list.
func (w *World) Lookup(ctx context.Context, host string) (checks.Lookup, error) {
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

func (w *World) askInOrder(ctx context.Context, host string) ([]netip.Addr, error) {
	var last error
	for _, server := range w.o.Resolvers {
		addrs, err := w.askBoth(ctx, server, host)
		if err == nil {
			return addrs, nil
		}
		last = err
		if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound || ctx.Err() != nil {
			break
		}
	}
	return nil, last
}

// byFamily puts IPv4 first and otherwise keeps the order.
func byFamily(addrs []netip.Addr) []netip.Addr {
	for i, addr := range addrs {
		addrs[i] = addr.Unmap()
	}
	slices.SortStableFunc(addrs, func(a, b netip.Addr) int { return familyOf(a) - familyOf(b) })
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
