package resolvers_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/machine/resolvers"
)

func TestScenarios(t *testing.T) { checktest.Run(t, resolvers.Check) }
