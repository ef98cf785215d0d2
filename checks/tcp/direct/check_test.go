package direct_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/tcp/direct"
)

func TestScenarios(t *testing.T) { checktest.Run(t, direct.Check) }
