package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"logindoctor/checks"
)

// leftover marks text that the author has to replace; a test of the suite fails while it is there.
const leftover = "SCAFFOLD"

// scaffold makes the folder of a new check with its four files.
func scaffold(root, id string) error {
	stage, question, ok := strings.Cut(id, ".")
	if !ok || !slices.Contains(checks.Stages, stage) || question == "" {
		return fmt.Errorf("%q is not stage.question with a stage of %s", id, strings.Join(checks.Stages, ", "))
	}
	folder := filepath.Join(root, "checks", stage, question)
	if _, err := os.Stat(folder); err == nil {
		return fmt.Errorf("%s exists already", folder)
	}
	if err := os.MkdirAll(filepath.Join(folder, "scenarios"), 0o755); err != nil {
		return err
	}
	fill := strings.NewReplacer("{{id}}", id, "{{question}}", question)
	for name, text := range templates {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(fill.Replace(text)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

var templates = map[string]string{
	"README.md": `# {{id}}

` + leftover + `: the question that this check asks, in one sentence.

## LD0000 ` + leftover + ` title
` + leftover + `: what was observed on {host}.
### Meaning
### What people see
### Why it happens
### How logindoctor knows
### Who fixes it, and how
- network: ` + leftover + ` one step.
### Prove the fix
logindoctor run --only {{id}}
### Undo
### When this can be wrong
### Sources
- ` + leftover + ` a public document.
`,
	"check.go": `// Package {{question}} asks ` + leftover + `.
package {{question}}

import (
	"context"
	"embed"

	"logindoctor/checks"
)

//go:embed README.md scenarios
var files embed.FS

// ` + leftover + ` is what the check may find.
var Wrong = &checks.Code{ID: "LD0000", Impact: checks.Blocking, Owner: checks.OwnerNetwork}

// Check is the check.
var Check = &checks.Check{
	ID:    "{{id}}",
	Files: files,
	Scope: checks.PerHost,
	Codes: []*checks.Code{Wrong},
	Run:   run,
}

func run(ctx context.Context, p *checks.Pass) (any, error) {
	return nil, nil
}
`,
	"check_test.go": `package {{question}}

import (
	"testing"

	"logindoctor/checks/checktest"
)

func TestScenarios(t *testing.T) { checktest.Run(t, Check) }
`,
	"scenarios/clean.txtar": leftover + `: a healthy world.
-- want --
primary none
`,
}
