package world

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"logindoctor/checks"
)

// TestBrowseWithoutCertutil takes certutil away, as on the platforms that have none: our own verifier then decides
// about what the browser refuses.
func TestBrowseWithoutCertutil(t *testing.T) {
	s := newSite(t)
	s.needsBrowser("")
	browser, err := FindBrowser("")
	if err != nil {
		t.Fatal(err)
	}
	s.options.Browser = browser
	t.Setenv("PATH", onlyShell(t))
	s.serve("good.test", html(`<h1>fine</h1><script src=https://cdn.test/x></script>`))
	s.serve("cdn.test", html("document.title = 'loaded'"))
	s.serve("expired.test", html("no"), expired)
	s.serve("mismatch.test", html("no"), named("other.test"))
	newSite(t).lend(s, "foreign.test")
	l := s.browse(checks.Script{Steps: []checks.Step{
		open("https://good.test/"), look("good"),
		open("https://expired.test/"), open("https://mismatch.test/"), open("https://foreign.test/"),
	}})
	if p, _ := l.PageAt("good"); !strings.Contains(p.Text, "fine") {
		t.Errorf("page %+v", p)
	}
	for host, reason := range map[string]string{"expired.test": "expired", "mismatch.test": "valid for other.test",
		"foreign.test": "unknown authority"} {
		e, _ := l.Step("open https://" + host + "/")
		if e.Outcome != checks.OutcomeFailed || !strings.HasPrefix(e.Error, "net::ERR_CERT_") {
			t.Errorf("%s: %s %s", host, e.Outcome, e.Error)
		}
		find(t, l, reason, checks.EventCertificate, func(e checks.Event) bool { return e.Host == host && strings.Contains(e.Text, reason) })
	}
	if n := len(l.Of(checks.EventCertificate)); n != 3 {
		t.Errorf("%d certificates refused, want 3", n)
	}
	if start := l[0]; !slices.ContainsFunc(start.Notes, func(n string) bool { return strings.Contains(n, "our own verification") }) {
		t.Errorf("notes %v", start.Notes)
	}
}

// onlyShell is a folder with what a browser's start script may call, and nothing else.
func onlyShell(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{"sh", "basename", "dirname", "readlink", "findmnt", "ls", "tr", "uname", "cat", "grep", "sed"} {
		for _, from := range []string{"/bin", "/usr/bin"} {
			if err := os.Symlink(filepath.Join(from, name), filepath.Join(folder, name)); err != nil && !os.IsExist(err) {
				t.Fatal(err)
			}
		}
	}
	return folder
}
