package profile_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/login/profile"
)

func TestMain(m *testing.M) { checktest.Main(m) }

func TestScenarios(t *testing.T) { checktest.Run(t, profile.Check) }
