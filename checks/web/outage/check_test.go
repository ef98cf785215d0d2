package outage_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/web/outage"
)

func TestScenarios(t *testing.T) { checktest.Run(t, outage.Check) }
