package catalog

import (
	_ "embed"
	"fmt"
	"regexp"
	"sync"

	"logindoctor/checks"
)

//go:embed identity.yaml
var identity []byte

//go:embed inspection.yaml
var inspection []byte

// Codes returns what is known of the error codes of identity providers, whatever the product; nobody may change it.
var Codes = sync.OnceValue(func() *checks.CodeBook { return own("identity.yaml", identity, codeRules) })

// Inspectors returns the products that are known to open encrypted connections; nobody may change it.
var Inspectors = sync.OnceValue(func() *InspectorList { return own("inspection.yaml", inspection, inspectorRules) })

// An InspectorList is the schema of inspection.yaml.
type InspectorList struct {
	Sources    map[string]string  `yaml:"sources"`
	Inspectors []checks.Inspector `yaml:"inspectors"`
}

// own reads a file of ours, which every test run reads as well.
func own[T any](name string, data []byte, rules func(*T, Refuse)) *T {
	value, err := Decode(name, data, rules)
	if err != nil {
		panic(err)
	}
	return &value
}

func codeRules(b *checks.CodeBook, refuse Refuse) {
	j := judge{nil, b.Sources, refuse}
	j.entries(b)
	used := map[string]bool{}
	for i, c := range b.Codes {
		used[c.Means] = true
		j.oneOf(fmt.Sprintf("provider_codes[%d].means", i), c.Means, keysOf(b.Meanings))
	}
	for means, m := range b.Meanings {
		at := "meanings." + means
		j.id(at, means)
		j.owner(at+".owner", m.Owner)
		j.text(at+".step", m.Step)
		if !used[means] {
			j.refuse(at, "No code has this meaning.", "")
		}
	}
	j.codes(b.Codes)
}

var codeName = regexp.MustCompile(`^[A-Za-z0-9_:.]+$`)

func (j judge) codes(all []checks.ProviderCode) {
	seen := map[string]bool{}
	for i, c := range all {
		at := fmt.Sprintf("provider_codes[%d]", i)
		if !codeName.MatchString(c.Code) {
			j.refuse(at+".code", `"code" needs one word of letters, digits, _, : and dots.`, "")
		}
		j.unique(at+".code", c.Code, seen)
		j.text(at+".means", c.Means)
		j.text(at+".text", c.Text)
		if c.Owner != "" {
			j.owner(at+".owner", c.Owner)
		}
	}
}

func (j judge) owner(path string, o checks.Owner) {
	var all []string
	for _, known := range checks.Owners {
		all = append(all, string(known))
	}
	j.oneOf(path, string(o), all)
}

var inspectorKinds = []string{string(checks.InspectorGateway), string(checks.InspectorAntivirus), string(checks.InspectorFilter),
	string(checks.InspectorDebugger), string(checks.InspectorAdware)}

func inspectorRules(l *InspectorList, refuse Refuse) {
	j := judge{nil, l.Sources, refuse}
	j.entries(l)
	j.inspectors(l.Inspectors)
}

func (j judge) inspectors(all []checks.Inspector) {
	for i, p := range all {
		at := fmt.Sprintf("inspectors[%d]", i)
		j.text(at+".name", p.Name)
		j.oneOf(at+".kind", string(p.Kind), inspectorKinds)
		if len(p.Issuers) == 0 {
			j.refuse(at+".issuers", `"issuers" must say how the product is recognised.`, "")
		}
		j.filled(at+".issuers", p.Issuers)
	}
}
