package world

import (
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
	staleAfter    = 6 * time.Hour // longer than any script
)

// newProfile makes an empty folder for a browser and takes away those that killed runs have left.
func newProfile() (string, error) {
	left, err := filepath.Glob(filepath.Join(os.TempDir(), profilePrefix+"*"))
	if err != nil {
		return "", err
	}
	for _, folder := range left {
		if info, err := os.Lstat(folder); err == nil && info.IsDir() && time.Since(info.ModTime()) > staleAfter {
			_ = os.RemoveAll(folder) // another user's stays
		}
	}
	return os.MkdirTemp("", profilePrefix)
}
