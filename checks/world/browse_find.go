package world

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"logindoctor/checks"
)

// findBrowser returns the path of the browser to use. The headless shell comes first: it starts in a quarter of the time.
func findBrowser(chosen string) (string, error) {
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

// under joins a path below the folder that a variable of the environment names, or returns nothing.
func under(variable, path string) []string {
	folder := os.Getenv(variable)
	if folder == "" {
		return nil
	}
	return []string{filepath.Join(folder, filepath.FromSlash(strings.TrimPrefix(path, "/")))}
}

// FindBrowser returns the browser that Browse would start: the chosen one, or the first that is installed.
func FindBrowser(chosen string) (string, error) { return findBrowser(chosen) }
