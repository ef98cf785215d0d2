// Package history keeps finished runs on this computer, and the sign-in attempts that were spent.
//
// The store is one SQLite file with a write-ahead log. A run is in it for good once Save returned; a process that is
// killed at any moment leaves either the whole run or nothing of it. Several processes may use the file at once: one
// writes at a time, the others wait.
package history

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Layout is the version of the tables that this program knows: the number of files in migrations.
const Layout = 1

// Errors of a store.
var (
	ErrNoStore = errors.New("no run is kept yet")
	ErrNoRun   = errors.New("no such run is stored")
	ErrFull    = errors.New("the disk is full or the file may not grow")
	ErrDamaged = errors.New("the file is damaged or no history of logindoctor")
)

// A NewerError says that the store was written by a newer version of this program, which may mean more than is
// understood here. The file is left as it is.
type NewerError struct {
	Path string
	Has  int // layout of the file
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("%s was written by a newer logindoctor (layout %d; this one knows up to %d)", e.Path, e.Has, Layout)
}

// A Store holds runs and attempts. It is safe for concurrent use.
type Store struct {
	db   *sql.DB
	path string
}

// Open opens a store that exists and brings its tables up to date; ErrNoStore is returned if there is none.
func Open(ctx context.Context, path string) (*Store, error) {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil, ErrNoStore
	}
	return open(ctx, path)
}

// Create opens a store and makes it first where there is none, readable by its owner only.
func Create(ctx context.Context, path string) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) // the log beside it gets the same rights
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	return open(ctx, path)
}

func open(ctx context.Context, path string) (*Store, error) {
	source, err := dsn(path)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", source)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // one writer, and nobody else in this process
	s := &Store{db, path}
	err = s.migrate(ctx)
	for until := time.Now().Add(mayBeBusy); busy(err) && ctx.Err() == nil && time.Now().Before(until); err = s.migrate(ctx) {
		time.Sleep(10 * time.Millisecond)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// mayBeBusy is how long another process is waited for: longer than any of its transactions takes.
const mayBeBusy = 10 * time.Second

// busy reports whether another process was in the way. SQLite waits for it by itself, but not where a new file gets its
// write-ahead log: there it gives up at once rather than risk that two wait for each other (sqlite.org/c3ref/busy_handler.html).
func busy(err error) bool {
	var own *sqlite.Error
	return errors.As(err, &own) && own.Code()&0xff == sqlite3.SQLITE_BUSY
}

// dsn names the file, and how long SQLite waits for another process.
func dsn(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // C:/…
		path = "/" + path
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: url.Values{
		"_pragma": {fmt.Sprintf("busy_timeout(%d)", mayBeBusy.Milliseconds()), "journal_mode(WAL)", "synchronous(FULL)"},
		"_txlock": {"immediate"},
	}.Encode()}
	return u.String(), nil
}

// migrate applies what the file lacks. It is one transaction that begins with the right to write, so two processes that
// start at once do it once.
func (s *Store) migrate(ctx context.Context) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		var has int
		if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&has); err != nil {
			return err
		}
		if has > Layout {
			return &NewerError{s.path, has}
		}
		for has < Layout {
			has++
			text, err := migrations.ReadFile("migrations/" + strconv.Itoa(has) + ".sql")
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, string(text)+"\nPRAGMA user_version = "+strconv.Itoa(has)); err != nil {
				return err
			}
		}
		return nil
	})
}

// write runs a transaction: all of it, or nothing.
func (s *Store) write(ctx context.Context, work func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return s.trouble(err)
	}
	if err := work(tx); err != nil {
		return errors.Join(s.trouble(err), rollback(tx))
	}
	return s.trouble(tx.Commit())
}

// rollback ignores that SQLite has rolled back by itself, as it does when the disk is full.
func rollback(tx *sql.Tx) error {
	err := tx.Rollback()
	var own *sqlite.Error
	if errors.As(err, &own) && own.Code() == sqlite3.SQLITE_ERROR {
		return nil
	}
	return err
}

// trouble names what a person can do something about.
func (s *Store) trouble(err error) error {
	var own *sqlite.Error
	if !errors.As(err, &own) {
		return err
	}
	switch own.Code() & 0xff { // the rest is the extended code, https://www.sqlite.org/rescode.html
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("%s: %w", s.path, ErrFull)
	case sqlite3.SQLITE_IOERR:
		if own.Code() == sqlite3.SQLITE_IOERR_WRITE { // a limit on the size of files says it so
			return fmt.Errorf("%s: %w", s.path, ErrFull)
		}
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%s: %w", s.path, ErrDamaged)
	}
	return fmt.Errorf("%s: %w", s.path, err)
}

// Close ends the use of the store.
func (s *Store) Close() error { return s.db.Close() }
