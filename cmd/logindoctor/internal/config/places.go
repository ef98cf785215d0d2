package config

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// envFile names the settings file where no flag can be given.
const envFile = "LOGINDOCTOR_CONFIG"

// Path returns the user's settings file, whether it exists or not.
func Path(getenv func(string) string) (string, error) {
	if path := getenv(envFile); path != "" {
		return path, nil
	}
	return userFile(runtime.GOOS, getenv)
}

func userFile(system string, getenv func(string) string) (string, error) {
	base, missing := "", "HOME"
	switch home := getenv("HOME"); {
	case system == "windows":
		base, missing = getenv("AppData"), "AppData"
	case system == "darwin" && home != "":
		base = filepath.Join(home, "Library", "Application Support")
	case system == "darwin":
	case filepath.IsAbs(getenv("XDG_CONFIG_HOME")): // relative values are to be ignored, XDG Base Directory 0.8
		base = getenv("XDG_CONFIG_HOME")
	case home != "":
		base = filepath.Join(home, ".config")
	}
	if base == "" {
		return "", errors.New("the environment variable " + missing + " is not set, so there is no place for settings")
	}
	return filepath.Join(base, "logindoctor", "config.yaml"), nil
}

// HistoryFile returns the file that past runs are kept in unless the settings name one.
func HistoryFile(getenv func(string) string) (string, error) {
	base, err := stateFolder(runtime.GOOS, getenv)
	if err != nil {
		return "", err
	}
	return filepath.Join(base, "history.db"), nil
}

func stateFolder(system string, getenv func(string) string) (string, error) {
	base, missing := "", "HOME"
	switch home := getenv("HOME"); {
	case system == "windows":
		base, missing = getenv("LocalAppData"), "LocalAppData"
	case getenv("STATE_DIRECTORY") != "": // of a systemd unit with StateDirectory=, systemd.exec(5); the first one is ours
		first, _, _ := strings.Cut(getenv("STATE_DIRECTORY"), ":")
		return first, nil
	case system == "darwin" && home != "":
		base = filepath.Join(home, "Library", "Application Support")
	case system == "darwin":
	case filepath.IsAbs(getenv("XDG_STATE_HOME")):
		base = getenv("XDG_STATE_HOME")
	case home != "":
		base = filepath.Join(home, ".local", "state")
	}
	if base == "" {
		return "", errors.New("the environment variable " + missing + " is not set, so there is no place for past runs")
	}
	return filepath.Join(base, "logindoctor"), nil
}

func systemFile(getenv func(string) string) string {
	if base := getenv("ProgramData"); runtime.GOOS == "windows" && base != "" {
		return filepath.Join(base, "logindoctor", "config.yaml")
	}
	return filepath.Join("/etc", "logindoctor", "config.yaml")
}

// Write puts the sample where settings are kept, readable by its owner only.
func Write(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(Sample()), 0o600)
}

// flagName is the flag that sets a key. A flag holds one item of a list, so it is in the singular.
func flagName(key string) string {
	switch key {
	case "pathways", "resolvers", "ca_files", "time_servers":
		key = strings.TrimSuffix(key, "s")
	}
	return strings.ReplaceAll(key, "_", "-")
}

// envName is the variable that sets a key.
func envName(path string) string { return "LOGINDOCTOR_" + strings.ToUpper(path) }

// words splits the values of a list in the environment at commas.
func words(text string) []string {
	var all []string
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			all = append(all, item)
		}
	}
	return all
}
