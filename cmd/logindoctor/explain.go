package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"logindoctor/checks"
	"logindoctor/checks/catalog"
	"logindoctor/checks/suite"
	"logindoctor/report"
	"logindoctor/report/attach"
	"logindoctor/report/text"
)

func (a *app) explainCommand() *cobra.Command {
	var search string
	cmd := &cobra.Command{
		Use:   "explain CODE",
		Short: "The full page for one finding; works offline",
		Long: `The full page for one finding: what it means, what people see, who fixes it and how.

CODE is a code in any spelling, the name of a fault, the code at the end of somebody's report, as it was read out, or an
error code of an identity provider: alone, or in the message or address that holds it.`,
		Example: "  logindoctor explain LD2101\n  logindoctor explain 2101\n  logindoctor explain dns-nxdomain\n" +
			"  logindoctor explain CCG5G-04089\n  logindoctor explain AADSTS50058\n" +
			"  logindoctor explain 'https://app.example/back?error=access_denied&error_description=AADB2C90118'\n" +
			"  logindoctor explain --search proxy",
		RunE: func(cmd *cobra.Command, args []string) error {
			if search != "" {
				return a.searchManuals(search)
			}
			if len(args) == 0 {
				return misuse("explain needs a code.", "logindoctor list codes")
			}
			return a.explain(strings.Join(args, " ")) // a message is pasted without quotes
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return codeNames(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().StringVar(&search, "search", "", "list the codes whose title, sentence or symptoms hold this `word`")
	return cmd
}

// allCodes are those of every check, of the report and of sending it.
func allCodes() []*checks.Code {
	return slices.Concat(suite.Codes(suite.All), report.Codes, attach.Codes)
}

// codeNames are all spellings that explain takes.
func codeNames() []string {
	var names []string
	for _, c := range allCodes() {
		names = append(append(names, c.ID), c.Aliases...)
	}
	return names
}

// findCode returns the code of a spelling: "LD2101", "ld2101", "2101" or an alias.
func findCode(word string) *checks.Code {
	wanted := strings.ToUpper(word)
	if !strings.HasPrefix(wanted, "LD") && len(wanted) == 4 {
		wanted = "LD" + wanted
	}
	return codesByName()[wanted]
}

// codesByName are all codes by their ids and aliases, in capitals.
var codesByName = sync.OnceValue(func() map[string]*checks.Code {
	names := map[string]*checks.Code{}
	for _, c := range allCodes() {
		names[c.ID] = c
		for _, alias := range c.Aliases {
			names[strings.ToUpper(alias)] = c
		}
	}
	return names
})

func (a *app) explain(word string) error {
	code := findCode(word)
	if code == nil {
		if found, err := a.explainProvider(word); found || err != nil {
			return err
		}
		if phone, err := report.ReadPhone(word); !errors.Is(err, report.ErrNoPhoneCode) {
			return a.explainReport(word, phone, err)
		}
		try := "logindoctor explain --search " + word + "    or:  logindoctor list codes"
		if near := catalog.Nearest(word, codeNames()); near != "" {
			try = "logindoctor explain " + near
		}
		return misuse(fmt.Sprintf("There is no code %q.", word), try)
	}
	book, err := a.explainers(suite.All)
	if err != nil {
		return err
	}
	return text.Explain(a.out, book[code.ID], code, related(book, code), a.flags.look.options(a.terminal, false))
}

// explainReport says what a report came down to whose code was read out, and then explains its cause.
func (a *app) explainReport(word string, phone report.PhoneCode, err error) error {
	var misheard *report.MisheardError
	if errors.As(err, &misheard) {
		try := "have it read out again; it has ten letters and digits"
		if misheard.Meant != "" {
			try = "logindoctor explain " + misheard.Meant + "    if that is what was meant"
		}
		return misuse(fmt.Sprintf("%q is no report's code: a letter or a digit was misheard.", word), try)
	}
	if err != nil {
		return misuse(sentence(err.Error()), "explain it with the version that made the report")
	}
	code := findCode(phone.Cause)
	cause := phone.Cause
	switch {
	case phone.Plugin:
		cause = "found by a plug-in; its code stands in the report"
	case cause == "":
		cause = "none"
	case code == nil:
		cause += " (this version does not know it)"
	}
	fmt.Fprintf(a.out, "Report code %s\n  Verdict  %s\n  Cause    %s\n", phone, report.Word(phone.State), cause)
	if phone.Owner != "" {
		fmt.Fprintf(a.out, "  Fix by   %s (%s)\n", phone.Owner, report.OwnerName(phone.Owner, ""))
	}
	fmt.Fprintf(a.out, "  Made by  logindoctor %s\n", phone.Version)
	if code == nil {
		return nil
	}
	fmt.Fprintln(a.out)
	return a.explain(code.ID)
}

// related are the sections of the codes that explain this one, or that it explains.
func related(book report.Book, code *checks.Code) []*checks.ManualSection {
	var list []*checks.ManualSection
	add := func(id string) {
		if s := book[id]; s != nil {
			list = append(list, s)
		}
	}
	for _, id := range code.ExplainedBy {
		add(id)
	}
	for _, c := range allCodes() {
		for _, id := range c.ExplainedBy {
			if id == code.ID {
				add(c.ID)
			}
		}
	}
	return list
}

func (a *app) searchManuals(word string) error {
	book, err := a.explainers(suite.All)
	if err != nil {
		return err
	}
	product, err := a.product()
	if err != nil {
		return err
	}
	found := false
	for _, c := range allCodes() {
		s := book[c.ID]
		if s == nil || !strings.Contains(strings.ToLower(s.Title+s.Sentence+s.Sees+s.Why), strings.ToLower(word)) {
			continue
		}
		found = true
		fmt.Fprintf(a.out, "%s  %s\n", c.ID, s.Title)
	}
	for _, c := range product.AllCodes() {
		if strings.Contains(strings.ToLower(c.Text), strings.ToLower(word)) {
			found = true
			fmt.Fprintf(a.out, "%s  %s\n", c.Code, c.Text)
		}
	}
	if !found {
		return misuse(fmt.Sprintf("No page mentions %q.", word), "logindoctor list codes")
	}
	return nil
}
