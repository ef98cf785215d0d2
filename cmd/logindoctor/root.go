package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"logindoctor/checks"
	"logindoctor/checks/catalog"
	"logindoctor/checks/suite"
	"logindoctor/report"
	"logindoctor/report/attach"
)

// An app is one call of the program: where it was started and what its flags say.
type app struct {
	*terminal
	flags flags
	book  report.Book
	known []checks.Secret // secrets of the settings, once a diagnosis has read them
	asker *asker
}

// run parses the arguments, runs the command and returns the exit code.
func run(args []string, t *terminal) exitCode {
	a := &app{terminal: t, asker: &asker{}}
	monitor := forMonitor(t.program, args)
	if calledAsPlugin(t.program) {
		args = pluginArgs(args)
	}
	ctx, stop := signal.NotifyContext(context.Background(), t.interruptSignals...)
	defer stop()
	root := a.root()
	root.SetArgs(args)
	root.SetIn(t.in)
	root.SetOut(t.out)
	root.SetErr(t.err)
	code, trouble := outcome(root.ExecuteContext(ctx))
	if monitor {
		return a.answerMonitor(code, trouble, args)
	}
	if trouble == "" {
		return code
	}
	fmt.Fprintln(a.err, trouble)
	return profiled(code, args)
}

// outcome picks the exit code, and words an error in the tool's own voice.
func outcome(err error) (code exitCode, trouble string) {
	var verdict exitError
	var wrong *misuseError
	var input *catalog.InputError
	switch {
	case err == nil:
		return exitOK, ""
	case errors.As(err, &verdict):
		return verdict.code, ""
	case errors.As(err, &wrong), errors.As(err, &input), isMisuse(err):
		return exitUsage, report.Clean(err.Error())
	case closedPipe(err):
		return exitOK, ""
	}
	return exitNotDone, report.Clean(sentence(err.Error()))
}

// isMisuse recognises what cobra itself refuses: unknown commands and wrong numbers of arguments.
func isMisuse(err error) bool {
	return strings.HasPrefix(err.Error(), "unknown command") || strings.Contains(err.Error(), "arg(s)")
}

// An exitError carries an exit code that is a result and not a trouble: nothing is printed for it.
type exitError struct{ code exitCode }

func (e exitError) Error() string { return fmt.Sprintf("exit code %d", e.code) }

// interrupted returns the exit code for a stopped run, zero if it was not stopped by a signal.
func interrupted(ctx context.Context) exitCode {
	if ctx.Err() == nil {
		return exitOK
	}
	if cause := context.Cause(ctx); cause != nil && strings.Contains(cause.Error(), syscall.SIGTERM.String()) {
		return exitTerminated
	}
	return exitInterrupt
}

const shortHelp = `logindoctor finds out why sign-in to ConnectWise PSA fails, and who can fix it.

  logindoctor run na.myconnectwise.net        diagnose from this computer
  logindoctor run -o json=report.json         also write a report for the ticket
  logindoctor demo                            see two real diagnoses, no internet needed

Find out     run, explain, diff, history
Share        review, attach, bundle
Share        render
Learn, test  demo, lab, list, self-check
Set up       init, config, completion, version

logindoctor help COMMAND for details; logindoctor help exit-codes, schedules.
`

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "logindoctor",
		Short:         "Find out why sign-in fails, and who can fix it",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          unknownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.hasSettings() {
				return a.runCommand(cmd, nil)
			}
			_, err := fmt.Fprint(a.out, shortHelp, "\nNo settings yet: logindoctor init writes a commented file.\n")
			return err
		},
	}
	root.SetHelpTemplate(helpTemplate)
	cobra.AddTemplateFunc("plain", func(s *pflag.FlagSet) string {
		return strings.ReplaceAll(s.FlagUsages(), valued, strings.Repeat(" ", len(valued)))
	})
	root.SetUsageTemplate(flagUsages.Replace(root.UsageTemplate()))
	root.CompletionOptions.DisableDescriptions = false
	a.flags.global(root.PersistentFlags())
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return badFlag(err, allFlags(cmd)) })
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		if a.flags.version {
			return errors.Join(a.version(cmd, nil), exitError{exitOK}) // nothing else is to be done
		}
		return nil
	}
	root.AddCommand(a.commands()...)
	root.AddCommand(&cobra.Command{Use: "exit-codes", Short: "What the exit codes mean", Long: exitTable()})
	root.AddCommand(&cobra.Command{Use: "schedules", Aliases: []string{"scheduling"}, Short: "Recipes for runs on a schedule", Long: schedules})
	return root
}

func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	return oneOf("command", args[0], names)
}

func allFlags(cmd *cobra.Command) *pflag.FlagSet {
	all := pflag.NewFlagSet("all", pflag.ContinueOnError)
	all.AddFlagSet(cmd.Flags())
	all.AddFlagSet(cmd.InheritedFlags())
	return all
}

// valued is what pflag writes behind a switch; nobody gives one a value.
const valued = "[=true|false]"

// flagUsages lists flags through plain.
var flagUsages = strings.NewReplacer(".LocalFlags.FlagUsages", "plain .LocalFlags", ".InheritedFlags.FlagUsages", "plain .InheritedFlags")

const helpTemplate = `{{with (or .Long .Short)}}{{. | trimTrailingWhitespaces}}
{{end}}{{if or .Runnable .HasSubCommands}}
{{.UsageString}}{{end}}`

// explainers loads the manuals of every check and of the report once.
func (a *app) explainers(all []*checks.Check) (report.Book, error) {
	if a.book != nil {
		return a.book, nil
	}
	manuals, err := suite.Manuals(all)
	if err != nil {
		return nil, err
	}
	own, err := report.Manual()
	if err != nil {
		return nil, err
	}
	sending, err := attach.Manual()
	if err != nil {
		return nil, err
	}
	manuals["report"], manuals["attach"] = own, sending
	a.book = report.Book{}
	for _, m := range manuals {
		for i := range m.Sections {
			a.book[m.Sections[i].Code] = &m.Sections[i]
		}
	}
	return a.book, nil
}

// hasSettings reports whether a settings file exists, so that the bare program runs with it.
func (a *app) hasSettings() bool {
	path, err := a.settingsPath()
	if err != nil {
		return false
	}
	_, err = os.Stat(path)
	return err == nil
}
