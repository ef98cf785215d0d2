package checktest

import (
	"flag"
	"io"
	"os"
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/checks/catalog"
	"logindoctor/checks/runner"
	"logindoctor/checks/world"
	"logindoctor/fixtures"
)

// Options are what the program would make of the arguments that the lab gives it.
func Options(w *fixtures.World) (runner.Options, error) {
	var a arguments
	if err := a.parse(w.Args()); err != nil {
		return runner.Options{}, err
	}
	data, err := os.ReadFile(a.product)
	if err != nil {
		return runner.Options{}, err
	}
	product, err := catalog.Load(a.product, data)
	if err != nil {
		return runner.Options{}, err
	}
	if err := a.readSettings(); err != nil {
		return runner.Options{}, err
	}
	target, err := catalog.Target(product, a.input)
	if err != nil {
		return runner.Options{}, err
	}
	a.world.LoopbackOnly = !w.Native()
	real, err := world.New(a.world)
	if err != nil {
		return runner.Options{}, err
	}
	return runner.Options{World: real, Target: target, Level: a.level, Only: a.only, Skip: a.skip}, nil
}

// arguments are the flags of run that the lab uses.
type arguments struct {
	product, config string
	world           world.Options
	input           catalog.Input
	level           checks.Level
	only, skip      []string
}

func (a *arguments) parse(args []string) error {
	a.level = checks.LevelStandard
	f := flag.NewFlagSet("run", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.BoolVar(&a.input.Login, "login", false, "")
	text := func(name string, to *string) { f.StringVar(to, name, "", "") }
	list := func(name string, to *[]string) {
		f.Func(name, "", func(s string) error { *to = append(*to, strings.Split(s, ",")...); return nil })
	}
	text("product", &a.product)
	text("config", &a.config)
	text("proxy", &a.world.Proxy)
	text("browser", &a.world.Browser)
	text("company", &a.input.Company)
	text("user", &a.input.User)
	text("portal", &a.input.Portal)
	list("pathway", &a.input.Pathways)
	list("time-server", &a.input.TimeServers)
	list("ca-file", &a.world.CAFiles)
	list("only", &a.only)
	list("skip", &a.skip)
	f.Func("resolver", "", func(s string) error {
		addr, err := world.ParseResolver(s)
		a.world.Resolvers = append(a.world.Resolvers, addr)
		return err
	})
	f.Func("connect-to", "", func(s string) error {
		c, err := world.ParseConnectTo(s)
		a.world.ConnectTo = append(a.world.ConnectTo, c)
		return err
	})
	f.Func("seen-from", "", func(string) error { return nil }) // reading reports is for the program
	f.Func("level", "", func(s string) error {
		a.level = checks.Level(slices.Index([]string{"quick", "standard", "deep"}, s) + 1)
		return nil
	})
	for len(args) > 0 {
		if err := f.Parse(args); err != nil {
			return err
		}
		if args = f.Args(); len(args) > 0 {
			a.input.Target, args = args[0], args[1:]
		}
	}
	return nil
}

// settings are the keys of the settings file that the lab writes.
type settings struct {
	Product     string                       `yaml:"product"`
	Target      string                       `yaml:"target"`
	Company     string                       `yaml:"company"`
	User        string                       `yaml:"user"`
	Portal      string                       `yaml:"portal"`
	Credentials map[string]map[string]string `yaml:"credentials"`
	Machine     struct {
		HostsFile      string   `yaml:"hosts_file"`
		RegistryFile   string   `yaml:"registry_file"`
		BrowserProfile string   `yaml:"browser_profile"`
		BrowserCAFiles []string `yaml:"browser_ca_files"`
	} `yaml:"machine"`
	Expect checks.Expect `yaml:"expect"`
	Limits checks.Limits `yaml:"limits"`
}

func (a *arguments) readSettings() error {
	data, err := os.ReadFile(a.config)
	if err != nil {
		return err
	}
	s, err := catalog.Decode[settings](a.config, data)
	if err != nil {
		return err
	}
	a.world.HostsFile, a.input.Expect, a.input.Limits = s.Machine.HostsFile, s.Expect, s.Limits
	a.world.RegistryFile, a.world.BrowserProfile = s.Machine.RegistryFile, s.Machine.BrowserProfile
	a.world.BrowserCAFiles = s.Machine.BrowserCAFiles
	a.world.Secrets = map[string]string{}
	for account, parts := range s.Credentials {
		for part, reference := range parts {
			a.world.Secrets[account+"."+part] = reference
		}
	}
	a.input.HaveAPIKey = a.world.Secrets["api.public_key"] != ""
	for _, pair := range []struct {
		to    *string
		value string
	}{{&a.input.Target, s.Target}, {&a.input.Company, s.Company}, {&a.input.User, s.User}, {&a.input.Portal, s.Portal}} {
		if *pair.to == "" {
			*pair.to = pair.value
		}
	}
	return nil
}
