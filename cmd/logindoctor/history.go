package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"logindoctor/cmd/logindoctor/internal/config"
	"logindoctor/report"
	"logindoctor/report/history"
	"logindoctor/report/redact"
)

// keepNothing is the word for no history.
const keepNothing = "none"

// historyFile returns the file of past runs, empty if nothing is to be kept.
func (a *app) historyFile() (string, history.Keep, error) {
	c, err := a.settings()
	if err != nil {
		return "", history.Keep{}, err
	}
	k := history.Keep{OK: time.Duration(c.Keep.OK), Failed: time.Duration(c.Keep.Failed), Bytes: mostKept}
	switch c.History {
	case keepNothing:
		return "", k, nil
	case "":
		path, err := config.HistoryFile(a.getenv)
		return path, k, err
	}
	return c.History, k, nil
}

// mostKept bounds the file of past runs: what no help desk misses on its disk.
const mostKept = 256 << 20

// keepWithin is how long a run waits for its place in the history.
const keepWithin = 20 * time.Second

// keep stores a finished run and returns its short id. A run that cannot be kept is told nevertheless, with the reason.
func (a *app) keep(ctx context.Context, r *report.Report) string {
	path, k, err := a.historyFile()
	if err != nil || path == "" { // an account without a home has no history
		return ""
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepWithin) // an interrupted run is kept as well
	defer cancel()
	s, err := history.Create(ctx, path)
	if err == nil {
		defer s.Close()
		var run history.Run
		if run, err = s.Save(ctx, r, k); err == nil {
			return run.Short
		}
	}
	fmt.Fprintln(a.err, report.Clean("This run was not kept. "+sentence(err.Error())+"\nTry:  "+wayOut(err)))
	return ""
}

// wayOut is what to do about a history that cannot be used.
func wayOut(err error) string {
	var newer *history.NewerError
	switch {
	case errors.Is(err, history.ErrFull):
		return "make room; past runs can still be read:  logindoctor history"
	case errors.As(err, &newer):
		return "the newer logindoctor, or another file:  --history FILE"
	case errors.Is(err, history.ErrDamaged):
		return "move the file away, or use another one:  --history FILE"
	}
	return "--history FILE    or, to keep nothing:  --history none"
}

// openHistory opens the past runs to read them.
func (a *app) openHistory(ctx context.Context) (*history.Store, history.Keep, error) {
	path, k, err := a.historyFile()
	if err != nil {
		return nil, k, err
	}
	if path == "" {
		return nil, k, misuse("Nothing is kept, because the settings say so.", "--history FILE")
	}
	s, err := history.Open(ctx, path)
	switch {
	case errors.Is(err, history.ErrNoStore):
		return nil, k, fmt.Errorf("%w in %s", err, path)
	case err != nil:
		return nil, k, fmt.Errorf("%w.\nTry:  %s", err, wayOut(err))
	}
	return s, k, nil
}

// lookAtHistory says where past runs are and whether they can be read.
func (a *app) lookAtHistory(ctx context.Context) (string, error) {
	path, _, err := a.historyFile()
	if err != nil || path == "" {
		return keepNothing, err
	}
	s, err := history.Open(ctx, path)
	if errors.Is(err, history.ErrNoStore) {
		return path + " (not there; the first run makes it)", nil
	}
	if err != nil {
		return "", err
	}
	return path, s.Close()
}

// Names of stored runs beside their ids.
const (
	latestRun = "latest"
	lastOK    = "last-ok"
)

// runID is the form of an id, short or whole.
var runID = regexp.MustCompile(`(?i)^[0-9A-HJKMNP-TV-Z]{4,26}$`)

// stored returns the report of a stored run; it is nil if the name is one of a file.
func (a *app) stored(ctx context.Context, name string) (*report.Report, error) {
	if name != latestRun && name != lastOK {
		if _, err := os.Stat(name); err == nil || !runID.MatchString(name) {
			return nil, nil
		}
	}
	s, _, err := a.openHistory(ctx)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	run, err := find(ctx, s, name, history.Filter{Site: a.flags.site})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return s.Report(ctx, run)
}

// find turns a name into a run. The filter says among which runs the newest is looked for.
func find(ctx context.Context, s *history.Store, name string, among history.Filter) (history.Run, error) {
	switch name {
	case lastOK:
		among.Verdict = report.OK
		return s.Latest(ctx, among)
	case latestRun:
		return s.Latest(ctx, among)
	}
	return s.Find(ctx, name)
}

