package catalog_test

import (
	"testing"

	"logindoctor/checks/catalog"
)

func TestDefault(t *testing.T) {
	p := catalog.Default()
	target, err := catalog.Target(p, catalog.Input{Target: "na", Company: "acme", User: "alice", Portal: "acme.myportallogin.com", HaveAPIKey: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range target.Pathways {
		t.Log(w.ID, w.Start, len(w.Subjects))
	}
}
