package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// sources are all Go files of the project by their path from the root.
func sources(t *testing.T) map[string]*ast.File {
	t.Helper()
	files := map[string]*ast.File{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && strings.HasPrefix(d.Name(), ".git") {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		files[filepath.ToSlash(rel)] = f
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

var fset = token.NewFileSet()

// rootEntries are all that the top level may hold (design: fixed by the owner, with the conventional files).
var rootEntries = []string{"cmd", "checks", "report", "fixtures", "go.mod", "go.sum", "README.md", "CHANGELOG.md", "SECURITY.md"}

func TestRootEntries(t *testing.T) {
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	ignored, err := os.ReadFile(filepath.Join(root, ".gitignore"))
	if err != nil {
		t.Fatal(err)
	}
	made := strings.Fields(string(ignored)) // what the README's own commands leave there
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(rootEntries, e.Name()) && !slices.Contains(made, "/"+e.Name()) {
			t.Errorf("%s does not belong at the top level", e.Name())
		}
	}
}

// modules lists every third-party package with the only importers it may have outside tests, and why it is there. The
// side of fixtures is the other end of the wire and imports the protocol libraries of its servers.
var modules = map[string]struct{ importers, why string }{
	"github.com/spf13/cobra":                              {"cmd/logindoctor", "commands, completion, help"},
	"github.com/spf13/pflag":                              {"cmd/logindoctor", "repeatable, counted and duration flags"},
	"github.com/oklog/ulid/v2":                            {"cmd/logindoctor", "run ids that sort by time"},
	"golang.org/x/term":                                   {"cmd/logindoctor", "is it a terminal, how wide"},
	"github.com/miekg/dns":                                {"checks/internal/dnsq fixtures", "DNS questions with EDNS, EDE and the CD bit; the lab's resolvers"},
	"github.com/beevik/ntp":                               {"checks/machine/clock", "NTP with validation and kiss codes"},
	"github.com/go-rod/rod":                               {"checks/internal/page/child", "drives the browser, in the child process only"},
	"github.com/go-rod/rod/lib/cdp":                       {"checks/internal/page/child", "the browser's protocol"},
	"github.com/go-rod/rod/lib/defaults":                  {"checks/internal/page/child", "the browser's protocol"},
	"github.com/go-rod/rod/lib/input":                     {"checks/internal/page/child", "keys and buttons as a person presses them"},
	"github.com/go-rod/rod/lib/launcher":                  {"checks/internal/page/child checks/world", "where browsers are installed"},
	"github.com/go-rod/rod/lib/proto":                     {"checks/internal/page/child", "the browser's protocol"},
	"github.com/ysmood/gson":                              {"checks/internal/page/child", "values of the browser's protocol"},
	"go.yaml.in/yaml/v4":                                  {"checks/catalog", "product files and settings, with every error's place"},
	"github.com/quic-go/quic-go":                          {"checks/internal/quicq", "HTTP/3 as browsers ask for it"},
	"github.com/quic-go/quic-go/http3":                    {"checks/internal/quicq fixtures", "HTTP/3 as browsers ask for it; the lab's servers"},
	"github.com/zalando/go-keyring":                       {"checks/world", "secrets in the system's store: Credential Manager, Keychain, Secret Service"},
	"github.com/dop251/goja":                              {"checks/world", "proxy scripts, interruptible"},
	"golang.org/x/sys/windows":                            {"checks/world checks/internal/page/proc", "adapters, registry, job objects"},
	"golang.org/x/sys/windows/registry":                   {"checks/world", "name resolution policy and proxies"},
	"golang.org/x/sys/unix":                               {"checks/world checks/internal/page/proc fixtures", "socket options"},
	"golang.org/x/net/dns/dnsmessage":                     {"checks/world", "the system's order of resolvers, asked one by one"},
	"golang.org/x/net/http/httpproxy":                     {"checks/world", "proxy variables of the environment"},
	"golang.org/x/net/publicsuffix":                       {"checks/idp/redirects checks/internal/whose", "registrable domain of a host met on the way"},
	"github.com/olekukonko/tablewriter":                   {"report/text", "the pathway table"},
	"github.com/olekukonko/tablewriter/renderer":          {"report/text", "the pathway table"},
	"github.com/olekukonko/tablewriter/tw":                {"report/text", "the pathway table"},
	"github.com/gofrs/flock":                              {"cmd/logindoctor", "a lock that ends with its process, on every system"},
	"modernc.org/sqlite":                                  {"report/history", "past runs in one file that survives a crash, without C"},
	"modernc.org/sqlite/lib":                              {"report/history", "names of SQLite's error codes"},
	"github.com/prometheus/client_model/go":               {"report/machine", "families of metrics"},
	"github.com/prometheus/common/expfmt":                 {"report/machine", "writes metrics as Prometheus and OpenMetrics text"},
	"github.com/go-jose/go-jose/v4":                       {"checks/idp/oidc", "keys and signatures of tokens, with a list of algorithms"},
	"github.com/beevik/etree":                             {"checks/idp/saml fixtures/real", "XML as it came, for signatures; the lab's relay"},
	"github.com/russellhaering/goxmldsig":                 {"checks/idp/saml fixtures/real", "XML signatures, checked and made"},
	"github.com/russellhaering/goxmldsig/etreeutils":      {"checks/idp/saml", "namespaces around what is signed"},
	"github.com/crewjam/saml":                             {"fixtures/real", "the application's side of SAML"},
	"github.com/crewjam/saml/samlidp":                     {"fixtures/real", "a SAML provider that others wrote"},
	"github.com/zitadel/oidc/v3/example/server/exampleop": {"fixtures/real", "an OpenID provider that others wrote"},
	"github.com/zitadel/oidc/v3/example/server/storage":   {"fixtures/real", "its people and applications"},
	"github.com/zitadel/oidc/v3/pkg/client/rp":            {"fixtures/real", "the application's side of OpenID Connect"},
	"github.com/zitadel/oidc/v3/pkg/oidc":                 {"fixtures/real", "its claims"},
	"golang.org/x/crypto/bcrypt":                          {"fixtures/real", "the hash that the provider keeps of the person's password"},
	"golang.org/x/text/language":                          {"fixtures/real", "the provider's people have one"},
	"golang.org/x/tools/txtar":                            {"fixtures", "scenario files"},
	"github.com/wneessen/go-mail":                         {"report/attach", "a report as a mail that a person sends"},
	"golang.org/x/crypto/ocsp":                            {"fixtures checks/tls/chain", "stapled revocation answers, given and read"},
}

func TestThirdPartyImports(t *testing.T) {
	for path, f := range sources(t) {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		for _, i := range f.Imports {
			name := strings.Trim(i.Path.Value, `"`)
			if !strings.Contains(strings.Split(name, "/")[0], ".") {
				continue
			}
			m, known := modules[name]
			if !known {
				t.Errorf("%s imports %s, which the table does not know", path, name)
			} else if !slices.Contains(strings.Fields(m.importers), filepath.ToSlash(filepath.Dir(path))) {
				t.Errorf("%s imports %s, which only %s may", path, name, m.importers)
			}
		}
	}
}

// TestImportDirections keeps the arrows of the design: everything points at checks, and only cmd sees both sides.
func TestImportDirections(t *testing.T) {
	rules := []struct{ from, forbidden, why string }{
		{"checks/", "logindoctor/report", "a check cannot print"},
		{"checks/", "logindoctor/cmd", "only cmd sees both sides"},
		{"report/", "logindoctor/cmd", "only cmd sees both sides"},
		{"report/", "logindoctor/checks/", "a renderer cannot reach the network"},
		{"report/", "logindoctor/fixtures", "a renderer cannot reach the network"},
		{"fixtures/", "logindoctor/checks/", "the lab must not know how it is diagnosed"},
		{"fixtures/", "logindoctor/report", "the lab must not know how it is diagnosed"},
		{"fixtures/", "logindoctor/cmd", "only cmd sees both sides"},
	}
	for path, f := range sources(t) {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		for _, i := range f.Imports {
			name := strings.Trim(i.Path.Value, `"`)
			for _, r := range rules {
				if strings.HasPrefix(path, r.from) && strings.HasPrefix(name, r.forbidden) {
					t.Errorf("%s imports %s: %s", path, name, r.why)
				}
			}
			if strings.HasPrefix(path, "checks/") && name == "logindoctor/fixtures" && !strings.HasPrefix(path, "checks/checktest/") {
				t.Errorf("%s imports the lab that it is tested in", path)
			}
			if filepath.Dir(path) == "checks" && strings.Contains(name, "/") && strings.HasPrefix(name, "logindoctor") {
				t.Errorf("%s imports %s: the vocabulary imports nothing of ours", path, name)
			}
		}
	}
}

// machinery is below checks/ without being a check; it is where the World, the graph and the outside meet.
var machinery = []string{"checks/runner", "checks/world", "checks/suite", "checks/checktest", "checks/catalog", "checks/plugin",
	"checks/internal/page/child", "checks/internal/page/proc"}

// outside are the doors that a check may only use through its World.
var outside = map[string]string{"net.Dial": "", "net.DialTimeout": "", "net.Listen": "", "net.LookupHost": "", "http.DefaultClient": "",
	"http.Get": "", "http.Post": "", "time.Now": "", "time.Since": "", "os.Getenv": "", "os.ReadFile": "", "os.Open": "", "exec.Command": "",
	"exec.CommandContext": ""}

func TestChecksUseTheirWorldOnly(t *testing.T) {
	for path, f := range sources(t) {
		dir := filepath.ToSlash(filepath.Dir(path))
		if !strings.HasPrefix(path, "checks/") || strings.HasSuffix(path, "_test.go") || slices.ContainsFunc(machinery, func(m string) bool {
			return dir == m || strings.HasPrefix(dir, m+"/")
		}) {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok {
					if _, bad := outside[x.Name+"."+s.Sel.Name]; bad {
						t.Errorf("%s uses %s.%s instead of its World", fset.Position(n.Pos()), x.Name, s.Sel.Name)
					}
				}
			}
			return true
		})
	}
}

