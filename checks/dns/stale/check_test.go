package stale_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/dns/stale"
)

func TestScenarios(t *testing.T) { checktest.Run(t, stale.Check) }
