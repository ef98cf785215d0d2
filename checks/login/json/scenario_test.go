package json_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/login/json"
)

func TestScenarios(t *testing.T) { checktest.Run(t, json.Check) }
