package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"logindoctor/report"
	"logindoctor/report/internal/samples"
	"logindoctor/report/redact"
)

var (
	noon  = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	month = Keep{OK: 30 * 24 * time.Hour, Failed: 180 * 24 * time.Hour}
)

// sample is a run of a verdict at a time. The letters end its id.
func sample(verdict string, at time.Time, letters string) *report.Report {
	r := samples.Healthy()
	if verdict != report.OK {
		r = samples.Broken()
	}
	r.Run.StartedAt = report.Time{Time: at}
	r.Run.ID = fmt.Sprintf("%010d", at.Unix()) + strings.Repeat("0", 16-len(letters)) + letters
	return redact.Apply(r, redact.Internal)
}

func create(t *testing.T) *Store {
	t.Helper()
	s, err := Create(t.Context(), filepath.Join(t.TempDir(), "state", "history.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func save(t *testing.T, s *Store, k Keep, reports ...*report.Report) (runs []Run) {
	t.Helper()
	for _, r := range reports {
		run, err := s.Save(t.Context(), r, k)
		if err != nil {
			t.Fatal(err)
		}
		runs = append(runs, run)
	}
	return runs
}

// listed are the short ids of the chosen runs.
func listed(t *testing.T, s *Store, f Filter) string {
	t.Helper()
	all, err := s.List(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, r := range all {
		ids = append(ids, r.Short)
	}
	return strings.Join(ids, " ")
}

func TestWhatIsSavedComesBack(t *testing.T) {
	s := create(t)
	want := sample(report.Broken, noon, "K7Q2")
	runs := save(t, s, month, sample(report.OK, noon.Add(-time.Hour), "K6ZD"), want)
	save(t, s, month, want) // again
	if got := listed(t, s, Filter{}); got != "K7Q2 K6ZD" {
		t.Fatalf("listed are %s", got)
	}
	got, err := s.Find(t.Context(), "k7q2")
	if err != nil || got != runs[1] || got.Finding != "LD3204" || got.Pathways != 4 || got.Troubled != 2 || got.Site != "berlin-office" {
		t.Errorf("found %+v, %v, want %+v", got, err, runs[1])
	}
	if whole, err := s.Find(t.Context(), want.Run.ID); err != nil || whole != got {
		t.Errorf("by the whole id: %+v, %v", whole, err)
	}
	r, err := s.Report(t.Context(), got)
	if err != nil || !r.Gated() || r.Findings[0].Text != want.Findings[0].Text || len(r.Checks) != len(want.Checks) {
		t.Errorf("read %v, %v", r, err)
	}
	if _, err := s.Find(t.Context(), "ZZZZ"); !errors.Is(err, ErrNoRun) {
		t.Errorf("an id that is not there: %v", err)
	}
}

func TestFilters(t *testing.T) {
	s := create(t)
	other := sample(report.OK, noon.Add(time.Hour), "CCCC")
	other.Context.Site = "oslo-office"
	save(t, s, month, sample(report.OK, noon, "AAAA"), sample(report.Broken, noon.Add(2*time.Hour), "BBBB"), other)
	for want, f := range map[string]Filter{
		"BBBB CCCC AAAA": {},
		"BBBB AAAA":      {Site: "berlin-office"},
		"CCCC AAAA":      {Verdict: report.OK},
		"BBBB CCCC":      {Since: noon.Add(time.Hour)},
		"CCCC":           {Before: noon.Add(2 * time.Hour), Limit: 1},
		"":               {Target: "another"},
	} {
		if got := listed(t, s, f); got != want {
			t.Errorf("%+v: listed are %q, want %q", f, got, want)
		}
	}
	if r, err := s.Latest(t.Context(), Filter{Verdict: report.OK, Site: "berlin-office"}); err != nil || r.Short != "AAAA" {
		t.Errorf("latest ok is %+v, %v", r, err)
	}
	if _, err := s.Latest(t.Context(), Filter{Site: "nowhere"}); !errors.Is(err, ErrNoRun) {
		t.Errorf("latest of nothing: %v", err)
	}
}

func TestShortIdsAreUnlike(t *testing.T) {
	s := create(t)
	runs := save(t, s, month, sample(report.OK, noon, "AK7Q2"), sample(report.OK, noon.Add(time.Hour), "BK7Q2"))
	if runs[0].Short != "K7Q2" || runs[1].Short != "BK7Q2" {
		t.Errorf("short ids are %s and %s", runs[0].Short, runs[1].Short)
	}
	if again := save(t, s, month, sample(report.OK, noon.Add(time.Hour), "BK7Q2"))[0]; again.Short != "BK7Q2" {
		t.Errorf("saved again it is called %s", again.Short)
	}
}

func TestFailuresAreKeptLonger(t *testing.T) {
	s := create(t)
	day := 24 * time.Hour
	save(t, s, month,
		sample(report.Broken, noon.Add(-200*day), "FA11"), sample(report.Broken, noon.Add(-100*day), "FA12"),
		sample(report.OK, noon.Add(-100*day), "0K11"), sample(report.OK, noon.Add(-29*day), "0K12"), sample(report.OK, noon, "0K13"))
	if got := listed(t, s, Filter{}); got != "0K13 0K12 FA12" {
		t.Errorf("kept are %s", got)
	}
	dropped, err := s.Prune(t.Context(), Keep{}, noon.Add(day))
	if got := listed(t, s, Filter{}); err != nil || dropped != 2 || got != "0K13" {
		t.Errorf("%d dropped, kept are %s, %v", dropped, got, err)
	}
}

// The newest run and the newest good one stay, so that "what changed since it last worked" has an answer.
func TestTheLastGoodRunStays(t *testing.T) {
	s := create(t)
	save(t, s, month, sample(report.OK, noon, "0K11"), sample(report.Broken, noon.Add(time.Hour), "FA11"),
		sample(report.Broken, noon.Add(2*time.Hour), "FA12"))
	if _, err := s.Prune(t.Context(), month, noon.Add(10000*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := listed(t, s, Filter{}); got != "FA12 0K11" {
		t.Errorf("kept are %s", got)
	}
}

func TestSizeIsBounded(t *testing.T) {
	s := create(t)
	var all []*report.Report
	for i := range 20 {
		all = append(all, sample([]string{report.OK, report.Broken}[i%2], noon.Add(time.Duration(i)*time.Minute), fmt.Sprintf("%04d", i)))
	}
	document, err := pack(all[1])
	if err != nil {
		t.Fatal(err)
	}
	k := month
	k.Bytes = int64(4 * len(document))
	save(t, s, k, all...)
	got := strings.Fields(listed(t, s, Filter{}))
	if len(got) > 5 || got[0] != "0019" || !slices.Contains(got, "0018") || slices.Contains(got, "0016") || !slices.Contains(got, "0015") {
		t.Errorf("kept are %s", got)
	}
}

func TestUngatedReportIsRefused(t *testing.T) {
	if _, err := create(t).Save(t.Context(), samples.Broken(), month); !errors.Is(err, report.ErrUngated) {
		t.Errorf("got %v", err)
	}
}

func TestOnlyTheOwnerMayRead(t *testing.T) {
	s := create(t)
	save(t, s, month, sample(report.OK, noon, "AAAA"))
	files, err := filepath.Glob(filepath.Join(filepath.Dir(s.path), "*"))
	if err != nil || len(files) < 2 { // the log is beside it
		t.Fatalf("%v, %v", files, err)
	}
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f, info.Mode(), err)
		}
	}
}

func TestNoStoreIsNotMade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.db")
	if _, err := Open(t.Context(), path); !errors.Is(err, ErrNoStore) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("looking made %s", path)
	}
}

