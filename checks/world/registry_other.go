//go:build !windows

package world

// systemRegistry is empty: only Windows has a registry.
func systemRegistry() registryDump { return nil }
