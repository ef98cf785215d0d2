package world

import (
	"context"

	"logindoctor/checks"
)

// systemPolicies is empty: on Windows policies stand in the registry.
func systemPolicies(context.Context) []checks.BrowserPolicy { return nil }
