package world

// browsers lists what to try, by path.
func browsers() []string {
	all := []string{"chrome-headless-shell.exe"}
	for _, program := range []string{"Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe",
		"Chromium/Application/chrome.exe"} {
		for _, variable := range []string{"ProgramFiles", "ProgramFiles(x86)", "LocalAppData"} {
			all = append(all, under(variable, program)...)
		}
	}
	return all
}

func mustLeaveSandbox() bool { return false }
