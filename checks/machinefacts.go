package checks

import (
	"net"
	"strings"
)

// A BrowserPolicy is one setting that an administrator has laid down for a browser of this computer.
type BrowserPolicy struct {
	Browser string // "Chrome", "Edge" or "Chromium"
	Name    string // as the browser's policy list calls it, "URLBlocklist"
	Value   any    // as JSON decodes it: bool, float64, string, []any or map[string]any
	Source  string // file or registry key
}

// Text returns a value that is text.
func (p BrowserPolicy) Text() string {
	s, _ := p.Value.(string)
	return s
}

// Off reports whether a switch is laid down as off; the registry writes 0 for it.
func (p BrowserPolicy) Off() bool { return p.Value == false || p.Value == float64(0) }

// List returns the entries of a value that is a list.
func (p BrowserPolicy) List() []string {
	all, _ := p.Value.([]any)
	var list []string
	for _, v := range all {
		if s, ok := v.(string); ok {
			list = append(list, s)
		}
	}
	return list
}

// Installed is what a Windows computer has of the desktop client and of the web view that it signs in with.
type Installed struct {
	Programs []Program
	WebView  string // version of the WebView2 runtime; empty means that there is none
}

// A Program is an installed one, as the list of programs shows it.
type Program struct {
	Name    string
	Version string
}

// ListedHost returns the entry of a list of addresses, in the format of URLBlocklist, that applies to a host, and how
// exactly it does: the longer, the more. Source: support.google.com/chrome/a/answer/9942583, read 2026-11-25.
func ListedHost(list []string, host string) (entry string, exact int) {
	for _, e := range list {
		if n := covers(strings.ToLower(strings.TrimSpace(e)), strings.ToLower(host)); n > exact {
			entry, exact = e, n
		}
	}
	return entry, exact
}

// covers returns how exactly a filter applies to the pages of a host, zero if it does not.
func covers(filter, host string) int {
	scheme, rest, ok := strings.Cut(filter, "://")
	if !ok {
		scheme, rest = "*", filter
	}
	if scheme != "*" && scheme != "https" {
		return 0
	}
	pattern, _, _ := strings.Cut(rest, "/")
	if name, port, err := net.SplitHostPort(pattern); err == nil {
		if port != "443" && port != "*" {
			return 0
		}
		pattern = name
	}
	alone, dotted := strings.CutPrefix(pattern, ".")
	switch {
	case pattern == "*":
		return 1
	case dotted && host == alone, !dotted && pattern != "" && (host == pattern || strings.HasSuffix(host, "."+pattern)):
		return 1 + len(pattern)
	}
	return 0
}
