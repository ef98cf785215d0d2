package world

// browsers lists what to try, by path.
func browsers() []string {
	all := []string{"chrome-headless-shell"}
	for _, app := range []string{"Google Chrome", "Microsoft Edge", "Chromium"} {
		inside := "/Applications/" + app + ".app/Contents/MacOS/" + app
		all = append(append(all, inside), under("HOME", inside)...)
	}
	return all
}

func mustLeaveSandbox() bool { return false }
