package redirects_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/idp/redirects"
)

func TestScenarios(t *testing.T) { checktest.Run(t, redirects.Check) }
