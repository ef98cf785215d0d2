package answer_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/web/answer"
)

func TestScenarios(t *testing.T) { checktest.Run(t, answer.Check) }
