package clock_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/machine/clock"
)

func TestScenarios(t *testing.T) { checktest.Run(t, clock.Check) }
