package status_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/web/status"
)

func TestScenarios(t *testing.T) { checktest.Run(t, status.Check) }