// An older program does not touch what a newer one wrote, and says so.
func TestNewerStoreIsLeftAlone(t *testing.T) {
	s := create(t)
	save(t, s, month, sample(report.OK, noon, "AAAA"))
	if _, err := s.db.Exec(fmt.Sprintf("PRAGMA user_version = %d", Layout+2)); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), s.path)
	var newer *NewerError
	if !errors.As(err, &newer) || newer.Has != Layout+2 || !strings.Contains(err.Error(), "newer logindoctor") {
		t.Fatalf("got %v", err)
	}
	if got := listed(t, s, Filter{}); got != "AAAA" {
		t.Errorf("listed are %s", got)
	}
}

func TestDamagedStoreIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("this is no database ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
}

// Jobs that start in the same second find or make one store.
func TestManyStartAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.db")
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			s, err := Create(t.Context(), path)
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			if _, err := s.Save(t.Context(), sample(report.OK, noon.Add(time.Duration(i)*time.Minute), fmt.Sprintf("%04d", i)), month); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got := len(strings.Fields(listed(t, s, Filter{}))); got != 8 {
		t.Errorf("%d runs", got)
	}
}

func TestAttempts(t *testing.T) {
	s := create(t)
	maria, paul := strings.Repeat("a1", 32), strings.Repeat("b2", 32)
	for _, a := range []Attempt{{maria, noon.Add(-200 * 24 * time.Hour), "accepted"}, {maria, noon, "refused"}, {paul, noon, "accepted"},
		{maria, noon.Add(time.Minute), "accepted"}} {
		if err := s.Append(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	all, err := s.Attempts(t.Context(), maria, time.Time{})
	if err != nil || len(all) != 2 || all[0] != (Attempt{maria, noon, "refused"}) || all[1].Outcome != "accepted" {
		t.Errorf("attempts are %v, %v", all, err)
	}
	if late, err := s.Attempts(t.Context(), maria, noon.Add(time.Second)); err != nil || len(late) != 1 {
		t.Errorf("later ones are %v, %v", late, err)
	}
	if err := s.Append(t.Context(), Attempt{"maria", noon, "refused"}); err == nil {
		t.Error("a name was stored as the key of an account")
	}
}

func TestStoppedSaveLeavesNothing(t *testing.T) {
	s := create(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Save(ctx, sample(report.OK, noon, "AAAA"), month); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := s.Latest(t.Context(), Filter{}); !errors.Is(err, ErrNoRun) {
		t.Errorf("got %v", err)
	}
}

// intact has SQLite read every page of a file.
func intact(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var said string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&said); err != nil || said != "ok" {
		t.Fatalf("integrity: %s, %v", said, err)
	}
}
