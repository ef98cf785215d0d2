package report_test

import (
	"testing"
	"time"

	"logindoctor/report"
	"logindoctor/report/internal/samples"
)

// A result that is too old is neither good nor bad, whatever it said when it was new.
func TestOutdated(t *testing.T) {
	manual, err := report.Manual()
	if err != nil {
		t.Fatal(err)
	}
	book := report.Book{report.NotRecent.ID: manual.Section(report.NotRecent.ID)}
	for name, r := range samples.All() {
		before := len(r.Findings)
		got := report.Outdated(r, report.Report{}, 15*time.Minute, book)
		if got.Verdict.State != report.Unknown || got.Verdict.PrimaryFinding != "LD9401" || len(got.Findings) != 1 || len(got.Checks) != 0 {
			t.Errorf("%s: %+v", name, got.Verdict)
		}
		for _, p := range got.Pathways {
			if p.State != report.Unknown {
				t.Errorf("%s: %s is %s", name, p.ID, p.State)
			}
		}
		if len(got.Pathways) != len(r.Pathways) || len(r.Findings) != before {
			t.Errorf("%s: %d pathways, and the stored report has %d findings", name, len(got.Pathways), len(r.Findings))
		}
	}
	none := report.Outdated(nil, report.Report{Tool: report.Tool{Name: "logindoctor"}}, 15*time.Minute, book)
	if want := "There is no stored result from the last 15 min, so nothing is known about now."; none.Findings[0].Text != want {
		t.Errorf("got %q, want %q", none.Findings[0].Text, want)
	}
}
