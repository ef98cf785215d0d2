// Package world is the real World: clock, sockets, names, trust, proxies, secrets and browser of this computer, bent by
// the flags that choose another one.
package world

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"sync"
	"time"

	"logindoctor/checks"
)

// Options are the flags and settings that choose a world; zero values mean this computer as it is.
type Options struct {
	Resolvers      []netip.AddrPort  // --resolver: asked in order instead of the system's
	ConnectTo      []ConnectTo       // --connect-to: the first that matches applies
	CAFiles        []string          // --ca-file: PEM files trusted beside the system's
	BrowserProfile string            // folder of a person's browser, of which a script may get a copy
	BrowserCAFiles []string          // PEM files that only browsers trust
	Proxy          string            // --proxy: "" or "system", "direct", a URL, or "pac+" and a URL
	HostsFile      string            // read instead of the system's hosts file
	RegistryFile   string            // export of a Windows registry, read instead of the system's
	Browser        string            // --browser: "" finds one, a path, or "none"
	Secrets        map[string]string // name of a credential to its reference, see Secret
	Ask            Asking            // nil: nobody can be asked
	Ledger         Ledger            // nil: attempts are remembered for this run only
	LoopbackOnly   bool              // a test world: every other address is refused
	StepTimeout    time.Duration     // one dial, question or script; zero means 10 s
}

// World implements checks.World. It is safe for concurrent use.
type World struct {
	o           Options
	proxy       choice
	roots       func() (*x509.CertPool, error)
	forBrowsers [][]byte // authorities that a browser is given, in PEM form
	hosts       func() ([]checks.HostsEntry, error)
	pacs        scripts
	browsers    browserSet
	answers     answers
	ledger      Ledger
}

// New reads the files that the options name. Its errors name the flag and the way out.
func New(o Options) (*World, error) {
	if o.StepTimeout == 0 {
		o.StepTimeout = 10 * time.Second
	}
	proxy, err := parseChoice(o.Proxy)
	if err != nil {
		return nil, err
	}
	own, err := readRoots("--ca-file", o.CAFiles)
	if err != nil {
		return nil, err
	}
	browsers, err := readRoots("machine.browser_ca_files", o.BrowserCAFiles)
	if err != nil {
		return nil, err
	}
	if o.Ledger == nil {
		o.Ledger = &memory{}
	}
	w := &World{o: o, ledger: o.Ledger, proxy: proxy, forBrowsers: slices.Concat(own, browsers), roots: sync.OnceValues(func() (*x509.CertPool, error) { return trusted(own) })}
	go w.roots() // parsing the system's authorities takes a while, and the first certificate comes three round trips later
	w.hosts = sync.OnceValues(w.readHosts)
	if o.HostsFile == "" {
		return w, nil
	}
	if _, err := w.hosts(); err != nil {
		return nil, fmt.Errorf("machine.hosts_file: %w", err)
	}
	return w, nil
}

// Now is the local clock.
func (w *World) Now() time.Time { return time.Now() }

// Roots are the authorities of the system and those of --ca-file.
func (w *World) Roots() (*x509.CertPool, error) {
	roots, err := w.roots()
	if err != nil {
		return nil, err
	}
	return roots.Clone(), nil
}

// Chosen reports whether an option makes this world differ from the computer as it is, so that a browser can only
// be shown it through a relay.
func (w *World) Chosen() bool {
	o := w.o
	return len(o.Resolvers) > 0 || len(o.ConnectTo) > 0 || len(w.forBrowsers) > 0 || o.HostsFile != "" || o.RegistryFile != "" || o.LoopbackOnly ||
		w.proxy.set
}

// readRoots reads the files that a flag or a setting names, and refuses those without a certificate.
func readRoots(named string, files []string) ([][]byte, error) {
	var all [][]byte
	for _, file := range files {
		pem, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", named, err)
		}
		if !x509.NewCertPool().AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s %s: no certificate in PEM form; convert it with openssl x509 -inform der", named, file)
		}
		all = append(all, pem)
	}
	return all, nil
}

// trusted are the authorities of the system and more, in PEM form.
func trusted(more [][]byte) (*x509.CertPool, error) {
	roots, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("read the authorities that this computer trusts: %w", err)
	}
	for _, pem := range more {
		roots.AppendCertsFromPEM(pem)
	}
	return roots, nil
}

// step bounds one network step.
func (w *World) step(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, w.o.StepTimeout)
}