// TestChecksCannotSmellTheLab bans the marks by which a check could know that it is in the lab.
func TestChecksCannotSmellTheLab(t *testing.T) {
	for path, f := range sources(t) {
		if !strings.HasPrefix(path, "checks/") || strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "checks/checktest/") {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				for _, mark := range []string{".test", "127.1.", "psa.test", "acme"} {
					if strings.Contains(l.Value, mark) {
						t.Errorf("%s: %s smells the lab", fset.Position(l.Pos()), l.Value)
					}
				}
			}
			return true
		})
	}
}

func TestVerificationIsSkippedInOneFunctionOnly(t *testing.T) {
	var uses []string
	for path, f := range sources(t) {
		if strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "fixtures/") {
			continue
		}
		for _, d := range f.Decls {
			ast.Inspect(d, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && id.Name == "InsecureSkipVerify" {
					uses = append(uses, path)
				}
				return true
			})
		}
	}
	if len(uses) != 1 || !strings.HasPrefix(uses[0], "checks/internal/tlsq/") {
		t.Errorf("InsecureSkipVerify is used in %v, want one function of checks/internal/tlsq", uses)
	}
}

func TestShape(t *testing.T) {
	for path, f := range sources(t) {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		for _, d := range f.Decls {
			declaration(t, path, d)
		}
		if lines := fset.Position(f.End()).Line; filepath.Base(path) == "check.go" && lines > 180 {
			t.Errorf("%s has %d lines, a check has at most 180", path, lines)
		}
	}
}

