package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"logindoctor/checks"
	"logindoctor/checks/suite"
	"logindoctor/checks/world"
)

func (a *app) selfCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "self-check",
		Short: "Can logindoctor itself work here?",
		Long:  "Can logindoctor itself work here: browser, trust store, resolvers, proxies, settings, folders, past runs, manuals.\nExits 0 if everything is there, else 3.",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.selfCheck(cmd.Context()) },
	}
}

// A part is one thing that logindoctor needs.
type part struct {
	name string
	look func(a *app, ctx context.Context, w *world.World) (detail string, err error)
}

var parts = []part{
	{"browser", func(*app, context.Context, *world.World) (string, error) { return world.FindBrowser("") }},
	{"certutil", func(*app, context.Context, *world.World) (string, error) { return certutil() }},
	{"trust store", func(_ *app, _ context.Context, w *world.World) (string, error) {
		roots, err := w.Roots()
		if err == nil && roots.Equal(nil) {
			err = errors.New("it is empty")
		}
		return "readable", err
	}},
	{"resolvers", func(_ *app, ctx context.Context, w *world.World) (string, error) {
		list, err := w.Resolvers(ctx)
		if err == nil && len(list) == 0 {
			err = errors.New("none configured")
		}
		return fmt.Sprintf("%d", len(list)), err
	}},
	{"hosts file", func(_ *app, _ context.Context, w *world.World) (string, error) {
		entries, err := w.HostsFile()
		return fmt.Sprintf("%d entries", len(entries)), err
	}},
	{"proxy", func(_ *app, ctx context.Context, w *world.World) (string, error) {
		p, err := w.ProxyFor(ctx, &url.URL{Scheme: "https", Host: "na.myconnectwise.net"})
		if p == nil {
			return "direct", err
		}
		return p.Host, err
	}},
	{"scratch folder", func(*app, context.Context, *world.World) (string, error) {
		dir, remove, err := scratch()
		remove()
		return dir, err
	}},
	{"settings", func(a *app, _ context.Context, _ *world.World) (string, error) {
		path, err := a.settingsPath()
		if err == nil && a.hasSettings() {
			_, err = a.settings()
		} else if err == nil {
			path += " (not there; logindoctor init writes it)"
		}
		return path, err
	}},
	{"past runs", func(a *app, ctx context.Context, _ *world.World) (string, error) { return a.lookAtHistory(ctx) }},
	{"manuals", func(a *app, _ context.Context, _ *world.World) (string, error) {
		book, err := a.explainers(suite.All)
		return fmt.Sprintf("%d codes of %d checks", len(book), len(suite.All)), errors.Join(err, checks.Validate(suite.All))
	}},
}

func (a *app) selfCheck(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	w, err := world.New(world.Options{})
	if err != nil {
		return err
	}
	rows := [][]string{{"Part", "State", "Detail"}}
	fine := true
	for _, p := range parts {
		detail, err := p.look(a, ctx, w)
		state := "ok"
		if err != nil {
			state, detail, fine = "missing", err.Error(), false
		}
		rows = append(rows, []string{p.name, state, detail})
	}
	if err := a.list(listing{"parts", "", func(*app) ([][]string, error) { return rows, nil }}); err != nil {
		return err
	}
	if !fine {
		return exitError{exitNotDone}
	}
	return nil
}

func haveBrowser() bool {
	_, err := world.FindBrowser("")
	return err == nil
}

func haveCertutil() bool {
	_, err := certutil()
	return err == nil
}

// certutil puts what --ca-file adds into the browser's store on Linux; other systems do without.
func certutil() (string, error) {
	if runtime.GOOS != "linux" {
		return "not needed on this system", nil
	}
	path, err := exec.LookPath("certutil")
	if errors.Is(err, exec.ErrNotFound) {
		err = fmt.Errorf("package libnss3-tools is not installed: %w", os.ErrNotExist)
	}
	return path, err
}
