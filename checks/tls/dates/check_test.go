package dates_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/tls/dates"
)

func TestScenarios(t *testing.T) { checktest.Run(t, dates.Check) }
