package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"logindoctor/checks/catalog"
	"logindoctor/cmd/logindoctor/internal/config"
)

func (a *app) configCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "The settings in force, and where each comes from"}
	cmd.AddCommand(
		&cobra.Command{Use: "show", Short: "Every setting with its value and origin", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return a.configShow() }},
		&cobra.Command{Use: "check", Short: "Find every mistake in the settings file", Args: cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error { return a.configCheck(cmd.Context()) }},
		&cobra.Command{Use: "path", Short: "Where the settings file is", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error {
				path, err := a.settingsPath()
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(a.out, path)
				return err
			}})
	return cmd
}

func (a *app) configShow() error {
	s, err := a.settings()
	if err != nil {
		return err
	}
	rows := [][]string{{"Key", "Value", "Origin"}}
	for _, v := range s.Values() {
		rows = append(rows, []string{v.Key, v.Value, v.Origin})
	}
	return a.list(listing{rows: func(*app) ([][]string, error) { return rows, nil }})
}

// configCheck goes as far as run does before it looks at anything.
func (a *app) configCheck(ctx context.Context) error {
	s, err := a.settings()
	if err != nil {
		return err
	}
	if _, err := loadProduct(s.Product); err != nil {
		return err
	}
	if _, err := withPlugins(ctx, s.Plugins); err != nil {
		return err
	}
	if _, err := a.newWorld(s); err != nil {
		return err
	}
	_, err = fmt.Fprintln(a.out, "The settings are in order.")
	return err
}

// settings reads the settings file and lays flags over it.
func (a *app) settings() (*config.Settings, error) {
	s, err := config.Load(config.Source{File: a.flags.config, Getenv: a.getenv, Flags: a.flags.given()})
	var mistakes catalog.Errors
	if errors.As(err, &mistakes) {
		return nil, misuse(err.Error(), "logindoctor config check")
	}
	return s, err
}

// settingsPath returns the file that settings are read from.
func (a *app) settingsPath() (string, error) {
	if a.flags.config != "" {
		return a.flags.config, nil
	}
	return config.Path(a.getenv)
}

// given returns the values of the flags that set a setting, by flag.
func (f *flags) given() map[string][]string {
	r := f.run
	all := map[string][]string{
		"product": {r.product}, "company": {r.company}, "user": {r.user}, "portal": {r.portal}, "pathway": r.pathways, "site": {f.site},
		"level": {r.level}, "timeout": {f.timeout}, "step-timeout": {f.step}, "proxy": {r.proxy}, "browser": {r.browser},
		"resolver": r.resolvers, "connect-to": r.connectTo, "ca-file": r.caFiles, "time-server": r.ntp,
		"history": {f.history},
	}
	for key, values := range all {
		if len(values) == 0 || slices.Equal(values, []string{""}) {
			delete(all, key)
		}
	}
	return all
}
