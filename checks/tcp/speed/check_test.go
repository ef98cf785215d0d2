package speed_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/tcp/speed"
)

func TestScenarios(t *testing.T) { checktest.Run(t, speed.Check) }
