package code_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/login/code"
)

func TestScenarios(t *testing.T) { checktest.Run(t, code.Check) }
