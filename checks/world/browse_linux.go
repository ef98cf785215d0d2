package world

import "os"

// browsers lists what to try, by name on the PATH.
func browsers() []string {
	return []string{"chromium-headless-shell", "chrome-headless-shell", "google-chrome-stable", "google-chrome", "chromium",
		"chromium-browser", "microsoft-edge-stable", "microsoft-edge", "/snap/bin/chromium"}
}

// mustLeaveSandbox reports whether the browser refuses to start with its sandbox: it does so for root.
func mustLeaveSandbox() bool { return os.Geteuid() == 0 }
