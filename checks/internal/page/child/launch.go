package child

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-rod/rod/lib/cdp"
	"github.com/go-rod/rod/lib/proto"

	"logindoctor/checks/internal/page"
	"logindoctor/checks/internal/page/proc"
)

// nobody is an address that Chromium itself refuses to ask, by its list of ports (chromium, net/base/port_util.cc). What
// the full browser sends to its maker in spite of every switch goes there.
const nobody = "http://127.0.0.1:9/"

// The size of every page and picture.
const (
	width  = 1280
	height = 800
)

// Switches of every start: no window, no traffic of the browser's own, nothing kept. Chromium documents them in
// chrome/common/chrome_switches.cc, components/*/switches.cc and content/public/common/content_switches.cc.
var switches = []string{
	"--headless", "--disable-gpu", "--mute-audio", "--hide-scrollbars", fmt.Sprintf("--window-size=%d,%d", width, height),
	"--no-first-run", "--no-default-browser-check", "--disable-search-engine-choice-screen", "--disable-default-apps",
	"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-domain-reliability",
	"--disable-client-side-phishing-detection", "--metrics-recording-only", "--no-pings", "--no-service-autorun",
	"--disable-breakpad", "--disable-crash-reporter", "--password-store=basic", "--use-mock-keychain",
	"--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding",
	"--gaia-url=" + nobody, "--component-updater=url-source=" + nobody,
	"--disable-site-isolation-trials", // frames stay in the page's process, where the script can act on them
	"--disable-back-forward-cache",    // a page that was left needs no memory
}

// Features that would talk to somebody else than the pages of the script. The last one has a page's tasks wait for the frame
// after a key or a click, and nobody looks at that frame.
var features = []string{"AutofillServerCommunication", "CertificateTransparencyComponentUpdater", "DialMediaRouteProvider",
	"InterestFeedContentSuggestions", "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationGuideModelDownloading",
	"OptimizationHints", "OptimizationHintsFetching", "PreconnectToSearch", "SearchEnginePreconnect2", "Translate",
	"DeferRendererTasksAfterInput"}

// Preferences of the full browser that have no switch: probes and suggestions, and the search engine that it would
// connect to beforehand. A room counts as incognito to the browser, which by default keeps cookies from frames of other sites there
// and not in the windows that people use: cookie_controls_mode 0 has them kept in neither.
const preferences = `{"alternate_error_pages":{"enabled":false},"search":{"suggest_enabled":false},
"safebrowsing":{"enabled":false},"net":{"network_prediction_options":2},"credentials_enable_service":false,
"profile":{"password_manager_enabled":false,"cookie_controls_mode":0},"signin":{"allowed":false},
"default_search_provider_data":{"template_url_data":{"id":"1000","keyword":"none","short_name":"none",
"synced_guid":"7c9f8a52-2f5b-4f0b-9d53-3d1f0f4f6c01","url":"` + nobody + `?q={searchTerms}"}}}`

func arguments(o page.Order) []string {
	off := features
	args := append(append([]string(nil), switches...), lean...)
	if o.Proxy != "" {
		// In a chosen world every address is a loopback one, which says nothing about who may talk to whom.
		off = append(off[:len(off):len(off)], "LocalNetworkAccessChecks")
		args = append(args, "--proxy-server=http://"+o.Proxy, "--proxy-bypass-list=<-loopback>", "--disable-extensions")
	}
	if o.NoSandbox {
		args = append(args, "--no-sandbox")
	}
	return append(args, "--disable-features="+strings.Join(off, ","), "--user-data-dir="+filepath.Join(o.Profile, "data"))
}

// launch starts the browser. What went wrong is told to whoever wants to use it.
func launch(o page.Order) *browser {
	b := &browser{said: &tail{}, gone: make(chan struct{}), tabs: map[proto.TargetSessionID]*watcher{}, watchers: map[int]func(error){}}
	if b.failed = b.run(o); b.failed != nil {
		b.reason = b.failed
		close(b.gone)
		return b
	}
	go b.listen()
	return b
}

// run starts the process and speaks with it over two pipes.
func (b *browser) run(o page.Order) error {
	if err := prepare(o.Profile); err != nil {
		return err
	}
	theirIn, ourOut, err := os.Pipe()
	if err != nil {
		return err
	}
	ourIn, theirOut, err := os.Pipe()
	if err != nil {
		return errors.Join(err, theirIn.Close(), ourOut.Close())
	}
	b.pipes = []*os.File{ourOut, ourIn}
	cmd := exec.Command(o.Browser, arguments(o)...)
	cmd.Stderr = b.said
	cmd.WaitDelay = time.Second
	if o.Home != "" {
		cmd.Env = append(os.Environ(), "HOME="+o.Home, "XDG_DATA_HOME=", "XDG_CONFIG_HOME=", "XDG_CACHE_HOME=")
	}
	hand(cmd, theirIn, theirOut)
	b.process, err = proc.Join(cmd)
	_, _ = theirIn.Close(), theirOut.Close()
	if err != nil {
		return fmt.Errorf("start %s: %w", filepath.Base(o.Browser), err)
	}
	b.pipe = &pipe{out: ourOut, in: bufio.NewReader(ourIn)}
	b.client = cdp.New().Start(b.pipe)
	return nil
}

func prepare(profile string) error {
	folder := filepath.Join(profile, "data", "Default")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(folder, "Preferences")); err == nil {
		return nil // a person's own
	}
	return os.WriteFile(filepath.Join(folder, "Preferences"), []byte(preferences), 0o600)
}
