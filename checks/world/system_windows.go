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
	"golang.org/x/sys/windows/registry"

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

const internetSettings = `Software\Microsoft\Windows\CurrentVersion\Internet Settings`

// systemProxies reads what browsers obey (WinINET) and what services obey (WinHTTP).
func systemProxies(context.Context) ([]systemProxy, error) {
	user := parseWinINET(readWinINET())
	k, err := registry.OpenKey(registry.LOCAL_MACHINE, internetSettings+`\Connections`, registry.QUERY_VALUE)
	if err != nil {
		return user, nil
	}
	defer k.Close()
	blob, _, err := k.GetBinaryValue("WinHttpSettings")
	if err != nil {
		return user, nil
	}
	return append(user, parseWinHTTP(blob)...), nil
}

// readWinINET reads the user's settings, or the machine's where policy says that they are for everyone.
func readWinINET() winINET {
	root := registry.CURRENT_USER
	const policy = `Software\Policies\Microsoft\Windows\CurrentVersion\Internet Settings`
	if k, err := registry.OpenKey(registry.LOCAL_MACHINE, policy, registry.QUERY_VALUE); err == nil {
		if perUser, _, err := k.GetIntegerValue("ProxySettingsPerUser"); err == nil && perUser == 0 {
			root = registry.LOCAL_MACHINE
		}
		k.Close()
	}
	k, err := registry.OpenKey(root, internetSettings, registry.QUERY_VALUE)
	if err != nil {
		return winINET{}
	}
	defer k.Close()
	text := func(name string) string {
		s, _, _ := k.GetStringValue(name)
		return s
	}
	enable, _, _ := k.GetIntegerValue("ProxyEnable")
	return winINET{enable == 1, text("ProxyServer"), text("ProxyOverride"), text("AutoConfigURL")}
}
