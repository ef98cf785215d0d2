package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"logindoctor/checks"
	"logindoctor/checks/suite"
)

// A listing is one thing that list can list. The first row names the columns.
type listing struct {
	name, use string
	rows      func(a *app) ([][]string, error)
}

var listings = []listing{
	{"codes", "every finding: code, impact, owner, title, aliases", (*app).listCodes},
	{"provider-codes", "error codes of identity providers: meaning, owner, our code, text, source", (*app).listProviderCodes},
	{"checks", "every check: id, scope, what it requires and uses", (*app).listChecks},
	{"pathways", "the ways to sign in of the product", (*app).listPathways},
	{"endpoints", "every host that must be reachable, with the source of that knowledge", (*app).listEndpoints},
	{"recipes", "pages of a sign-in, how each is known and what is done there", (*app).listRecipes},
	{"formats", "output formats", (*app).listFormats},
	{"profiles", "profiles of exit codes", (*app).listProfiles},
}

func (a *app) listCommand() *cobra.Command {
	var long strings.Builder
	long.WriteString("What there is to name in other commands.\n\n")
	var names []string
	for _, l := range listings {
		fmt.Fprintf(&long, "  %-14s %s\n", l.name, l.use)
		names = append(names, l.name)
	}
	var check bool
	cmd := &cobra.Command{
		Use:       "list " + strings.Join(names, "|"),
		Short:     "Codes, provider codes, checks, pathways, endpoints, recipes, formats, profiles",
		Long:      long.String(),
		Example:   "  logindoctor list codes\n  logindoctor list codes --check\n  logindoctor list endpoints --json",
		ValidArgs: names,
		Args:      cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return misuse("list needs to know what.", "logindoctor list "+strings.Join(names, "|"))
			}
			if err := oneOf("list", args[0], names); err != nil {
				return err
			}
			if check && args[0] != "codes" {
				return misuse("Only codes can be checked.", "logindoctor list codes --check")
			}
			if check {
				return a.checkCodes()
			}
			for _, l := range listings {
				if l.name == args[0] {
					return a.list(l)
				}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "with codes: say what is missing in the catalogue, and exit 1 if anything is")
	return cmd
}

func (a *app) list(l listing) error {
	rows, err := l.rows(a)
	if err != nil {
		return err
	}
	if a.flags.json {
		return a.listJSON(rows)
	}
	if !a.outTTY { // ready for cut: tabs and no header
		for _, r := range rows[1:] {
			fmt.Fprintln(a.out, strings.Join(r, "\t"))
		}
		return nil
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		fmt.Fprintln(w, strings.Join(r, "\t"))
	}
	return w.Flush()
}

func (a *app) listJSON(rows [][]string) error {
	list := []map[string]string{}
	for _, r := range rows[1:] {
		row := map[string]string{}
		for i, column := range rows[0] {
			row[strings.ReplaceAll(strings.ToLower(column), " ", "_")] = r[i]
		}
		list = append(list, row)
	}
	e := json.NewEncoder(a.out)
	e.SetIndent("", "  ")
	return e.Encode(list)
}

func (a *app) listCodes() ([][]string, error) {
	book, err := a.explainers(suite.All)
	if err != nil {
		return nil, err
	}
	rows := [][]string{{"Code", "Impact", "Owner", "Title", "Aliases"}}
	for _, c := range allCodes() {
		rows = append(rows, []string{c.ID, c.Impact.String(), string(c.Owner), book[c.ID].Title, strings.Join(c.Aliases, " ")})
	}
	return rows, nil
}

func (a *app) listChecks() ([][]string, error) {
	scopes := map[checks.Scope]string{checks.Once: "this computer", checks.PerHost: "each host", checks.PerPathway: "each pathway"}
	rows := [][]string{{"Check", "Looks at", "Requires", "Uses"}}
	for _, c := range suite.All {
		rows = append(rows, []string{c.ID, scopes[c.Scope], ids(c.Requires), ids(c.Uses)})
	}
	return rows, nil
}

func ids(list []*checks.Check) string {
	var s []string
	for _, c := range list {
		s = append(s, c.ID)
	}
	return strings.Join(s, " ")
}

func (a *app) listPathways() ([][]string, error) {
	p, err := a.product()
	if err != nil {
		return nil, err
	}
	rows := [][]string{{"Pathway", "Walked by", "Needs", "Title"}}
	for _, w := range p.Pathways {
		rows = append(rows, []string{w.ID, w.Client, strings.Join(w.Inputs, " "), w.Title})
	}
	return rows, nil
}

func (a *app) listEndpoints() ([][]string, error) {
	p, err := a.product()
	if err != nil {
		return nil, err
	}
	rows := [][]string{{"Host", "Port", "Role", "For", "Certainty", "Source"}}
	for _, r := range p.Regions {
		rows = append(rows, []string{r.Web, "443", "web", "staff pages, region " + r.ID, r.Certainty, r.Source})
		if r.API != "" && r.API != r.Web {
			rows = append(rows, []string{r.API, "443", "api", "API, region " + r.ID, r.Certainty, r.Source})
		}
	}
	for _, h := range p.Hosts {
		rows = append(rows, []string{h.Host, "443", string(h.Role), h.For, h.Certainty, h.Source})
	}
	return rows, nil
}

func (a *app) listRecipes() ([][]string, error) {
	p, err := a.product()
	if err != nil {
		return nil, err
	}
	rows := [][]string{{"Recipe", "For", "Page", "Known by", "Does", "Certainty", "Source"}}
	for _, r := range p.Recipes {
		var whose []string
		for _, door := range r.Doors {
			whose = append(whose, string(door))
		}
		for _, page := range r.Pages {
			known := append(page.Seen.Selectors(), page.Texts...)
			rows = append(rows, []string{r.ID, strings.Join(append(whose, r.Kinds...), " "), page.Is, strings.Join(known, ", "), does(page.Do),
				page.Certainty, page.Source})
		}
	}
	return rows, nil
}

// does words what is done on a page.
func does(acts []checks.Act) string {
	var words []string
	for _, a := range acts {
		switch {
		case a.Fill != "":
			words = append(words, "fill "+a.Fill)
		case len(a.Await) > 0:
			words = append(words, "await "+strings.Join(a.Await, " or "))
		default:
			words = append(words, "press "+a.Press.Selectors()[0])
		}
	}
	if len(words) == 0 {
		return "ends"
	}
	return strings.Join(words, ", ")
}

// schemas are published in the repository, below report/schema.
var schemas = map[string]string{"json": "report-v1.schema.json", "jsonl": "event-v1.schema.json"}

func (a *app) listFormats() ([][]string, error) {
	rows := [][]string{{"Format", "For", "Schema"}}
	for _, f := range formats {
		rows = append(rows, []string{f.name, f.use, schemas[f.name]})
	}
	return rows, nil
}

func (a *app) listProfiles() ([][]string, error) {
	rows := [][]string{{"Profile", "For"}}
	for _, p := range exitProfiles {
		rows = append(rows, []string{p.name, p.use})
	}
	return rows, nil
}
