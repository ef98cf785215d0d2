package world

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"slices"
	"unsafe"

	"golang.org/x/sys/windows"

	"logindoctor/checks"
)

func hostsPath() string {
	dir, err := windows.GetSystemDirectory()
	if err != nil {
		dir = `C:\Windows\System32`
	}
	return filepath.Join(dir, `drivers\etc\hosts`)
}

// systemResolvers lists the servers of the adapters that are up, the preferred adapter first.
func systemResolvers(context.Context) ([]checks.Resolver, error) {
	adapters, err := adapterAddresses()
	if err != nil {
		return nil, fmt.Errorf("list network adapters: %w", err)
	}
	slices.SortStableFunc(adapters, func(a, b *windows.IpAdapterAddresses) int {
		return int(a.Ipv4Metric) - int(b.Ipv4Metric)
	})
	var all []checks.Resolver
	for _, a := range adapters {
		if a.OperStatus != windows.IfOperStatusUp {
			continue
		}
		source := "adapter " + windows.UTF16PtrToString(a.FriendlyName)
		for dns := a.FirstDnsServerAddress; dns != nil; dns = dns.Next {
			addr, ok := netip.AddrFromSlice(dns.Address.IP())
			// fec0::/10 stands in for "none", as in Go's own dnsconfig_windows.go.
			if ok && !siteLocal.Contains(addr) {
				all = append(all, checks.Resolver{Addr: netip.AddrPortFrom(addr.Unmap(), 53), Source: source})
			}
		}
	}
	return all, nil
}

var siteLocal = netip.MustParsePrefix("fec0::/10")

func adapterAddresses() ([]*windows.IpAdapterAddresses, error) {
	const flags = windows.GAA_FLAG_SKIP_UNICAST | windows.GAA_FLAG_SKIP_ANYCAST | windows.GAA_FLAG_SKIP_MULTICAST
	size := uint32(15 << 10) // the size that the documentation of GetAdaptersAddresses recommends
	for {
		buffer := make([]byte, size)
		first := (*windows.IpAdapterAddresses)(unsafe.Pointer(&buffer[0]))
		err := windows.GetAdaptersAddresses(windows.AF_UNSPEC, flags, 0, first, &size)
		if errors.Is(err, windows.ERROR_BUFFER_OVERFLOW) {
			continue
		}
		var all []*windows.IpAdapterAddresses
		for a := first; err == nil && a != nil; a = a.Next {
			all = append(all, a)
		}
		return all, err
	}
}

// systemProxies reads the registry.
func systemProxies(context.Context) ([]systemProxy, error) { return systemRegistry().proxies(), nil }
