package browser_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/tls/browser"
)

func TestMain(m *testing.M) { checktest.Main(m) }

func TestScenarios(t *testing.T) { checktest.Run(t, browser.Check) }
