package region_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/web/region"
)

func TestScenarios(t *testing.T) { checktest.Run(t, region.Check) }
