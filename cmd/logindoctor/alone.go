package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"logindoctor/checks"
)

// unsafeInName is what a file name does not have on every system.
var unsafeInName = regexp.MustCompile(`[^a-z0-9.-]+`)

// alone takes the lock of a target, so that a scheduled run does not overlap with the one before. The system gives it
// back when the process ends, however it ends.
func (a *app) alone(t *checks.Target) (release func(), err error) {
	dir, err := a.stateFolder()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	host := "any"
	for _, s := range t.Subjects() {
		if s.Role == checks.RoleWeb || s.Role == checks.RoleAPI {
			host = s.Name()
			break
		}
	}
	file := filepath.Join(dir, "run-"+unsafeInName.ReplaceAllString(strings.ToLower(host), "_")+".lock")
	lock := flock.New(file)
	got, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", file, err)
	}
	if !got {
		return nil, busy(host, file)
	}
	now := time.Now()
	if err := os.Chtimes(file, now, now); err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	return func() { _ = lock.Unlock() }, nil // the file stays: removing it would give two runs two locks
}

// busy says that another run is at work, and since when: it touched the lock when it began.
func busy(host, file string) error {
	since := ""
	if info, err := os.Stat(file); err == nil {
		since = " since " + info.ModTime().Format("15:04:05")
	}
	return fmt.Errorf("another run of %s has been at work here%s, so this one was not started.\nTry:  a longer interval, or a shorter --timeout", host, since)
}

// stateFolder is where this program keeps what it must remember: beside the history, or where there is none for all to use.
func (a *app) stateFolder() (string, error) {
	path, _, err := a.historyFile()
	if err != nil || path == "" {
		return filepath.Join(os.TempDir(), fmt.Sprintf("logindoctor-%d", os.Getuid())), nil
	}
	return filepath.Dir(path), nil
}
