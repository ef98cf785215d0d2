package quic_test

import (
	"testing"

	"logindoctor/checks/checktest"
	"logindoctor/checks/web/quic"
)

func TestScenarios(t *testing.T) { checktest.Run(t, quic.Check) }