func declaration(t *testing.T, path string, d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if n := fset.Position(d.End()).Line - fset.Position(d.Pos()).Line; n > 100 {
			t.Errorf("%s: %s has %d lines, a function has at most 100", path, d.Name.Name, n)
		}
		if d.Recv == nil && d.Name.Name == "init" {
			t.Errorf("%s: init", path)
		}
		if d.Recv == nil && d.Name.IsExported() && d.Doc == nil {
			t.Errorf("%s: %s is exported and not documented", path, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			if ts, ok := s.(*ast.TypeSpec); ok && ts.Name.IsExported() && ts.Doc == nil && d.Doc == nil {
				t.Errorf("%s: type %s is exported and not documented", path, ts.Name.Name)
			}
		}
	}
}

// besideTheGate are the places that call a renderer without the last look, each with what takes its place.
var besideTheGate = map[string]string{
	"cmd/logindoctor/pdf.go":  "the page that is printed is looked at before",
	"report/bundle/bundle.go": "its files are stored as they are, and the whole is looked at",
	"report/html/view.go":     "a part of the page",
	"report/redact/write.go":  "the gate itself",
}

// TestEveryOutputPassesTheGate finds renderers that are called by anyone but the gate, which looks at what they wrote.
func TestEveryOutputPassesTheGate(t *testing.T) {
	for path, f := range sources(t) {
		if strings.HasSuffix(path, "_test.go") || besideTheGate[path] != "" {
			continue
		}
		ours := map[string]bool{}
		for _, i := range f.Imports {
			if name := strings.Trim(i.Path.Value, `"`); strings.HasPrefix(name, "logindoctor/report/") {
				ours[name[strings.LastIndex(name, "/")+1:]] = true
				if i.Name != nil {
					ours[i.Name.Name] = true
				}
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			s, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, _ := s.X.(*ast.Ident)
			if s.Sel.Name == "render" || x != nil && ours[x.Name] && strings.HasPrefix(s.Sel.Name, "Render") && s.Sel.Name != "RenderDiff" {
				t.Errorf("%s writes a report past the gate", fset.Position(n.Pos()))
			}
			return true
		})
	}
}
