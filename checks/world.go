package checks

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"
)

// A World is the only way from a check to anything outside it: clock, network, trust, this computer's settings, browser.
// Its types are the standard library's and this package's, so one fake serves every protocol.
type World interface {
	// Now is the local clock, right or wrong.
	Now() time.Time
	// Dial opens a tcp or udp connection. The address may hold a name; --connect-to applies before and after resolution.
	// A refusal by a proxy is a *ProxyError.
	Dial(ctx context.Context, network, address string, how Dialing) (net.Conn, error)
	// Lookup resolves a name the way a program on this computer does: hosts file, search list, resolvers in order.
	Lookup(ctx context.Context, host string) (Lookup, error)
	// Resolvers are the DNS servers in the order in which this computer asks them.
	Resolvers(ctx context.Context) ([]Resolver, error)
	// HostsFile returns the entries of the hosts file.
	HostsFile() ([]HostsEntry, error)
	// Proxies are the proxy settings of this computer, each with where it is set; the first one is the one in force.
	Proxies(ctx context.Context) ([]ProxySetting, error)
	// ProxyFor returns the proxy that applies to a URL, nil for direct.
	ProxyFor(ctx context.Context, u *url.URL) (*url.URL, error)
	// Roots are the authorities that programs on this computer trust.
	Roots() (*x509.CertPool, error)
	// Browse walks a script in a real browser in a child process; scripts that run at once share both, and nothing else. The
	// channel is closed after the event "end". ErrNoBrowser is returned if there is none.
	Browse(ctx context.Context, s Script) (<-chan Event, error)
	// BrowserPolicies are the settings that administrators have laid down for the browsers of this computer.
	BrowserPolicies(ctx context.Context) ([]BrowserPolicy, error)
	// Installed is what Windows knows of installed programs; ErrNoRegistry elsewhere.
	Installed(ctx context.Context) (Installed, error)
	// Secret returns a credential named in the settings; ErrNoSecret if the settings name none.
	Secret(ctx context.Context, name string) (Secret, error)
	// Ask puts a question to the person at this computer; ErrNobody if nobody may be asked.
	Ask(ctx context.Context, question string) (Secret, error)
	// Attempts returns the sign-in attempts with an account that this computer made at or after a time, oldest first.
	Attempts(ctx context.Context, account string, since time.Time) ([]Attempt, error)
	// Attempted keeps an attempt for good; it is called before the credential is sent and again when its end is known.
	Attempted(ctx context.Context, a Attempt) error
}

// An Attempt is what became of one sign-in with an account.
type Attempt struct {
	Account string    // SHA-256 in hexadecimal digits, never a name
	At      time.Time // by this computer's clock
	Outcome string
}

// Outcomes of an Attempt.
const (
	AttemptBegun   = "begun" // nothing later is known: it may have been refused
	AttemptPassed  = "passed"
	AttemptRefused = "refused"
	AttemptLocked  = "locked" // the service said that the account is locked
	AttemptUnused  = "unused" // nothing was sent after all
)

// Errors of a World.
var (
	ErrNoBrowser  = errors.New("no Chrome, Edge or Chromium found")
	ErrNoProfile  = errors.New("the settings name no profile of a browser; machine.browser_profile does")
	ErrNoSecret   = errors.New("no such credential in the settings")
	ErrNoRegistry = errors.New("only Windows has a registry; machine.registry_file may name an export of another computer's")
	ErrNobody     = errors.New("nobody can be asked")
)

// Dialing says how a connection is opened.
type Dialing struct {
	MSS   int      // TCP_MAXSEG before connecting; zero leaves it to the system
	Proxy *url.URL // CONNECT through it; nil means direct
	Name  string   // host that the address was found for, so that --connect-to can send it elsewhere
}

// A Lookup is the system's answer for a name.
type Lookup struct {
	Addrs     []netip.Addr
	HostsFile bool          // the answer came from the hosts file, no question was sent
	Chosen    bool          // the answer is that of --connect-to, no question was sent
	Took      time.Duration // how long the program waited
}

// A Resolver is a DNS server that this computer asks.
type Resolver struct {
	Addr   netip.AddrPort
	Source string // "--resolver", "resolv.conf", "adapter Ethernet"
}

// A HostsEntry is one line of the hosts file.
type HostsEntry struct {
	Line  int
	Addr  netip.Addr
	Names []string
}

// A ProxySetting is one place where a proxy is set.
type ProxySetting struct {
	Source string   // "--proxy", "environment HTTPS_PROXY", "user settings", "machine settings"
	URL    *url.URL // nil if the setting is a PAC address or says direct
	PAC    string   // address of a proxy script
	For    Clients  // who obeys it
	Force  bool     // in force for this run
}

// A ProxyError is a proxy's refusal to open a tunnel.
type ProxyError struct {
	Proxy  string // host:port
	Status int    // zero if it closed without an answer
	Header http.Header
	Body   string // the first 4 kB
	Err    error  // what happened instead of an answer
}

func (e *ProxyError) Error() string {
	if e.Status == 0 {
		return fmt.Sprintf("tunnel through %s: %v", e.Proxy, e.Err)
	}
	return fmt.Sprintf("tunnel through %s: status %d", e.Proxy, e.Status)
}

func (e *ProxyError) Unwrap() error { return e.Err }
