package answers_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/dns/answers"
)

func TestScenarios(t *testing.T) { checktest.Run(t, answers.Check) }
