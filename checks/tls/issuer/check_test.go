package issuer_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/tls/issuer"
)

func TestMain(m *testing.M) { checktest.Main(m) }

func TestScenarios(t *testing.T) { checktest.Run(t, issuer.Check) }
