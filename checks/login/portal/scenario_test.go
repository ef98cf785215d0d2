package portal_test

import (
	"slices"
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/checktest"
	"logindoctor/checks/login/portal"
)

func TestMain(m *testing.M) { checktest.Main(m) }

func TestScenarios(t *testing.T) {
	c := *portal.Check
	// No line of a scenario changes this browser's extensions and lists; the log of that code is in portal_test.go.
	c.Codes = slices.DeleteFunc(slices.Clone(c.Codes), func(code *checks.Code) bool { return code == portal.BlockedHere })
	checktest.Run(t, &c)
}