func (a *app) historyCommand() *cobra.Command {
	var since string
	var prune bool
	cmd := &cobra.Command{
		Use:   "history",
		Short: "Past runs on this computer, newest first",
		Long: `Past runs on this computer, newest first.

Every run is kept, runs with trouble longer than good ones (settings: keep), unless --history none says otherwise. The
newest run and the newest good one of each target always stay. Ids are taken by history show, render and diff.`,
		Example: "  logindoctor history --since 7d\n  logindoctor history show K7Q2\n  logindoctor diff last-ok latest\n  logindoctor history --prune",
		Args:    unknownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if prune {
				return a.pruneHistory(cmd.Context())
			}
			return a.listHistory(cmd.Context(), since)
		},
	}
	cmd.PersistentFlags().StringVar(&a.flags.site, "site", "", "only runs of the place with this `NAME`")
	cmd.Flags().StringVar(&since, "since", "", "only runs since a `TIME`: 12h or 7d ago, or a day, 2026-11-24")
	cmd.Flags().BoolVar(&prune, "prune", false, "drop what has been kept long enough")
	cmd.AddCommand(a.historyShow())
	return cmd
}

func (a *app) pruneHistory(ctx context.Context) error {
	s, k, err := a.openHistory(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	n, err := s.Prune(ctx, k, time.Now())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "Dropped %s.\n", report.Count(int(n), "run"))
	return err
}

func (a *app) listHistory(ctx context.Context, since string) error {
	from, err := sinceTime(since, time.Now())
	if err != nil {
		return err
	}
	s, _, err := a.openHistory(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	runs, err := s.List(ctx, history.Filter{Site: a.flags.site, Since: from})
	if err != nil {
		return err
	}
	rows := [][]string{{"Run", "When", "Site", "Verdict", "Finding", "Pathways", "Time"}}
	for _, r := range runs {
		rows = append(rows, []string{r.Short, a.when(r.Started), r.Site, report.Word(r.Verdict), r.Finding,
			fmt.Sprintf("%d of %d", r.Pathways-r.Troubled, r.Pathways), report.Span(r.Seconds)})
		if a.outTTY && r.Finding == "" {
			rows[len(rows)-1][4] = "-"
		}
	}
	return a.list(listing{rows: func(*app) ([][]string, error) { return rows, nil }})
}

// when is a time for people at a terminal, and in full for programs.
func (a *app) when(t time.Time) string {
	if a.outTTY && !a.flags.json {
		return t.Local().Format("2 Jan 15:04")
	}
	return t.UTC().Format(time.RFC3339)
}

var days = regexp.MustCompile(`^(\d{1,4})d$`)

// sinceTime reads "12h", "7d" or "2026-11-24"; nothing means always.
func sinceTime(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if m := days.FindStringSubmatch(text); m != nil {
		n, err := strconv.Atoi(m[1])
		return now.AddDate(0, 0, -n), err
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, now.Location()); err == nil {
		return day, nil
	}
	ago, err := time.ParseDuration(text)
	if err != nil || ago < 0 {
		return now, misuse("--since "+text+" is no time.", "--since 12h    or:  --since 7d    or:  --since 2026-11-24")
	}
	return now.Add(-ago), nil
}

func (a *app) historyShow() *cobra.Command {
	var maxAge string
	cmd := &cobra.Command{
		Use:   "show ID|latest|last-ok",
		Short: "The report of a past run, in any format",
		Long: `The report of a past run, in any format.

Exits 0 if it was shown. With --max-age it answers a monitor: a result that is older, or none at all, is UNKNOWN, and the
verdict becomes the exit code as with run.`,
		Example: "  logindoctor history show K7Q2\n  logindoctor history show latest -o html=report.html\n" +
			"  logindoctor history show latest --max-age 15m -o datto",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := a.prepareOutput()
			if err != nil {
				return err
			}
			allowed, err := duration("max-age", maxAge)
			if err != nil {
				return err
			}
			if allowed > 0 {
				return a.showRecent(cmd.Context(), args[0], allowed, out)
			}
			r, err := a.readReport(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return a.write(r, out)
		},
	}
	a.flags.monitor(cmd.Flags())
	cmd.Flags().StringVar(&maxAge, "max-age", "", "older results count as unknown; `TIME` since the run began")
	return cmd
}

// showRecent shows a stored run as if it had just ended, or that there is none to show.
func (a *app) showRecent(ctx context.Context, name string, allowed time.Duration, out destination) error {
	r, err := a.stored(ctx, name)
	if err != nil && !errors.Is(err, history.ErrNoStore) && !errors.Is(err, history.ErrNoRun) {
		return err
	}
	if r != nil && time.Since(r.Run.StartedAt.Time) <= allowed {
		return a.deliver(ctx, r, out)
	}
	book, err := a.explainers(nil)
	if err != nil {
		return err
	}
	now := report.Report{Tool: tool(), Context: report.Context{Session: session(a.terminal), OS: report.OS{Name: osName()}}}
	now.Context.Site, _ = os.Hostname()
	now.Run.ID, now.Run.StartedAt = newID(time.Now()), report.Time{Time: time.Now()}
	return a.deliver(ctx, redact.Apply(report.Outdated(r, now, allowed, book), redact.Internal), out)
}
