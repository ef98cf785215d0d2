package api_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/login/api"
)

func TestScenarios(t *testing.T) { checktest.Run(t, api.Check) }
