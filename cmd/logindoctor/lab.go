package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"logindoctor/checks/catalog"
	"logindoctor/checks/suite"
	"logindoctor/fixtures"
	"logindoctor/report"
)

func (a *app) labCommand() *cobra.Command {
	lab := &cobra.Command{
		Use:   "lab",
		Short: "A whole sign-in world on this computer, healthy or broken on purpose",
		Long: `A whole sign-in world on this computer, healthy or broken on purpose: names, clocks, certificates, the
application, its API, portals, identity providers and proxies, all real servers on loopback.`,
		Example: "  logindoctor lab list\n  logindoctor lab run broken\n  logindoctor lab run my-fault.txtar\n  logindoctor lab score --json",
	}
	lab.AddCommand(a.labList(), a.labShow(), a.labRun(), a.labServe(), a.labScore())
	return lab
}

// scenarios are the texts of all scenarios by name.
func scenarios() (map[string][]byte, error) {
	texts, err := suite.Scenarios(suite.All)
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(fixtures.Scenarios, "scenarios/*.txtar")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := fs.ReadFile(fixtures.Scenarios, name)
		if err != nil {
			return nil, err
		}
		texts[strings.TrimSuffix(path.Base(name), ".txtar")] = text
	}
	return texts, nil
}

func scenarioNames() ([]string, error) {
	texts, err := scenarios()
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(texts))
	for name := range texts {
		names = append(names, name)
	}
	slices.Sort(names)
	return names, nil
}

// scenario reads one by name, or from a file outside. A name may end in a dialect of it, "login.staff/shut@b2c".
func scenario(name string) (*fixtures.Scenario, []byte, error) {
	plain, dialect := name, ""
	if at := strings.LastIndexByte(name, '@'); at > 0 && !strings.HasSuffix(name, ".txtar") {
		plain, dialect = name[:at], name[at+1:]
	}
	text, err := scenarioText(plain)
	if err != nil {
		return nil, nil, err
	}
	s, err := fixtures.Parse(plain, text)
	if err == nil && dialect != "" {
		s, err = s.In(dialect)
	}
	if err != nil {
		return nil, nil, misuse(err.Error(), "logindoctor lab show ok    prints one to start from")
	}
	return s, text, nil
}

func scenarioText(name string) ([]byte, error) {
	if strings.HasSuffix(name, ".txtar") {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, misuse(sentence(err.Error()), "logindoctor lab list")
		}
		return text, nil
	}
	texts, err := scenarios()
	if err != nil {
		return nil, err
	}
	if text, ok := texts[name]; ok {
		return text, nil
	}
	names, err := scenarioNames()
	if err != nil {
		return nil, err
	}
	try := "logindoctor lab list"
	if near := catalog.Nearest(name, names); near != "" {
		try = "logindoctor lab run " + near
	}
	return nil, misuse(fmt.Sprintf("There is no scenario %q.", name), try)
}

func completeScenarios(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	names, _ := scenarioNames()
	return names, cobra.ShellCompDirectiveDefault
}

func (a *app) labList() *cobra.Command {
	var real bool
	cmd := &cobra.Command{Use: "list", Short: "Every scenario with its story", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return a.list(listing{"scenarios", "", func(*app) ([][]string, error) {
				all, err := allScenarios()
				if err != nil {
					return nil, err
				}
				rows := [][]string{{"Scenario", "Story"}}
				for _, s := range all {
					if s.Real() == real {
						rows = append(rows, []string{s.Name, strings.Join(strings.Fields(s.Story), " ")})
					}
				}
				return rows, nil
			}})
		}}
	cmd.Flags().BoolVar(&real, "real", false, "those with identity providers that others wrote")
	return cmd
}

func (a *app) labShow() *cobra.Command {
	return &cobra.Command{Use: "show NAME", Short: "Print a scenario", Args: cobra.ExactArgs(1), ValidArgsFunction: completeScenarios,
		RunE: func(_ *cobra.Command, args []string) error {
			_, text, err := scenario(args[0])
			if err != nil {
				return err
			}
			_, err = a.out.Write(text)
			return err
		}}
}

func (a *app) labRun() *cobra.Command {
	var hidden bool
	cmd := &cobra.Command{Use: "run NAME|FILE.txtar [-- FLAGS OF RUN]", Short: "Start a world, diagnose it, end it",
		Long: "Start a world, diagnose it in another process that gets flags and a settings file only, and end it.\nExits like run.",
		Args: cobra.MinimumNArgs(1), ValidArgsFunction: completeScenarios,
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := a.prepareOutput()
			if err != nil {
				return err
			}
			s, _, err := scenario(args[0])
			if err != nil {
				return err
			}
			r, err := a.diagnoseWorld(cmd.Context(), s, fixtures.Options{Hidden: hidden}, args[1:]...)
			if err != nil {
				return err
			}
			return a.deliver(cmd.Context(), r, out)
		}}
	cmd.Flags().BoolVar(&hidden, "hidden", false, "random names, ports, issuers and titles")
	return cmd
}

// diagnoseWorld starts a world, diagnoses it apart, and ends it.
func (a *app) diagnoseWorld(ctx context.Context, s *fixtures.Scenario, o fixtures.Options, extra ...string) (*report.Report, error) {
	if a.mustMove(s) {
		return a.diagnoseOwn(ctx, s, o, extra...)
	}
	dir, err := os.MkdirTemp("", "logindoctor-lab-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	o.Dir = dir
	w, err := fixtures.Start(ctx, s, o)
	if err != nil {
		return nil, fmt.Errorf("start scenario %s: %w", s.Name, err)
	}
	defer w.Close()
	r, err := a.apart(ctx, w, extra...)
	if err != nil {
		return nil, err
	}
	r.Demo = true
	return r, nil
}

func (a *app) labServe() *cobra.Command {
	return &cobra.Command{Use: "serve NAME|FILE.txtar", Short: "Keep a world up and print the flags of run for it",
		Args: cobra.ExactArgs(1), ValidArgsFunction: completeScenarios,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, _, err := scenario(args[0])
			if err != nil {
				return err
			}
			if a.mustMove(s) {
				return misuse("This scenario needs a computer of its own, which nobody else can look into.", "logindoctor lab run "+args[0])
			}
			dir, err := os.MkdirTemp("", "logindoctor-lab-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(dir)
			w, err := fixtures.Start(cmd.Context(), s, fixtures.Options{Dir: dir})
			if err != nil {
				return err
			}
			defer w.Close()
			fmt.Fprintf(a.out, "logindoctor run %s\n", shellJoin(w.Args()))
			for _, v := range w.Env() {
				fmt.Fprintf(a.out, "# with %s\n", v)
			}
			if a.errTTY {
				fmt.Fprintln(a.err, "The world stays up until Ctrl+C.")
			}
			<-cmd.Context().Done()
			return nil
		}}
}

// shellJoin quotes arguments for a POSIX shell.
func shellJoin(args []string) string {
	quoted := make([]string, len(args))
	for i, arg := range args {
		quoted[i] = arg
		if strings.ContainsAny(arg, " *?'\"$&|;<>()[]{}~#\\") || arg == "" {
			quoted[i] = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}
