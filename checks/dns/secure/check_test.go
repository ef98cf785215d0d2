package secure_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/dns/secure"
)

func TestScenarios(t *testing.T) { checktest.Run(t, secure.Check) }
