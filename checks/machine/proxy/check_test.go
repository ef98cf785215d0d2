package proxy_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/machine/proxy"
)

func TestScenarios(t *testing.T) { checktest.Run(t, proxy.Check) }
