package size_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/tcp/size"
)

func TestScenarios(t *testing.T) { checktest.Run(t, size.Check) }
