//go:build darwin || windows

package world

import (
	"os"
	"path/filepath"
	"strings"
)

// under joins a path below the folder that a variable of the environment names, or returns nothing.
func under(variable, path string) []string {
	folder := os.Getenv(variable)
	if folder == "" {
		return nil
	}
	return []string{filepath.Join(folder, filepath.FromSlash(strings.TrimPrefix(path, "/")))}
}
