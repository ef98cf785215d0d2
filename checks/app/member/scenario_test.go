package member_test

import (
	"testing"

	"logindoctor/checks/app/member"
	"logindoctor/checks/checktest"
)

func TestScenarios(t *testing.T) { checktest.Run(t, member.Check) }
