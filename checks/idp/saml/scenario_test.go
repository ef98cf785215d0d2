package saml_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/idp/saml"
)

func TestScenarios(t *testing.T) { checktest.Run(t, saml.Check) }
