package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"logindoctor/checks"
)

func TestReportOfAnotherPlace(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	write := func(product string, at time.Time, complete bool) string {
		path := filepath.Join(t.TempDir(), "report.json")
		text := fmt.Sprintf(`{"schema":"logindoctor.report/v1","run":{"started_at":%q,"complete":%v},"context":{"site":"branch"},
"target":{"product":%q},"checks":[{"id":"web.answer@a.test","check":"web.answer","state":"pass"},{"id":"web.answer@b.test","state":"fail"}],
"findings":[{"code":"LD4301","impact":"blocking","hosts":["b.test"]},{"code":"LD8001","impact":"degrading","hosts":["a.test"]}]}`,
			at.Format(time.RFC3339), complete, product)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	product := &checks.Product{ID: "psa"}
	all, err := seenFrom([]string{write("psa", now.Add(-29*time.Minute), true)}, product, now)
	if err != nil {
		t.Fatal(err)
	}
	s := all[0]
	if s.Site != "branch" || !s.Hosts["a.test"].Works || len(s.Hosts["a.test"].Codes) != 0 || s.Hosts["b.test"].Works || s.Hosts["b.test"].Codes[0] != "LD4301" {
		t.Errorf("sighting %+v", s)
	}
	for path, want := range map[string]string{
		write("psa", now.Add(-31*time.Minute), true): "31 min",
		write("psa", now.Add(time.Hour), true):       "future",
		write("crm", now, true):                      "about crm",
		write("psa", now, false):                     "stopped before",
		filepath.Join(t.TempDir(), "none.json"):      "no such file",
	} {
		if _, err := seenFrom([]string{path}, product, now); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "--seen-from") {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}
