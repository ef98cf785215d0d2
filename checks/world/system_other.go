//go:build !windows && !darwin

package world

import (
	"context"
	"os"
	"slices"

	"logindoctor/checks"
)

const resolvedUpstream = "/run/systemd/resolve/resolv.conf"

func hostsPath() string { return "/etc/hosts" }

// systemResolvers reads resolv.conf; behind the stub of systemd-resolved stand the servers that it asks.
func systemResolvers(context.Context) ([]checks.Resolver, error) {
	text, err := os.ReadFile("/etc/resolv.conf")
	if err != nil {
		return nil, err
	}
	all := parseResolvConf(string(text), "resolv.conf")
	stub := func(r checks.Resolver) bool { return r.Addr.String() == "127.0.0.53:53" }
	if !slices.ContainsFunc(all, stub) {
		return all, nil
	}
	if text, err := os.ReadFile(resolvedUpstream); err == nil {
		all = append(all, parseResolvConf(string(text), "systemd-resolved")...)
	}
	return all, nil
}

// systemProxies is empty: programs on these systems read the environment.
func systemProxies(context.Context) ([]systemProxy, error) { return nil, nil }
