package chain_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/tls/chain"
)

func TestScenarios(t *testing.T) { checktest.Run(t, chain.Check) }
