package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/user"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"logindoctor/checks"
	"logindoctor/checks/catalog"
	"logindoctor/checks/plugin"
	"logindoctor/checks/suite"
	"logindoctor/checks/world"
	"logindoctor/cmd/logindoctor/internal/config"
	"logindoctor/report"
)

// Budgets of a whole run (engine.md 1.23).
const (
	budgetPlain   = 30 * time.Second
	budgetBrowser = 2 * time.Minute
)

// A setup is a diagnosis made ready from flags and settings.
type setup struct {
	world      *world.World
	target     *checks.Target
	checks     []*checks.Check
	level      checks.Level
	only, skip []string
	budget     time.Duration
	proxy      string
	browser    string
	asks       bool // a person may be asked something, which must not be drawn over
}

func (a *app) commands() []*cobra.Command {
	return []*cobra.Command{a.runCmd(), a.explainCommand(), a.renderCommand(), a.reviewCommand(), a.attachCommand(), a.bundleCommand(), a.historyCommand(), a.diffCommand(), a.demoCommand(), a.labCommand(), a.listCommand(), a.initCommand(),
		a.configCommand(), a.selfCheckCommand(), a.versionCommand()}
}

// product returns the knowledge that applies: --product, the settings', or the built-in one.
func (a *app) product() (*checks.Product, error) {
	s, err := a.settings()
	if err != nil {
		return nil, err
	}
	return loadProduct(s.Product)
}

func loadProduct(file string) (*checks.Product, error) {
	if file == "" {
		return catalog.Default(), nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, misuse(sentence(err.Error()), "--product FILE, or leave it out for the built-in product")
	}
	p, err := catalog.Load(file, data)
	if err != nil {
		return nil, misuse(err.Error(), "")
	}
	return p, nil
}

// prepare turns arguments, flags and settings into a setup. Every mistake is found here, before anything runs.
func (a *app) prepare(ctx context.Context, args []string) (*setup, error) {
	c, err := a.settings()
	if err != nil {
		return nil, err
	}
	product, err := loadProduct(c.Product)
	if err != nil {
		return nil, err
	}
	s := &setup{only: a.flags.run.only, skip: a.flags.run.skip, proxy: c.Proxy, browser: c.Browser,
		asks: a.flags.run.ask || slices.Contains(slices.Collect(maps.Values(c.Secrets())), "prompt")}
	if s.target, err = catalog.Target(product, a.input(args, c)); err != nil {
		return nil, err
	}
	if s.target.Seen, err = seenFrom(a.flags.run.seenFrom, product, time.Now()); err != nil {
		return nil, err
	}
	if s.checks, err = withPlugins(ctx, c.Plugins); err != nil {
		return nil, err
	}
	if s.level, err = level(c.Level); err != nil {
		return nil, err
	}
	if _, err := byID(slices.Concat(s.only, s.skip), s.checks); err != nil {
		return nil, err
	}
	if s.world, err = a.newWorld(c); err != nil {
		return nil, err
	}
	s.budget, err = s.timeout(c.Timeout)
	return s, err
}

func (a *app) input(args []string, c *config.Settings) catalog.Input {
	in := catalog.Input{Target: c.Target, Region: c.Region, Company: c.Company, User: c.User, Portal: c.Portal, Pathways: c.Pathways,
		TimeServers: c.TimeServers, Site: c.Site, Limits: c.Limits, Expect: c.Expect, HaveAPIKey: c.Secrets()["api.private_key"] != "",
		Login: a.flags.run.login, Ask: a.flags.run.ask, APIVersion: c.Credentials.API.Version}
	if len(args) > 0 {
		in.Target, in.Region = args[0], ""
	}
	return in
}

func level(name string) (checks.Level, error) {
	if name == "" {
		return checks.LevelStandard, nil
	}
	if err := oneOf("level", name, levelNames); err != nil {
		return 0, err
	}
	return checks.Level(slices.Index(levelNames, name) + 1), nil
}

// withPlugins adds the executables of the settings to the checks and validates the whole set.
func withPlugins(ctx context.Context, declared []config.Plugin) ([]*checks.Check, error) {
	all := slices.Clone(suite.All)
	for _, d := range declared {
		requires, err := byID(d.Requires, all)
		if err != nil {
			return nil, err
		}
		c, err := plugin.New(ctx, plugin.Declaration{Name: d.Name, Command: d.Command, Speaks: d.Speaks, On: d.On, Requires: requires,
			Timeout: time.Duration(d.Timeout)})
		if err != nil {
			return nil, misuse(sentence(err.Error()), "logindoctor config check")
		}
		all = append(all, c)
	}
	return all, checks.Validate(all)
}

