// Package checktest runs a check through the scenarios in its folder: a broken world in, codes out.
//
// A scenario runs here in the same process and with no more checks than the one under test needs. What a whole diagnosis
// makes of it, in another process, is what "logindoctor lab score" tests.
package checktest

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
	"logindoctor/checks/runner"
	"logindoctor/checks/world"
	"logindoctor/fixtures"
	"logindoctor/fixtures/real"
)

// Main is TestMain for packages whose checks open a browser: the test binary is then the browser's parent and its child.
func Main(m *testing.M) {
	world.Child()
	os.Exit(m.Run())
}

// Missing skips a test for a part that this computer lacks, and fails it where every part must be there.
func Missing(t *testing.T, part string) {
	t.Helper()
	if os.Getenv("LOGINDOCTOR_CI") == "1" {
		t.Fatalf("%s is missing, and LOGINDOCTOR_CI=1 says that nothing may be", part)
	}
	t.Skipf("%s is missing", part)
}

// Run runs every scenario of a check. A scenario that wants a code of the check must get it, one that wants none must get
// none, and every code that the check declares must be wanted by a scenario.
func Run(t *testing.T, c *checks.Check) {
	t.Helper()
	names, err := fs.Glob(c.Files, "scenarios/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var wanted []string
	for _, name := range names {
		text, err := fs.ReadFile(c.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		s, err := fixtures.Parse(name, text)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, m := range mentions(s.Want) {
			wanted = append(wanted, m.Code)
		}
		t.Run(strings.TrimSuffix(path.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			compare(t, c, s)
		})
	}
	for _, code := range c.Codes {
		if !slices.ContainsFunc(wanted, func(w string) bool { return named(code, w) }) {
			t.Errorf("%s: no scenario wants %s", c.ID, code.ID)
		}
	}
	if !slices.Contains(names, "scenarios/clean.txtar") {
		t.Errorf("%s: no healthy scenario scenarios/clean.txtar", c.ID)
	}
}

func mentions(w fixtures.Want) []fixtures.Mention {
	return slices.Concat(w.Primary, w.Also, w.Consequences)
}

// named reports whether a word is the code's id or one of its aliases.
func named(c *checks.Code, word string) bool {
	return c.ID == word || slices.Contains(c.Aliases, word)
}

// compare looks only at what the check itself found: which cause comes first is the report's business.
func compare(t *testing.T, c *checks.Check, s *fixtures.Scenario) {
	if !s.Alone() {
		return // lab score runs it
	}
	run, w := Apply(t, s, Closure(c))
	if len(w.Env()) > 0 {
		return // the environment is the whole process's: lab score runs this one in a process of its own
	}
	found := func(code *checks.Code, on string) bool {
		return slices.ContainsFunc(run.Nodes, func(n *checks.Node) bool {
			return n.Check == c && slices.ContainsFunc(n.Findings, func(f *checks.Finding) bool {
				return f.Code == code && (on == "" || about(f) == on)
			})
		})
	}
	expected := map[*checks.Code]bool{}
	for _, m := range mentions(s.Want) {
		for _, code := range c.Codes {
			if !named(code, m.Code) {
				continue
			}
			expected[code] = true
			on := m.On
			if on != "" && on != "machine" {
				on = w.Host(on)
			}
			if !found(code, on) {
				t.Errorf("%s on %q is not found\n%s", m.Code, m.On, Table(run))
			}
		}
	}
	for _, code := range c.Codes {
		never := slices.ContainsFunc(s.Want.Never, func(word string) bool { return named(code, word) })
		unwanted := never || (s.Want.Healthy || s.Real()) && code.Impact != checks.Info
		if !expected[code] && found(code, "") && unwanted {
			t.Errorf("%s is found in a world that has no such fault\n%s", code.ID, Table(run))
		}
	}
	if s.Real() {
		told(t, c, run)
		kept(t, run)
	}
	if t.Failed() {
		retrace(t, run)
	}
}

// retrace writes what the browsers of a run met: a failure may not come again.
func retrace(t *testing.T, run *checks.Run) {
	for _, e := range walked(run) {
		if e.Kind != checks.EventShot && e.Kind != checks.EventExchange {
			line, _ := json.Marshal(e)
			t.Logf("%.400s", line)
		}
	}
}

// walked returns what the browsers of a run met, one walk after the other.
func walked(run *checks.Run) page.Log {
	var all page.Log
	for _, n := range run.Nodes {
		if w, ok := n.Result.(interface{ Walked() page.Log }); ok {
			all = append(all, w.Walked()...)
		}
	}
	return all
}

// threads are the parameters of messages whose values belong to nobody but the two sides.
var threads = []string{"state", "nonce", "code", "code_challenge", "id_token", "access_token", "SAMLRequest", "SAMLResponse", "RelayState"}

// kept fails if anything of a message that passed is kept in what a run says.
func kept(t *testing.T, run *checks.Run) {
	said := Table(run)
	for _, n := range run.Nodes {
		for _, e := range n.Evidence {
			said += e.Value + "\n"
		}
	}
	for _, e := range walked(run).Of(checks.EventMessage) {
		for _, name := range threads {
			if v := e.Message.Values[name].Reveal(); len(v) > 10 && strings.Contains(said, v) {
				t.Errorf("the value of %s is kept", name)
			}
		}
	}
}

// told writes what a person would read of the check's findings, each with what decided it. A sentence that lacks evidence
// is an error.
func told(t *testing.T, c *checks.Check, run *checks.Run) {
	manual, err := checks.ReadManual(c.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range run.Nodes {
		for _, f := range n.Findings {
			if n.Check != c {
				continue
			}
			s := manual.Section(f.Code.ID)
			said := checks.Fill(s.Sentence+" "+s.How, f.Evidence)
			if left := checks.Placeholders(said); len(left) > 0 {
				t.Errorf("%s lacks evidence for %v", f.Code.ID, left)
			}
			t.Logf("%s %s: %s", f.Code.ID, f.Certainty, said)
		}
	}
}

// about returns the host of a finding, or "machine".
func about(f *checks.Finding) string {
	if f.Subject == nil {
		return "machine"
	}
	return f.Subject.Host
}

// Closure returns a check with all that it requires and uses.
func Closure(c *checks.Check) []*checks.Check {
	var all []*checks.Check
	var add func(c *checks.Check)
	add = func(c *checks.Check) {
		if slices.Contains(all, c) {
			return
		}
		all = append(all, c)
		for _, r := range slices.Concat(c.Requires, c.Uses) {
			add(r)
		}
	}
	add(c)
	return all
}

// Apply starts a world and runs checks in it. The world ends with the test.
func Apply(t *testing.T, s *fixtures.Scenario, list []*checks.Check) (*checks.Run, *fixtures.World) {
	t.Helper()
	w, err := fixtures.Start(t.Context(), s, fixtures.Options{Dir: t.TempDir()})
	if errors.Is(err, real.ErrNoNode) {
		Missing(t, "oidc-provider of npm")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	o, err := Options(w)
	if err != nil {
		t.Fatal(err)
	}
	o.Checks = list
	if real, ok := o.World.(*world.World); ok {
		defer real.Close()
	}
	if s.Real() {
		o.World = Carried(o.World, w, o.Target.User)
	}
	return runner.Run(context.WithoutCancel(t.Context()), o), w
}

// Table writes the nodes of a run with their states, codes and evidence, for a failing test.
func Table(r *checks.Run) string {
	var b strings.Builder
	for _, n := range r.Nodes {
		b.WriteString(n.ID + " " + n.State.String() + " " + strings.Join(n.BlockedBy, ",") + " " + n.Reason + "\n")
		for _, f := range n.Findings {
			b.WriteString("    " + f.Code.ID + " on " + about(f))
			for _, e := range f.Evidence {
				b.WriteString(" " + e.Key + "=" + e.Value)
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}
