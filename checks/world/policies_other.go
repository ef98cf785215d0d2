//go:build !windows && !darwin

package world

import (
	"context"

	"logindoctor/checks"
)

// systemPolicies reads the folders that browsers on Linux read, support.google.com/chrome/a/answer/9027408.
func systemPolicies(context.Context) []checks.BrowserPolicy {
	var all []checks.BrowserPolicy
	for _, b := range []struct{ name, folder string }{{"Chrome", "/etc/opt/chrome/policies/managed"},
		{"Chromium", "/etc/chromium/policies/managed"}, {"Edge", "/etc/opt/edge/policies/managed"}} {
		all = append(all, readPolicyFolder(b.name, b.folder)...)
	}
	return all
}
