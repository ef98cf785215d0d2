package history

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"

	"logindoctor/report"
	reportjson "logindoctor/report/json"
)

// A Keep says how long runs are kept. Whatever it says, the newest run and the newest ok run of each target stay.
type Keep struct {
	OK     time.Duration // runs whose verdict is ok
	Failed time.Duration // all others
	Bytes  int64         // of all documents together; beyond it ok runs go first, then the oldest; zero means any number
}

// A Run is the line of a stored run in a list.
type Run struct {
	ID       string // ULID
	Short    string // the end of the id, as long as it takes to be the only one; people type it
	Started  time.Time
	Seconds  float64
	Site     string
	Target   string // product and host, "connectwise-psa na.myconnectwise.net"
	Verdict  string
	Finding  string // code of the first cause, or empty
	Pathways int
	Troubled int // pathways that are not ok
}

// shortest is the length of a short id unless another run has it already.
const shortest = 4

// Save keeps a gated report and drops what has been kept long enough. Saving the same run again changes nothing.
func (s *Store) Save(ctx context.Context, r *report.Report, k Keep) (Run, error) {
	if !r.Gated() {
		return Run{}, report.ErrUngated
	}
	document, err := pack(r)
	if err != nil {
		return Run{}, err
	}
	run := entry(r)
	err = s.write(ctx, func(tx *sql.Tx) error {
		if run.Short, err = short(ctx, tx, run.ID); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO runs (id, short, started, seconds, site, target, verdict, finding, pathways, troubled, document)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`, run.ID, run.Short, run.Started.UnixMilli(), run.Seconds,
			run.Site, run.Target, run.Verdict, run.Finding, run.Pathways, run.Troubled, document)
		if err != nil {
			return err
		}
		_, err = prune(ctx, tx, k, run.Started)
		return err
	})
	return run, err
}

// entry is the line of a report.
func entry(r *report.Report) Run {
	run := Run{ID: r.Run.ID, Started: r.Run.StartedAt.Time, Seconds: r.Run.DurationSeconds, Site: r.Context.Site, Target: Target(r),
		Verdict: r.Verdict.State, Finding: r.Verdict.PrimaryFinding, Pathways: len(r.Pathways)}
	for _, p := range r.Pathways {
		if p.State != report.OK {
			run.Troubled++
		}
	}
	return run
}

// Target is what a report is about, in the form of Run.Target.
func Target(r *report.Report) string {
	return strings.TrimSpace(r.Target.Product + " " + r.Target.Host)
}

// short finds the short id of a run: the one it has, or the shortest that nobody has.
func short(ctx context.Context, tx *sql.Tx, id string) (string, error) {
	for n := shortest; n < len(id); n++ {
		end := id[len(id)-n:]
		var owner string
		err := tx.QueryRowContext(ctx, "SELECT id FROM runs WHERE short = ?", end).Scan(&owner)
		switch {
		case errors.Is(err, sql.ErrNoRows), owner == id:
			return end, nil
		case err != nil:
			return "", err
		}
	}
	return id, nil
}

// Prune drops what has been kept long enough and returns how many runs that were.
func (s *Store) Prune(ctx context.Context, k Keep, now time.Time) (dropped int64, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		dropped, err = prune(ctx, tx, k, now)
		return err
	})
	return dropped, err
}

func prune(ctx context.Context, tx *sql.Tx, k Keep, now time.Time) (int64, error) {
	const newest = `id NOT IN (SELECT max(id) FROM runs GROUP BY site, target) AND
		id NOT IN (SELECT max(id) FROM runs WHERE verdict = 'ok' GROUP BY site, target)`
	old, err := tx.ExecContext(ctx, `DELETE FROM runs WHERE started < iif(verdict = 'ok', ?, ?) AND `+newest,
		now.Add(-k.OK).UnixMilli(), now.Add(-k.Failed).UnixMilli())
	if err != nil {
		return 0, err
	}
	dropped, err := old.RowsAffected()
	if err != nil || k.Bytes == 0 {
		return dropped, err
	}
	large, err := tx.ExecContext(ctx, `DELETE FROM runs WHERE `+newest+` AND id IN (SELECT id FROM (
		SELECT id, sum(length(document)) OVER (ORDER BY verdict = 'ok', started DESC, id DESC) AS total FROM runs) WHERE total > ?)`, k.Bytes)
	if err != nil {
		return dropped, err
	}
	more, err := large.RowsAffected()
	return dropped + more, err
}

// A Filter chooses runs. What is zero chooses all.
type Filter struct {
	Site, Target, Verdict string
	Since, Before         time.Time
	Limit                 int
}

const columns = "SELECT id, short, started, seconds, site, target, verdict, finding, pathways, troubled FROM runs "

// List returns the chosen runs, newest first.
func (s *Store) List(ctx context.Context, f Filter) ([]Run, error) {
	query, args := columns+"WHERE 1", []any{}
	and := func(condition string, used bool, arg any) {
		if used {
			query, args = query+" AND "+condition, append(args, arg)
		}
	}
	and("site = ?", f.Site != "", f.Site)
	and("target = ?", f.Target != "", f.Target)
	and("verdict = ?", f.Verdict != "", f.Verdict)
	and("started >= ?", !f.Since.IsZero(), f.Since.UnixMilli())
	and("started < ?", !f.Before.IsZero(), f.Before.UnixMilli())
	query += " ORDER BY started DESC, id DESC"
	if f.Limit > 0 {
		query, args = query+" LIMIT ?", append(args, f.Limit)
	}
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, s.trouble(err)
	}
	defer rows.Close()
	var all []Run
	for rows.Next() {
		r, err := scan(rows)
		if err != nil {
			return nil, s.trouble(err)
		}
		all = append(all, r)
	}
	return all, s.trouble(rows.Err())
}

func scan(row interface{ Scan(...any) error }) (Run, error) {
	var r Run
	var started int64
	err := row.Scan(&r.ID, &r.Short, &started, &r.Seconds, &r.Site, &r.Target, &r.Verdict, &r.Finding, &r.Pathways, &r.Troubled)
	r.Started = time.UnixMilli(started).UTC()
	return r, err
}

// Latest returns the newest of the chosen runs; ErrNoRun is returned if there is none.
func (s *Store) Latest(ctx context.Context, f Filter) (Run, error) {
	f.Limit = 1
	all, err := s.List(ctx, f)
	if err != nil {
		return Run{}, err
	}
	if len(all) == 0 {
		return Run{}, ErrNoRun
	}
	return all[0], nil
}

// Find returns the run with an id, short or whole, in capitals or not; ErrNoRun is returned if there is none.
func (s *Store) Find(ctx context.Context, id string) (Run, error) {
	id = strings.ToUpper(id)
	r, err := scan(s.db.QueryRowContext(ctx, columns+"WHERE short = ? OR id = ?", id, id))
	if errors.Is(err, sql.ErrNoRows) {
		return r, ErrNoRun
	}
	return r, s.trouble(err)
}

// Report reads the report of a run.
func (s *Store) Report(ctx context.Context, r Run) (*report.Report, error) {
	var document []byte
	err := s.db.QueryRowContext(ctx, "SELECT document FROM runs WHERE id = ?", r.ID).Scan(&document)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNoRun
	}
	if err != nil {
		return nil, s.trouble(err)
	}
	return unpack(document)
}

func pack(r *report.Report) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := errors.Join(json.NewEncoder(z).Encode(r), z.Close()); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// largest is more than any report has, and less than what would fill the memory.
const largest = 64 << 20

func unpack(document []byte) (*report.Report, error) {
	z, err := gzip.NewReader(bytes.NewReader(document))
	if err != nil {
		return nil, errors.Join(ErrDamaged, err)
	}
	return reportjson.Read(io.LimitReader(z, largest))
}
