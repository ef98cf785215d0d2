package client

import (
	"testing"

	"logindoctor/checks/checktest"
)

func TestScenarios(t *testing.T) { checktest.Run(t, Check) }

func TestOlder(t *testing.T) {
	for _, c := range []struct {
		client, service string
		older           bool
	}{
		{"2025.3.1", "v2026.1.17", true}, {"2026.1.99", "v2026.1.100", false}, {"2026.2", "v2026.1.1", false},
		{"2025.9", "v2025.10", true}, {"", "v2026.1.1", false}, {"2025.1", "", false}, {"unknown", "v2026.1", false},
	} {
		if got := older(c.client, c.service); got != c.older {
			t.Errorf("client %q, service %q: %v", c.client, c.service, got)
		}
	}
}
