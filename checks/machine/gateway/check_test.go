package gateway_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/machine/gateway"
)

func TestScenarios(t *testing.T) { checktest.Run(t, gateway.Check) }
