package portal_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/login/portal"
)

func TestMain(m *testing.M) { checktest.Main(m) }

func TestScenarios(t *testing.T) { checktest.Run(t, portal.Check) }
