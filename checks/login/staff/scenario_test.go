package staff_test

import (
	"slices"
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/checktest"
	"logindoctor/checks/login/staff"
)

func TestMain(m *testing.M) { checktest.Main(m) }

// byHand are the codes about this browser's settings, extensions and lists, which no line of a scenario changes; their
// logs are in verdict_test.go.
var byHand = []*checks.Code{staff.CookiesOff, staff.ThirdParty, staff.Extension, staff.ManagedBlock, staff.NoPopup}

func TestScenarios(t *testing.T) {
	c := *staff.Check
	c.Codes = slices.DeleteFunc(slices.Clone(c.Codes), func(code *checks.Code) bool { return slices.Contains(byHand, code) })
	checktest.Run(t, &c)
}
