package world

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"

	"logindoctor/checks"
)

// systemPolicies reads the managed preferences of macOS, those of the user last,
// support.google.com/chrome/a/answer/9020077.
func systemPolicies(ctx context.Context) []checks.BrowserPolicy {
	var all []checks.BrowserPolicy
	for _, b := range []struct{ name, id string }{{"Chrome", "com.google.Chrome"}, {"Edge", "com.microsoft.Edge"}, {"Chromium", "org.chromium.Chromium"}} {
		for _, folder := range []string{"/Library/Managed Preferences", filepath.Join("/Library/Managed Preferences", os.Getenv("USER"))} {
			file := filepath.Join(folder, b.id+".plist")
			data, err := exec.CommandContext(ctx, "plutil", "-convert", "json", "-o", "-", file).Output()
			if err != nil {
				continue // there is none
			}
			if list, err := parsePolicies(b.name, file, data); err == nil {
				all = append(all, list...)
			}
		}
	}
	return all
}
