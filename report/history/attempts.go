package history

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"time"
)

// An Attempt is one sign-in that was tried with a credential.
type Attempt struct {
	Account string // key of the account: SHA-256 in hexadecimal digits, never a name
	At      time.Time
	Outcome string // of the caller's vocabulary
}

// accountKey is the form of a key, so that no name is stored by mistake.
var accountKey = regexp.MustCompile(`^[0-9a-f]{64}$`)

// attemptsKept is how long an attempt matters to nobody's lock-out any more.
const attemptsKept = 90 * 24 * time.Hour

// Append keeps an attempt. It is on the disk when Append returns, so call it before the credential is sent.
func (s *Store) Append(ctx context.Context, a Attempt) error {
	if !accountKey.MatchString(a.Account) {
		return fmt.Errorf("append an attempt: the account is no SHA-256 in hexadecimal digits")
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM attempts WHERE at < ?", a.At.Add(-attemptsKept).UnixMilli()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO attempts (account, at, outcome) VALUES (?, ?, ?)", a.Account, a.At.UnixMilli(), a.Outcome)
		return err
	})
}

// Attempts returns those of an account at or after a time, oldest first.
func (s *Store) Attempts(ctx context.Context, account string, since time.Time) ([]Attempt, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT at, outcome FROM attempts WHERE account = ? AND at >= ? ORDER BY at, rowid", account, since.UnixMilli())
	if err != nil {
		return nil, s.trouble(err)
	}
	defer rows.Close()
	var all []Attempt
	for rows.Next() {
		a := Attempt{Account: account}
		var at int64
		if err := rows.Scan(&at, &a.Outcome); err != nil {
			return nil, s.trouble(err)
		}
		a.At = time.UnixMilli(at).UTC()
		all = append(all, a)
	}
	return all, s.trouble(rows.Err())
}
