package version_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/tls/version"
)

func TestScenarios(t *testing.T) { checktest.Run(t, version.Check) }
