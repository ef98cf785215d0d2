package connect_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/tcp/connect"
)

func TestScenarios(t *testing.T) { checktest.Run(t, connect.Check) }
