package main

import (
	"time"

	"github.com/spf13/pflag"
)

// flags are everything that can be said on the command line. A flag that was not given leaves the settings alone.
type flags struct {
	outputs   []string
	json      bool
	look      look
	noColor   bool
	progress  string
	timeout   string
	step      string
	exitCodes string
	redact    string
	failOn    string
	config    string
	site      string
	history   string
	warning   string
	critical  string
	alone     bool
	noInput   bool
	yes       bool
	version   bool

	run runFlags
}

// runFlags are those of the commands that diagnose.
type runFlags struct {
	pathways, only, skip               []string
	company, user, portal              string
	level, product, proxy, browser     string
	resolvers, connectTo, caFiles, ntp []string
	login, ask, trace                  bool
	seenFrom                           []string
}

func (f *flags) global(s *pflag.FlagSet) {
	s.SortFlags = false
	s.StringArrayVarP(&f.outputs, "output", "o", nil, "`FORMAT[=PATH]`; repeatable; see: logindoctor list formats")
	s.BoolVar(&f.json, "json", false, "same as -o json")
	s.CountVarP(&f.look.quiet, "quiet", "q", "only the closing line; twice: nothing if the verdict is ok")
	s.CountVarP(&f.look.verbose, "verbose", "v", "all checks; twice: raw observations as well")
	s.StringVar(&f.look.color, "color", "auto", "`WHEN`: auto, always or never")
	s.BoolVar(&f.noColor, "no-color", false, "same as --color never")
	s.BoolVar(&f.look.ascii, "ascii", false, "no character above U+007F for people")
	s.IntVar(&f.look.width, "width", 0, "`COLUMNS`, 60 to 200 (default: the terminal's, else 80)")
	s.StringVar(&f.progress, "progress", "auto", "`HOW`: auto, plain or none")
	s.StringVar(&f.redact, "redact", "", "`PROFILE`: internal (everything but secrets), share (no names of people and devices) or public")
	s.StringVar(&f.exitCodes, "exit-codes", "nagios", "`PROFILE`, or ok=A,degraded=B,broken=C,unknown=D")
	s.StringVar(&f.failOn, "fail-on", "", "lowest `VERDICT` that fails, with --exit-codes binary")
	s.StringVar(&f.config, "config", "", "settings `FILE` (default: logindoctor config path)")
	s.StringVar(&f.history, "history", "", "`FILE` of past runs, or none to keep nothing (default: in the user's state folder)")
	s.BoolVar(&f.noInput, "no-input", false, "never ask")
	s.BoolVarP(&f.yes, "yes", "y", false, "answer yes to every question")
	s.BoolVarP(&f.version, "version", "V", false, "print the version")
}

// monitor registers the limits that a monitor sets.
func (f *flags) monitor(s *pflag.FlagSet) {
	s.StringVarP(&f.warning, "warning", "w", "", "`TIME` from which a pathway is slow: WARNING in nagios and checkmk, and the exit code")
	s.StringVarP(&f.critical, "critical", "c", "", "`TIME` from which a pathway is too slow: CRITICAL")
}

func (f *runFlags) register(s *pflag.FlagSet, g *flags) {
	s.SortFlags = false
	s.StringSliceVar(&f.pathways, "pathway", nil, "pathways to test, a comma-separated `LIST`; see: logindoctor list pathways")
	s.StringSliceVar(&f.only, "only", nil, "this `LIST` of checks and what they require; see: logindoctor list checks")
	s.StringSliceVar(&f.skip, "skip", nil, "leave this `LIST` of checks out")
	s.StringVar(&f.user, "user", "", "user `NAME` as typed on the sign-in page")
	s.StringVar(&f.portal, "portal", "", "`HOST` of the customers' portal")
	s.BoolVar(&f.login, "login", false, "sign in with the test accounts of the settings, one attempt each")
	s.BoolVar(&f.ask, "ask", false, "ask for one-time codes that come by mail, message or phone")
	s.StringVar(&g.site, "site", "", "`NAME` of this place in reports")
	s.StringVar(&f.level, "level", "", "`LEVEL`: quick (no browser), standard or deep (default standard)")
	s.StringVar(&g.timeout, "timeout", "", "`TIME` for the whole run (default 30s, or 2m with a browser); bare numbers are seconds")
	f.registerWay(s, g)
	s.StringArrayVar(&f.ntp, "time-server", nil, "NTP server `ADDR[:PORT]` instead of the product's; repeatable")
	s.StringArrayVar(&f.seenFrom, "seen-from", nil, "JSON `REPORT` of a run at another place, at most 30 minutes old; repeatable")
	s.StringVar(&f.browser, "browser", "", "`PATH` of the browser, or none")
	s.BoolVar(&f.trace, "trace", false, "print what the browser does and meets to standard error, as it happens; no progress then")
}

// registerWay registers those that say how the service is reached; attach has them too.
func (f *runFlags) registerWay(s *pflag.FlagSet, g *flags) {
	s.StringVar(&f.company, "company", "", "company `ID` as typed on the sign-in page")
	s.StringVar(&g.step, "step-timeout", "", "`TIME` for one network step (default 5s)")
	s.StringVar(&f.product, "product", "", "product `FILE` instead of the built-in one")
	s.StringArrayVar(&f.resolvers, "resolver", nil, "DNS server `ADDR[:PORT]` instead of the system's; repeatable")
	s.StringArrayVar(&f.connectTo, "connect-to", nil, "`HOST:PORT:ADDR:PORT` as in curl; repeatable")
	s.StringArrayVar(&f.caFiles, "ca-file", nil, "`PEM` file trusted beside the system's roots; repeatable")
	s.StringVar(&f.proxy, "proxy", "", "`URL`, direct, system or pac+URL (default system)")
}

// duration reads "90s" or a bare number of seconds.
func duration(flag, text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		d, err = time.ParseDuration(text + "s")
	}
	if err != nil || d <= 0 {
		return 0, misuse("--"+flag+" "+text+" is no length of time.", "--"+flag+" 45s    or:  --"+flag+" 2m")
	}
	return d, nil
}
