package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"logindoctor/fixtures"
	"logindoctor/report"
)

// scored is a row of a scenario with the given section want, in as many runs as there are outcomes.
func scored(t *testing.T, name, want string, runs ...scoreRun) scoreRow {
	t.Helper()
	s, err := fixtures.Parse(name, []byte("A story.\n-- want --\n"+want+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	row := newScoreRow(s, len(runs))
	copy(row.Runs, runs)
	return row
}

func TestScorecardCounts(t *testing.T) {
	found := func(seconds float64, codes ...string) scoreRun {
		return scoreRun{Got: codes[0] + " on x", Verdict: report.Broken, Causes: codes, Seconds: seconds}
	}
	fine := scoreRun{Got: "none", Verdict: report.OK}
	wrong := found(1, "LD2102")
	wrong.Missed = []string{"primary LD2102, want LD2101"}
	undetermined := found(1, "LD3001")
	undetermined.Owner = "undetermined"
	rows := []scoreRow{
		scored(t, "dns.a/gone", "primary dns-nxdomain on web\nnever dns-nodata", found(3, "LD2101"), wrong),
		scored(t, "dns.a/other", "primary dns-refused", found(2, "LD2113"), found(2, "LD2113")),
		scored(t, "combo-01", "primary host-clock-skew-large\nalso tls-leaf-expired", found(4, "LD1101", "LD3201"), found(4, "LD1101", "LD3201")),
		scored(t, "odd-02", "primary none", fine, found(1, "LD2206")),
		scored(t, "tls.v/cut", "primary tls-handshake-cut", undetermined, undetermined),
	}
	entries := []entry{{id: "dns-nxdomain"}, {id: "dns-nodata", open: true}, {id: "dns-refused"}, {id: "combo-01-clock-and-expired"},
		{id: "mfa-x", unseen: "far"}, {id: "dns-y", test: "checks/x TestY"}, {id: "odd-02-no-ipv6"}, {id: "LD2309", test: "checks/x TestZ"}}
	s := newScorecard(rows, entries, true, 9*time.Second)
	if s.Scenarios != 5 || s.Runs != 10 || s.Top1 != 4 || s.FalseAlarms != 1 || s.TwoCauses != 1 || s.BothRight != 1 || s.Seconds != 9 {
		t.Errorf("got %+v", s)
	}
	if !slices.Equal(s.Missed, []string{"dns.a/gone"}) || !slices.Equal(s.Flickering, []string{"dns.a/gone", "odd-02"}) {
		t.Errorf("missed %v, flickering %v", s.Missed, s.Flickering)
	}
	if s.Undetermined != 2.0/9 {
		t.Errorf("undetermined is %v, want 2 of 9 causes", s.Undetermined)
	}
	if s.Slowest[0] != (slowRow{"combo-01", 4}) || s.SlowestShare != 1 {
		t.Errorf("slowest are %v, %v", s.Slowest, s.SlowestShare)
	}
	want := []domainRow{{Domain: "dns", Entries: 4, Right: 1, Wrong: 1, ByTest: 1, Open: 1}, {Domain: "combo", Entries: 1, Right: 1},
		{Domain: "mfa", Entries: 1, NotObservable: 1}, {Domain: "odd", Entries: 1, Right: 1}}
	if !slices.Equal(s.Domains, want) {
		t.Errorf("domains are %+v", s.Domains)
	}
	if !slices.Equal(s.NotShown, []string{"dns-nodata", "mfa-x", "dns-y"}) || !slices.Equal(s.OneMechanism, []string{"dns-nxdomain", "dns-refused"}) {
		t.Errorf("not shown %v, one mechanism %v", s.NotShown, s.OneMechanism)
	}
	row := s.LookAlikes[slices.IndexFunc(s.LookAlikes, func(l lookAlike) bool { return l.Expected == "LD2101" })]
	if row.Got["LD2101"] != 1 || row.Got["LD2102"] != 1 || !slices.Equal(row.Never, []string{"LD2102"}) {
		t.Errorf("look-alikes of LD2101 are %+v", row)
	}
	var out bytes.Buffer
	s.print(&out)
	for _, text := range []string{"Flickers: dns.a/gone\n  run 1  ok", "run 2  MISSED", "LD2101 1, LD2102 1  LD2102", "5 scenarios, 4 right, 1 missed, 1 false alarms.\n"} {
		if !strings.Contains(out.String(), text) {
			t.Errorf("%q is not in\n%s", text, out.String())
		}
	}
}
