package world

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"logindoctor/checks"
)

// BrowserPolicies implements checks.World: it reads what administrators have laid down, whatever browser is used here.
func (w *World) BrowserPolicies(ctx context.Context) ([]checks.BrowserPolicy, error) {
	d, err := w.registryFile()
	if err != nil {
		return nil, err
	}
	if d == nil && w.o.LoopbackOnly {
		return nil, nil
	}
	if d == nil {
		d = systemRegistry()
	}
	all := d.policies()
	if w.o.RegistryFile == "" {
		all = append(all, systemPolicies(ctx)...)
	}
	return all, nil
}

// Installed implements checks.World.
func (w *World) Installed(context.Context) (checks.Installed, error) {
	d, err := w.registryFile()
	if err != nil {
		return checks.Installed{}, err
	}
	if d == nil {
		d = systemRegistry()
	}
	if d == nil {
		return checks.Installed{}, checks.ErrNoRegistry
	}
	return d.installed(), nil
}

// parsePolicies reads a policy file: one object with the policies by name.
func parsePolicies(browser, source string, data []byte) ([]checks.BrowserPolicy, error) {
	var values map[string]any
	if err := json.Unmarshal(data, &values); err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	var all []checks.BrowserPolicy
	for name, value := range values {
		all = append(all, checks.BrowserPolicy{Browser: browser, Name: name, Value: value, Source: source})
	}
	sortPolicies(all)
	return all, nil
}

// readPolicyFolder reads the files of a folder in the order of their names. What a browser could not read it ignores.
func readPolicyFolder(browser, folder string) []checks.BrowserPolicy {
	files, _ := filepath.Glob(filepath.Join(folder, "*.json"))
	var all []checks.BrowserPolicy
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		if list, err := parsePolicies(browser, file, data); err == nil {
			all = append(all, list...)
		}
	}
	return all
}
