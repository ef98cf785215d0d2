package staff_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/login/staff"
)

func TestMain(m *testing.M) { checktest.Main(m) }

func TestScenarios(t *testing.T) { checktest.Run(t, staff.Check) }
