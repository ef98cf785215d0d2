package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"logindoctor/checks"
	"logindoctor/report"
	"logindoctor/report/attach"
	"logindoctor/report/redact"
)

// A packing says what goes into a parcel.
type packing struct{ pictures, traces bool }

func (k *packing) register(s *pflag.FlagSet) {
	s.BoolVar(&k.pictures, "with-screenshots", false, "take screenshots along")
	s.BoolVar(&k.traces, "with-har", false, "take the log of the browser's exchanges along")
}

func (a *app) reviewCommand() *cobra.Command {
	var k packing
	cmd := &cobra.Command{
		Use:   "review REPORT",
		Short: "Show exactly what attach would send, and its digest; sends nothing",
		Long: `Show exactly what attach would send, and its digest; sends nothing.

REPORT is a JSON or HTML report of logindoctor. Names of people and devices become tokens (--redact share); public
replaces the company and its addresses as well. The digest binds what you read to what attach sends.`,
		Example: "  logindoctor review report.json\n  logindoctor review report.json --redact public\n  logindoctor review report.json --with-screenshots",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := a.pack(cmd.Context(), args[0], k)
			if err != nil {
				return err
			}
			writeReview(a.out, p, "a ticket")
			_, err = fmt.Fprintf(a.out, "Send it:  logindoctor attach %s --ticket NUMBER --review %s\n", args[0], p.Short())
			return err
		},
	}
	k.register(cmd.Flags())
	return cmd
}

// pack reads a report and makes the parcel that would be sent.
func (a *app) pack(ctx context.Context, name string, k packing) (*attach.Parcel, error) {
	profile, err := a.flags.redaction(redact.Share)
	if err != nil {
		return nil, err
	}
	if k.pictures {
		profile = profile.WithPictures()
	}
	if k.traces {
		profile = profile.WithTraces()
	}
	r, err := a.readReport(ctx, name)
	if err != nil {
		return nil, err
	}
	return attach.Pack(redact.New(profile, a.secretsOfSettings(ctx)...), r)
}

// secretsOfSettings are the credentials that can be read; what cannot be read cannot stand in a report either.
func (a *app) secretsOfSettings(ctx context.Context) []checks.Secret {
	c, err := a.settings()
	if err != nil || len(c.Secrets()) == 0 {
		return nil
	}
	w, err := a.newWorld(c)
	if err != nil {
		return nil
	}
	for name, reference := range c.Secrets() {
		if reference != "prompt" { // nobody is asked for what was typed into another run
			_, _ = w.Secret(ctx, name)
		}
	}
	return w.Told()
}

// writeReview shows a parcel: its files, what was done to them, the texts of the other side, and the note word for word.
func writeReview(w io.Writer, p *attach.Parcel, where string) {
	fmt.Fprintf(w, "This is everything that would be sent to %s.\n\n", where)
	for _, f := range p.Files {
		fmt.Fprintf(w, "  %-28s %6.0f kB   %s\n", f.Name, float64(len(f.Data))/1000, f.About)
	}
	fmt.Fprintln(w)
	say := func(name string, items []string) {
		if len(items) > 0 {
			fmt.Fprintf(w, "  %-12s %s\n", name, report.Clean(strings.Join(items, "; ")))
		}
	}
	r := p.Report
	say("Redacted", []string{"as " + r.Redaction.Profile})
	say("Replaced", replaced(r))
	say("Removed", removed(r))
	say("Kept", kept(r))
	say("Left out", p.LeftOut)
	texts := freeTexts(r)
	say("Free text", []string{report.Count(len(texts), "text") + " of the other side" + readThem(texts)})
	if texts != nil {
		fmt.Fprintln(w)
	}
	for _, t := range texts {
		fmt.Fprintf(w, "    %s\n", t)
	}
	fmt.Fprintf(w, "\n  The note, word for word:\n\n")
	for line := range strings.Lines(p.Note) {
		fmt.Fprintf(w, "    %s", line)
	}
	fmt.Fprintf(w, "\n  Digest %s   The exact files:  logindoctor attach REPORT --folder DIR --review %s\n\n", p.Short(), p.Short())
}

func readThem(texts []string) string {
	if texts == nil {
		return ""
	}
	return ", shown below. Please read them."
}

// replaced lists the tokens of names.
func replaced(r *report.Report) []string {
	var list []string
	for _, t := range r.Redaction.Ledger {
		if t.Class != report.ClassSecret && t.Places > 0 {
			list = append(list, fmt.Sprintf("a name (%s) -> %s", report.Count(t.Places, "place"), t.Token))
		}
	}
	return list
}

// removed counts what has no token.
func removed(r *report.Report) []string {
	var list []string
	for _, c := range []struct{ class, what string }{{report.ClassSecret, "secret"}, {string(checks.ClassText), "text of the other side"},
		{report.ClassPicture, "file"}, {string(checks.ClassNetwork), "address"}} {
		if n := r.Redaction.Removed[c.class]; n > 0 {
			list = append(list, report.Count(n, c.what))
		}
	}
	return list
}

// kept names what the fixer needs and an outsider could learn from.
func kept(r *report.Report) []string {
	var list []string
	if r.Context.Proxy != "" && r.Context.Proxy != "none" {
		list = append(list, "proxy "+r.Context.Proxy)
	}
	if len(r.Context.Resolvers) > 0 {
		list = append(list, "resolvers "+strings.Join(r.Context.Resolvers, ", "))
	}
	if r.Target.Company != "" {
		list = append(list, "company id "+r.Target.Company)
	}
	return list
}

// freeTexts are the texts that the other side wrote, each with its place.
func freeTexts(r *report.Report) []string {
	var list []string
	for i := 1; i <= len(r.Evidence); i++ {
		id := fmt.Sprintf("e%d", i)
		e := r.Evidence[id]
		if e.Class == string(checks.ClassText) && e.Value != "" {
			list = append(list, fmt.Sprintf("%s  %s: %s", id, e.Label, e.Value))
		}
		if e.Raw != "" {
			list = append(list, fmt.Sprintf("%s  %s", id, e.Raw))
		}
	}
	return list
}
