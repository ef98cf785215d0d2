package revocation_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/tls/revocation"
)

func TestScenarios(t *testing.T) { checktest.Run(t, revocation.Check) }
