package html

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"logindoctor/report"
	"logindoctor/report/internal/samples"
)

// A browser opens pages from the disk. Whatever they ask for goes to a proxy that counts and answers nothing.
type browser struct {
	path, proxy string
	asked       *atomic.Int64
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	for _, name := range []string{"chromium-headless-shell", "chromium", "google-chrome"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		b := &browser{path, l.Addr().String(), new(atomic.Int64)}
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				b.asked.Add(1)
				c.Close()
			}
		}()
		return b
	}
	if os.Getenv("LOGINDOCTOR_CI") == "1" {
		t.Fatal("no browser")
	}
	t.Skip("no browser")
	return nil
}

// open returns the page after its scripts ran, and what the console said.
func (b *browser) open(t *testing.T, page string, flags ...string) (dom, console string) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "page.html")
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
		"--user-data-dir=" + filepath.Join(dir, "profile"), "--proxy-server=" + b.proxy, "--proxy-bypass-list=<-loopback>",
		"--enable-logging=stderr", "--dump-dom"}, flags...)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	cmd := exec.CommandContext(ctx, b.path, append(args, "file://"+file)...)
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v:\n%s", err, &log)
	}
	return out.String(), strings.Join(regexp.MustCompile(`.*CONSOLE.*`).FindAllString(log.String(), -1), "\n")
}

// The page asks for nothing and breaks none of its own rules; the first page shows that both would be noticed.
func TestBrowserIsContent(t *testing.T) {
	b := newBrowser(t)
	_, console := b.open(t, `<meta http-equiv="Content-Security-Policy" content="script-src 'none'"><img src="http://outside.test/x.png"><script>1</script>`)
	if b.asked.Load() == 0 || !strings.Contains(console, "Content Security Policy") {
		t.Fatalf("a page that asks and breaks rules goes unnoticed: %d requests, console %q", b.asked.Load(), console)
	}
	b.asked.Store(0)
	for name, r := range map[string]*report.Report{"broken": samples.Broken(), "healthy": samples.Healthy(), "hostile": samples.Hostile(),
		"pictures": withPictures(0)} {
		dom, console := b.open(t, rendered(t, r, report.Options{}))
		if console != "" {
			t.Errorf("%s: console: %s", name, console)
		}
		if strings.Contains(dom, `data-print="" hidden`) || !strings.Contains(dom, "data-print") {
			t.Errorf("%s: the script did not run", name)
		}
		if strings.Contains(dom, "alert(1)\n") {
			t.Errorf("%s: foreign script", name)
		}
	}
	if n := b.asked.Load(); n != 0 {
		t.Errorf("%d requests", n)
	}
}

// ruled is the page under another policy.
func ruled(page, policy string) string {
	return regexp.MustCompile(`(Content-Security-Policy" content=)"[^"]*"`).ReplaceAllString(page, `$1"`+policy+`"`)
}

func TestBrowserWithoutScripts(t *testing.T) {
	b := newBrowser(t)
	page := ruled(rendered(t, samples.Broken(), report.Options{}), "default-src 'unsafe-inline'; script-src 'none'")
	dom, _ := b.open(t, page)
	if n := strings.Count(dom, " hidden"); n != strings.Count(page, " hidden") {
		t.Errorf("%d hidden elements of %d: a script ran", n, strings.Count(page, " hidden"))
	}
	for _, want := range []string{"is replaced on the way by", "Network or security team", "Exempt login.microsoftonline.com"} {
		if !strings.Contains(seen(mustParse(t, dom)), want) {
			t.Errorf("%q is not shown", want)
		}
	}
}

// measured opens a page with a policy that lets an expression be measured.
func (b *browser) measured(t *testing.T, page, expression string, width, height int) string {
	t.Helper()
	page = strings.Replace(ruled(page, "default-src 'unsafe-inline' data:"), "</body>", "<script>document.body.dataset.measured = "+expression+";</script></body>", 1)
	dom, console := b.open(t, page, fmt.Sprintf("--window-size=%d,%d", width, height))
	m := regexp.MustCompile(`data-measured="([^"]*)"`).FindStringSubmatch(dom)
	if m == nil {
		t.Fatalf("nothing was measured; console: %s", console)
	}
	return m[1]
}

func TestBrowserLayout(t *testing.T) {
	b := newBrowser(t)
	for name, r := range map[string]*report.Report{"broken": samples.Broken(), "degraded": samples.Degraded(), "unknown": samples.Unknown(),
		"causes": samples.Causes()} { // ux.md 2.10: blocks 1 to 4 fit one screen
		bottom := b.measured(t, rendered(t, r, report.Options{}), `Math.max(...[...document.querySelectorAll(".do, .who")].map(e => `+
			`e.getBoundingClientRect().bottom)) <= innerHeight`, 1280, 720)
		if bottom != "true" {
			t.Errorf("%s: the steps do not fit the first screen", name)
		}
	}
	for name, r := range map[string]*report.Report{"broken": samples.Broken(), "hostile": samples.Hostile(), "causes": samples.Causes()} {
		page := strings.ReplaceAll(rendered(t, r, report.Options{}), "<details", "<details open")
		for _, width := range []int{320, 640, 1280} { // WCAG 2.2, 1.4.10: tables scroll in their own region
			if got := b.measured(t, page, `document.documentElement.scrollWidth <= innerWidth || document.documentElement.scrollWidth`, width, 900); got != "true" {
				t.Errorf("%s: %s pixels wide in a window of %d", name, got, width)
			}
		}
	}
	small := b.measured(t, rendered(t, samples.Broken(), report.Options{}), `[...document.querySelectorAll("button, summary, .toc a, a.state")]`+
		`.filter(e => e.getBoundingClientRect().height < 24).map(e => e.outerHTML).join()`, 1280, 720)
	if small != "" { // WCAG 2.2, 2.5.8
		t.Errorf("too small to hit: %s", small)
	}
}
