package discovery_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/idp/discovery"
)

func TestScenarios(t *testing.T) { checktest.Run(t, discovery.Check) }
