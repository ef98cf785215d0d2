package world

import "os"

// browsers lists what to try, by name on the PATH. What Debian has there of the headless shell is a script around the first.
func browsers() []string {
	return []string{"/usr/lib/chromium/chromium-headless-shell", "chromium-headless-shell", "chrome-headless-shell", "google-chrome-stable", "google-chrome", "chromium",
		"chromium-browser", "microsoft-edge-stable", "microsoft-edge", "/snap/bin/chromium"}
}

// mustLeaveSandbox reports whether the browser refuses to start with its sandbox: it does so for root.
func mustLeaveSandbox() bool { return os.Geteuid() == 0 }