// byID finds checks; a check that is not there is a misuse.
func byID(ids []string, all []*checks.Check) ([]*checks.Check, error) {
	var names []string
	for _, c := range all {
		names = append(names, c.ID)
	}
	var found []*checks.Check
	for _, id := range ids {
		if err := oneOf("check", id, names); err != nil {
			return nil, err
		}
		found = append(found, all[slices.Index(names, id)])
	}
	return found, nil
}

func (a *app) newWorld(c *config.Settings) (*world.World, error) {
	o := world.Options{CAFiles: c.CAFiles, Proxy: c.Proxy, HostsFile: c.Machine.HostsFile, RegistryFile: c.Machine.RegistryFile, BrowserProfile: c.Machine.BrowserProfile,
		BrowserCAFiles: c.Machine.BrowserCAFiles, Browser: c.Browser, Secrets: c.Secrets(), Ask: a.ask}
	for _, text := range c.Resolvers {
		addr, err := world.ParseResolver(text)
		if err != nil {
			return nil, misuse(sentence(err.Error()), "--resolver 192.0.2.53    or:  --resolver 192.0.2.53:5353")
		}
		o.Resolvers = append(o.Resolvers, addr)
	}
	for _, text := range c.ConnectTo {
		to, err := world.ParseConnectTo(text)
		if err != nil {
			return nil, misuse(sentence(err.Error()), "--connect-to na.myconnectwise.net:443:192.0.2.7:8443")
		}
		o.ConnectTo = append(o.ConnectTo, to)
	}
	if path, _, err := a.historyFile(); err == nil && path != "" {
		o.Ledger = ledger{path}
	}
	var err error
	if o.StepTimeout, err = duration("step-timeout", c.StepTimeout); err != nil {
		return nil, err
	}
	w, err := world.New(o)
	if err != nil {
		return nil, misuse(sentence(err.Error()), "")
	}
	return w, nil
}

// timeout is the budget of the whole run: what was asked for, or more when a browser is used.
func (s *setup) timeout(asked string) (time.Duration, error) {
	d, err := duration("timeout", asked)
	if d > 0 || err != nil {
		return d, err
	}
	if _, err := world.FindBrowser(s.browser); err == nil && s.level > checks.LevelQuick {
		return budgetBrowser, nil
	}
	return budgetPlain, nil
}

// context says whose eyes the run looks through.
func (a *app) context(ctx context.Context, s *setup) report.Context {
	c := report.Context{Site: s.target.Site, Session: session(a.terminal), OS: report.OS{Name: osName(), Arch: runtime.GOARCH}}
	if u, err := user.Current(); err == nil {
		c.User = u.Username
	}
	c.Host, _ = os.Hostname()
	if c.Site == "" {
		c.Site = c.Host
	}
	c.UTCOffset = time.Now().Format("-07:00")
	c.Proxy = "none"
	if settings, err := s.world.Proxies(ctx); err == nil && len(settings) > 0 && settings[0].URL != nil {
		c.Proxy = settings[0].URL.Host
	}
	if list, err := s.world.Resolvers(ctx); err == nil {
		for _, r := range list {
			c.Resolvers = append(c.Resolvers, r.Addr.String())
		}
	}
	c.Browser = "none"
	if path, err := world.FindBrowser(s.browser); err == nil {
		c.Browser = path
	}
	return c
}

func osName() string {
	return map[string]string{"windows": "Windows", "darwin": "macOS", "linux": "Linux"}[runtime.GOOS]
}

// session tells a person at a terminal from a job.
func session(t *terminal) string {
	switch {
	case t.inTTY || t.outTTY || t.errTTY:
		return "interactive"
	case t.getenv("container") != "" || t.getenv("KUBERNETES_SERVICE_HOST") != "":
		return "container"
	case runtime.GOOS == "windows" && strings.EqualFold(t.getenv("USERNAME"), t.getenv("COMPUTERNAME")+"$"):
		return "system"
	}
	return "unknown"
}

func (a *app) initCommand() *cobra.Command {
	return &cobra.Command{
		Use: "init", Short: "Write a commented settings file", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			path, err := a.settingsPath()
			if err != nil {
				return err
			}
			if _, err := os.Stat(path); err == nil && !a.flags.yes {
				return misuse(fmt.Sprintf("%s exists already.", path), "logindoctor init --yes    replaces it")
			}
			if err := config.Write(path); err != nil {
				return err
			}
			_, err = fmt.Fprintf(a.out, "Wrote %s. Check it with:  logindoctor config check\n", path)
			return err
		},
	}
}
