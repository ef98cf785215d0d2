package addresses_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/tcp/addresses"
)

func TestScenarios(t *testing.T) { checktest.Run(t, addresses.Check) }
