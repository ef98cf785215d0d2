package oidc_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/idp/oidc"
)

func TestScenarios(t *testing.T) { checktest.Run(t, oidc.Check) }
