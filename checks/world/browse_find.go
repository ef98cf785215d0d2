package world

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"logindoctor/checks"
)

// FindBrowser returns the path of the browser to use: the chosen one, or the first that is installed. Without one the error
// is checks.ErrNoBrowser. The headless shell comes first: it starts in a quarter of the time.
func FindBrowser(chosen string) (string, error) {
	if chosen == "none" {
		return "", checks.ErrNoBrowser
	}
	if chosen != "" {
		path, err := exec.LookPath(chosen)
		if err != nil {
			return "", fmt.Errorf("--browser %s: %w", chosen, err)
		}
		return path, nil
	}
	for _, candidate := range browsers() {
		if path, err := exec.LookPath(candidate); err == nil {
			return path, nil
		}
	}
	return "", checks.ErrNoBrowser
}

const (
	profilePrefix = "logindoctor-browser-"
	claimFile     = "claim"       // locked as long as the program that made the folder lives
	staleAfter    = 6 * time.Hour // longer than any run, for systems without such locks
	freshFor      = time.Minute   // its maker may not have come to lock it
)

// A profile is an empty folder for a browser.
type profile struct {
	folder string
	claim  *os.File
}

// newProfile makes a folder and takes away those that killed runs have left.
func newProfile() (*profile, error) {
	left, err := filepath.Glob(filepath.Join(os.TempDir(), profilePrefix+"*"))
	if err != nil {
		return nil, err
	}
	for _, folder := range left {
		if abandoned(folder) {
			_ = os.RemoveAll(folder) // another user's stays
		}
	}
	p := &profile{}
	if p.folder, err = os.MkdirTemp("", profilePrefix); err != nil {
		return nil, err
	}
	if p.claim, err = os.Create(filepath.Join(p.folder, claimFile)); err != nil {
		return nil, errors.Join(err, os.RemoveAll(p.folder))
	}
	lock(p.claim) // without it the folder only looks older than it is
	return p, nil
}

// remove takes the folder away; what stays is taken away by the next start.
func (p *profile) remove() {
	_ = os.RemoveAll(p.folder)
	_ = p.claim.Close()
}

// abandoned reports whether nobody needs a folder any more.
func abandoned(folder string) bool {
	info, err := os.Lstat(folder)
	if err != nil || !info.IsDir() {
		return false
	}
	switch age := time.Since(info.ModTime()); {
	case age > staleAfter:
		return true
	case age < freshFor:
		return false
	}
	claim, err := os.Open(filepath.Join(folder, claimFile))
	if err != nil {
		return false // another user's
	}
	defer claim.Close()
	return lock(claim)
}
