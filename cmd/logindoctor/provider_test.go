package main

import (
	"slices"
	"testing"

	"logindoctor/checks/catalog"
)

// TestProviderCodesLeadToOurs asks of each code that is known what a diagnosis makes of it: one of our codes, which a check
// can really report, or nothing.
func TestProviderCodesLeadToOurs(t *testing.T) {
	ours, nothing := allCodes(), 0
	for _, c := range catalog.Default().AllCodes() {
		lead := leads(c)
		if lead == nil {
			nothing++
		} else if !slices.Contains(ours, lead) {
			t.Errorf("%s leads to %s, which no check reports", c.Code, lead.ID)
		}
	}
	if nothing == 0 || nothing > 60 {
		t.Errorf("%d codes are called normal steps", nothing)
	}
}
