package attach

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// An answer is what the service said.
type answer struct {
	status  int
	header  http.Header
	body    []byte
	message string // of an error
}

// A refusedError is an answer that says no. Nothing was stored.
type refusedError struct{ answer }

func (e *refusedError) Error() string {
	if e.message != "" {
		return fmt.Sprintf("status %d: %s", e.status, e.message)
	}
	return fmt.Sprintf("status %d", e.status)
}

// A busyError says that the service asks for more patience than there is.
type busyError struct{ wait time.Duration }

func (e *busyError) Error() string { return fmt.Sprintf("status 429, to be repeated in %s", e.wait) }

// A lostError is a call without a usable answer. If it was sent, nobody knows whether it was carried out.
type lostError struct {
	sent    bool
	timeout bool
	err     error
}

func (e *lostError) Error() string { return e.err.Error() }

// mostAnswer bounds an answer: a list of a thousand documents fits.
const mostAnswer = 16 << 20

// call makes one exchange. It follows nothing: the Location of a created record may leave https, and a POST must not be
// repeated by accident (connectwise.md 3.5).
func (t *Ticket) call(ctx context.Context, method, address, kind string, body []byte) (*answer, error) {
	var wrote atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { wrote.Store(true) }})
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header = t.Header.Clone()
	r.Header.Set("Accept", "application/json")
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	r.GetBody = nil // no repetition behind our back
	res, err := t.Client.Do(r)
	if err != nil {
		var slow interface{ Timeout() bool }
		return nil, &lostError{sent: wrote.Load(), timeout: errors.As(err, &slow) && slow.Timeout(), err: plain(err)}
	}
	defer res.Body.Close()
	a := &answer{status: res.StatusCode, header: res.Header}
	if a.body, err = io.ReadAll(io.LimitReader(res.Body, mostAnswer)); err != nil && res.StatusCode/100 != 2 {
		return nil, &lostError{sent: true, err: plain(err)}
	}
	var said struct{ Message string }
	if json.Unmarshal(a.body, &said) == nil {
		a.message = said.Message
	}
	return a, a.judge()
}

// plain takes the address off an error: it is known, and it is long.
func plain(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// judge turns what is no success into an error.
func (a *answer) judge() error {
	page := bytes.HasPrefix(bytes.TrimSpace(a.body), []byte("<"))
	switch {
	case a.status/100 == 2 && !page:
		return nil
	case a.status == http.StatusTooManyRequests:
		seconds, _ := strconv.Atoi(a.header.Get("Retry-After"))
		return &busyError{time.Duration(max(seconds, 1)) * time.Second}
	case a.status >= 500:
		return &lostError{sent: true, err: fmt.Errorf("status %d", a.status)}
	}
	if page && a.message == "" {
		a.message = "a page instead of data"
	}
	return &refusedError{*a}
}

// get reads; it is repeated while the service is busy or has a fault.
func (t *Ticket) get(ctx context.Context, path string, query url.Values) (*answer, error) {
	waited := time.Duration(0)
	for try := 1; ; try++ {
		a, err := t.call(ctx, http.MethodGet, t.url(path, query), "", nil)
		if err == nil || try == tries {
			return a, err
		}
		wait, again := t.waitFor(err, try)
		if waited += wait; !again || waited > t.patience() {
			return nil, err
		}
		if err := t.pause(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// How often something is tried, and how long is waited in all.
const (
	tries           = 4
	defaultPatience = time.Minute
)

func (t *Ticket) patience() time.Duration {
	if t.Patience == 0 {
		return defaultPatience
	}
	return t.Patience
}

// waitFor says how long to wait before a call may be repeated, and whether it may.
func (t *Ticket) waitFor(err error, try int) (time.Duration, bool) {
	var busy *busyError
	var lost *lostError
	switch {
	case errors.As(err, &busy):
		return busy.wait, true
	case errors.As(err, &lost):
		return time.Duration(try) * time.Second, true
	}
	return 0, false
}

func (t *Ticket) pause(ctx context.Context, d time.Duration) error {
	if t.Pause != nil {
		return t.Pause(ctx, d)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// A creation is a POST, and how to find out whether it was carried out.
type creation struct {
	path, kind string
	body       []byte
	list       string
	query      url.Values
	is         func(record) bool
}

// create posts once. A POST is not idempotent, so it looks before it posts, and after every answer that it cannot use: it posts
// again only if what it posted is not there and the service has let go of the call.
func (t *Ticket) create(ctx context.Context, c creation) (id int, again bool, err error) {
	if id, err = t.look(ctx, c); id != 0 || err != nil {
		return id, true, err
	}
	waited := time.Duration(0)
	for try := 1; ; try++ {
		a, err := t.call(ctx, http.MethodPost, t.url(c.path, nil), c.kind, c.body)
		if err == nil {
			return t.created(ctx, c, a)
		}
		var lost *lostError
		if errors.As(err, &lost) && lost.sent {
			if id, seen := t.await(ctx, c); seen == nil && id != 0 {
				return id, false, nil
			} else if seen != nil || lost.timeout {
				return 0, false, &unknownError{err}
			}
		}
		wait, may := t.waitFor(err, try)
		if waited += wait; !may || try == tries || waited > t.patience() {
			return 0, false, err
		}
		if err := t.pause(ctx, wait); err != nil {
			return 0, false, err
		}
	}
}

// An unknownError is a POST of which nobody knows whether it was carried out, and it may still be.
type unknownError struct{ err error }

func (e *unknownError) Error() string { return e.err.Error() }
func (e *unknownError) Unwrap() error { return e.err }

// created reads the id of a new record; its Location is not looked at. An answer that was cut off is made up for by looking.
func (t *Ticket) created(ctx context.Context, c creation, a *answer) (int, bool, error) {
	var r record
	if json.Unmarshal(a.body, &r) == nil && r.ID != 0 {
		return r.ID, false, nil
	}
	id, err := t.await(ctx, c)
	if err == nil && id == 0 {
		err = errors.New("it was accepted, and is not in the list")
	}
	if err != nil {
		return 0, false, &unknownError{err}
	}
	return id, false, nil
}

// looks are the pauses before each look for a record whose answer was lost.
var looks = []time.Duration{0, time.Second, 3 * time.Second}

// await looks for a record several times, because it may be written late.
func (t *Ticket) await(ctx context.Context, c creation) (id int, err error) {
	for _, wait := range looks {
		if err := t.pause(ctx, wait); err != nil {
			return 0, err
		}
		if id, err = t.look(ctx, c); id != 0 || err != nil {
			return id, err
		}
	}
	return 0, nil
}

// pageSize is the most rows that the service lists at once (vendor's guide, PSA-Pagination, 2023-03-31).
const pageSize = 1000

// look returns the id of a record that is there already, zero if there is none.
func (t *Ticket) look(ctx context.Context, c creation) (int, error) {
	for page := 1; ; page++ {
		query := url.Values{"pageSize": {strconv.Itoa(pageSize)}, "page": {strconv.Itoa(page)}}
		for k, v := range c.query {
			query[k] = v
		}
		a, err := t.get(ctx, c.list, query)
		if err != nil {
			return 0, fmt.Errorf("look for it: %w", err)
		}
		var rows []record
		if err := json.Unmarshal(a.body, &rows); err != nil {
			return 0, errors.New("look for it: the list is no list")
		}
		for _, r := range rows {
			if c.is(r) {
				return r.ID, nil
			}
		}
		if len(rows) < pageSize {
			return 0, nil
		}
	}
}

// short keeps the beginning of what the service said.
func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 120 {
		return s[:120] + "…"
	}
	return s
}
