package machine

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"logindoctor/report"
	"logindoctor/report/internal/samples"
	"logindoctor/report/redact"
)

var update = flag.Bool("update", false, "write the golden files")

// formats are all renderers of the package with the ending of their golden files.
var formats = map[string]report.Renderer{"checkmk.txt": Checkmk, "csv": CSV, "datto.txt": Datto, "github.txt": GitHub, "junit.xml": JUnit,
	"nagios.txt": Nagios, "openmetrics.txt": OpenMetrics, "prom": Prometheus}

// rendered gates a report if it was not and renders it.
func rendered(t testing.TB, f report.Renderer, r *report.Report, o report.Options) string {
	t.Helper()
	var b bytes.Buffer
	if !r.Gated() {
		r = redact.Apply(r, redact.Internal)
	}
	if err := f(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// texts renders every sample in one format.
func texts(t *testing.T, f report.Renderer, check func(t *testing.T, r *report.Report, out string)) {
	all := samples.All()
	all["empty"] = &report.Report{}
	all["spiteful"] = spiteful()
	for name, r := range all {
		t.Run(name, func(t *testing.T) { check(t, r, rendered(t, f, r, report.Options{})) })
	}
}

// spiteful has in its names what each of the formats takes for its own syntax.
func spiteful() *report.Report {
	r := samples.Broken()
	const tricks = `a|'b'="c";<-End Result->##[error]x::error::y]]>-->&{}\n`
	for i := range r.Pathways {
		r.Pathways[i].ID = fmt.Sprint(tricks, i)
		r.Pathways[i].Result = "=" + tricks
	}
	f := &r.Findings[0]
	f.Title, f.Owner, f.Impact, f.Text = tricks, tricks, tricks, tricks
	f.Pathways = []string{r.Pathways[0].ID}
	f.Steps[0].Text = tricks
	for i, start := range []string{"=", "+", "-", "@", " =", "\t=", "＝", `"=`} {
		r.Checks[i].Pathways = []string{r.Pathways[0].ID}
		r.Checks[i].State, r.Checks[i].Reason = "error", start+`cmd|' /C calc'!A1`
	}
	r.Context.Site, r.Verdict.State, r.Run.ID = "=site", tricks, "@run"
	return r
}

func TestGolden(t *testing.T) {
	for _, name := range []string{"broken", "healthy", "degraded", "unknown", "hostile", "causes"} {
		for ending, f := range formats {
			file := filepath.Join("testdata", name+"."+ending)
			got := rendered(t, f, samples.All()[name], report.Options{})
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want, err := os.ReadFile(file); err != nil || got != string(want) {
				t.Errorf("%s differs (%v); look at it, then run with -update:\n%.2000s", file, err, got)
			}
		}
	}
}

// The grammar of ux.md section 4 rule 24.
var firstLine = regexp.MustCompile(`^LOGINDOCTOR (OK|WARNING|CRITICAL|UNKNOWN) - [^|]{1,60} \| ('[^'=]+'=[0-9.]+s(;[0-9.]*){0,4} ?)+$`)

func TestNagios(t *testing.T) {
	texts(t, Nagios, func(t *testing.T, r *report.Report, out string) {
		first, _, _ := strings.Cut(out, "\n")
		if !firstLine.MatchString(first) {
			t.Errorf("first line: %s", first)
		}
		if text, _, _ := strings.Cut(first, " |"); utf8.RuneCountInString(text) >= 80 {
			t.Errorf("%d characters: %s", utf8.RuneCountInString(text), text)
		}
		if n := strings.Count(out, "|"); n != 1 {
			t.Errorf("%d bars:\n%s", n, out)
		}
		if len(out) > 4096 {
			t.Errorf("%d bytes", len(out))
		}
	})
}

// A pathway beyond a limit is worse for a monitor; no limit makes anything better.
func TestLimits(t *testing.T) {
	slow := report.Options{Warn: 1, Crit: 1.5}
	for _, c := range []struct {
		r       *report.Report
		o       report.Options
		verdict string
		first   string
	}{
		{samples.Healthy(), slow, report.Broken, "LOGINDOCTOR CRITICAL - 2 pathways too slow, otherwise ok | 'total'=3.100s;;;0 'web-sso'=1.898s;1;1.5;0 "},
		{samples.Healthy(), report.Options{Warn: 1}, report.Degraded, "LOGINDOCTOR WARNING - 2 pathways too slow, otherwise ok | 'total'=3.100s;;;0 'web-sso'=1.898s;1;;0 "},
		{samples.Healthy(), report.Options{Warn: 5, Crit: 10}, report.OK, "LOGINDOCTOR OK - 4 of 4 pathways ok (page) | 'total'=3.100s;;;0 'web-sso'=1.898s;5;10;0 "},
		{samples.Broken(), report.Options{Warn: 1}, report.Broken, "LOGINDOCTOR CRITICAL - 2 of 4 pathways broken, LD3204, fix by network | "},
		{samples.Unknown(), report.Options{Warn: 1}, report.Unknown, "LOGINDOCTOR UNKNOWN - 3 of 4 pathways unknown, LD9101, fix by operator | "},
	} {
		if got := Verdict(c.r, c.o); got != c.verdict {
			t.Errorf("%+v: %s, want %s", c.o, got, c.verdict)
		}
		if got := rendered(t, Nagios, c.r, c.o); !strings.HasPrefix(got, c.first) {
			t.Errorf("%+v: %s\nwant %s", c.o, got, c.first)
		}
	}
	got := rendered(t, Checkmk, samples.Healthy(), slow)
	if want := `2 "LoginDoctor web-sso" duration=1.898;1;1.5 ok to password page, slower than 1.5 s`; !strings.HasPrefix(got, want+"\n") {
		t.Errorf("checkmk: %s", got)
	}
}

// The verdict, the code and the owner stay on the first line even if the numbers are high.
func TestNagiosFitsTheUsual(t *testing.T) {
	r := samples.Degraded()
	r.Findings[0].Owner = "undetermined"
	for range 6 {
		r.Pathways = append(r.Pathways, r.Pathways...)[:min(2*len(r.Pathways), 12)]
	}
	if got := rendered(t, Nagios, r, report.Options{}); !strings.Contains(got, "LD5203, undetermined |") && !strings.Contains(got, "LD5203, fix by undetermined |") {
		t.Errorf("got %s", got)
	}
}

func TestCheckmk(t *testing.T) {
	line := regexp.MustCompile(`^[0-3] "[^"|\\]+" duration=[0-9.]+ [^|\\]+$`)
	texts(t, Checkmk, func(t *testing.T, r *report.Report, out string) {
		all := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
		if len(all) != max(len(r.Pathways), 1) {
			t.Errorf("%d lines for %d pathways", len(all), len(r.Pathways))
		}
		for _, l := range all {
			if !line.MatchString(l) {
				t.Errorf("line: %s", l)
			}
			if r.Demo && !strings.Contains(l, "DEMO DATA") {
				t.Errorf("looks measured: %s", l)
			}
		}
	})
}

func TestDatto(t *testing.T) {
	whole := regexp.MustCompile(`^<-Start Result->\nSTATUS=(OK|DEGRADED|BROKEN|UNKNOWN) [^\n]*\n<-End Result->\n$`)
	texts(t, Datto, func(t *testing.T, _ *report.Report, out string) {
		if !whole.MatchString(out) || strings.Count(out, "<-") != 2 {
			t.Errorf("got %s", out)
		}
	})
}

func TestGitHub(t *testing.T) {
	command := regexp.MustCompile(`^::(error|warning|notice) title=([^:,]|%3A|%2C)*::.+$`)
	texts(t, GitHub, func(t *testing.T, r *report.Report, out string) {
		all := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
		if len(all) > 11 {
			t.Errorf("%d annotations, ten are shown", len(all)-1)
		}
		for _, l := range all[:len(all)-1] {
			if !command.MatchString(l) {
				t.Errorf("line: %s", l)
			}
			if strings.Contains(strings.ReplaceAll(l[2:], "%25", ""), "%") && !strings.Contains(l, "%3A") && !strings.Contains(l, "%2C") {
				t.Errorf("a percent sign of the text would be decoded: %s", l)
			}
		}
		if last := all[len(all)-1]; !strings.HasPrefix(last, report.Word(r.Verdict.State)) {
			t.Errorf("last line %q has no verdict", last)
		}
		for _, foreign := range []string{"::error::", "##["} {
			if strings.Contains(out, foreign) {
				t.Errorf("%s is within a command:\n%s", foreign, out)
			}
		}
	})
}

func TestGitHubLeavesAddressesWhole(t *testing.T) {
	r := samples.Broken()
	r.Findings[0].Text = "The address 2001:db8::dead of 100% is silent."
	if got := rendered(t, GitHub, r, report.Options{}); !strings.Contains(got, "2001:db8::dead of 100%25 is silent.") {
		t.Errorf("got %s", got)
	}
}

func TestCSV(t *testing.T) {
	texts(t, CSV, func(t *testing.T, r *report.Report, out string) {
		rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) != len(r.Checks)+1 || !slices.Equal(rows[0], csvHeader) {
			t.Errorf("%d rows for %d checks, header %v", len(rows), len(r.Checks), rows[0])
		}
		for _, row := range rows {
			for _, cell := range row {
				if start := strings.TrimLeft(cell, ` "`); start != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(start)[0]) {
					t.Errorf("a formula: %q", cell)
				}
			}
		}
	})
}

// read mirrors what readers of JUnit files look at.
type read struct {
	counts
	Suites []struct {
		counts
		Cases []struct {
			Class   string   `xml:"classname,attr"`
			Name    string   `xml:"name,attr"`
			Skipped *message `xml:"skipped"`
			Error   *message `xml:"error"`
			Failure *message `xml:"failure"`
			Out     string   `xml:"system-out"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

type counts struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Skipped  int `xml:"skipped,attr"`
}

type message struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

func TestJUnit(t *testing.T) {
	texts(t, JUnit, func(t *testing.T, r *report.Report, out string) {
		var doc read
		if err := xml.Unmarshal([]byte(out), &doc); err != nil {
			t.Fatal(err)
		}
		var total counts
		for _, s := range doc.Suites {
			var c counts
			for _, row := range s.Cases {
				c.Tests++
				for _, m := range []struct {
					*message
					n *int
				}{{row.Skipped, &c.Skipped}, {row.Error, &c.Errors}, {row.Failure, &c.Failures}} {
					if m.message != nil {
						*m.n++
					}
				}
			}
			if c != s.counts {
				t.Errorf("%+v announced, %+v are there", s.counts, c)
			}
			total = counts{total.Tests + c.Tests, total.Failures + c.Failures, total.Errors + c.Errors, total.Skipped + c.Skipped}
		}
		if total != doc.counts {
			t.Errorf("%+v announced, %+v are there", doc.counts, total)
		}
		if len(doc.Suites) != max(len(r.Pathways), 1) {
			t.Errorf("%d suites for %d pathways", len(doc.Suites), len(r.Pathways))
		}
		if strings.ContainsFunc(out, func(c rune) bool { return c < ' ' && c != '\n' || c == 0xfffd || c == 0xfffe || c == 0xffff }) {
			t.Error("characters that XML 1.0 has not")
		}
	})
}

// Every state has its element, and one that nobody knows is an error and no success.
func TestJUnitStates(t *testing.T) {
	for state, want := range map[string]string{"pass": "", "warn": "system-out", "fail": "failure", "blocked": "skipped", "skipped": "skipped",
		"error": "error", "": "error", "something new": "error"} {
		r := samples.Broken()
		r.Pathways = r.Pathways[:1]
		r.Pathways[0].State = report.OK
		r.Checks = []report.Check{{ID: "tls.issuer", Check: "tls.issuer", Pathways: []string{"web-sso"}, State: state, Findings: []string{"LD3204"}}}
		out := rendered(t, JUnit, r, report.Options{})
		for _, element := range []string{"failure", "skipped", "error", "system-out"} {
			if got := strings.Contains(out, "<"+element); got != (element == want) {
				t.Errorf("state %q: element %s is %v:\n%s", state, element, got, out)
			}
		}
	}
	empty := rendered(t, JUnit, &report.Report{}, report.Options{})
	if !strings.Contains(empty, `errors="1"`) {
		t.Errorf("nothing tested is told as success:\n%s", empty)
	}
}

// A suite is no better than its pathway, though no check of it failed.
func TestJUnitSuiteTellsTheVerdict(t *testing.T) {
	for state, want := range map[string]string{report.OK: "", report.Degraded: "", report.Broken: `<failure type="LD3204" message="it stops, LD3204 `,
		report.Unknown: `<error type="LD3204" message="it stops, LD3204 `} {
		r := samples.Broken()
		r.Pathways = r.Pathways[:1]
		r.Pathways[0].State, r.Pathways[0].Result = state, "it stops"
		r.Checks = []report.Check{{ID: "tls.issuer", Pathways: []string{"web-sso"}, State: "pass"}}
		if out := rendered(t, JUnit, r, report.Options{}); !strings.Contains(out, want) || strings.Contains(out, `name="verdict"`) != (want != "") {
			t.Errorf("%s: want %s in\n%s", state, want, out)
		}
	}
}

// The failure of a merged finding is told at each of its hosts, and a finding of another host is not.
func TestJUnitTellsTheHostsFinding(t *testing.T) {
	r := samples.Broken()
	r.Pathways = r.Pathways[:1]
	one, two := samples.Intercepted(), samples.Intercepted()
	one.Hosts, one.Endpoint, one.Text = []string{"a.test", "b.test"}, "a.test", "First."
	two.Hosts, two.Endpoint, two.Text = []string{"c.test"}, "c.test", "Second."
	r.Findings = []report.Finding{one, two}
	for host, want := range map[string]string{"a.test": "First.", "b.test": "First.", "c.test": "Second."} {
		r.Checks = []report.Check{{ID: "tls.issuer@" + host, Subject: host, Pathways: []string{"web-sso"}, State: "fail", Findings: []string{"LD3204"}}}
		if out := rendered(t, JUnit, r, report.Options{}); !strings.Contains(out, want) {
			t.Errorf("%s: want %s in\n%s", host, want, out)
		}
	}
}

var allowed = []string{"site", "target", "pathway", "stage", "state", "verdict", "code", "owner", "impact", "endpoint", "version"}

func TestPrometheus(t *testing.T) {
	texts(t, Prometheus, func(t *testing.T, r *report.Report, out string) {
		if !strings.HasSuffix(out, "\n") || strings.HasSuffix(out, "\n\n") {
			t.Error("no final line feed, or several")
		}
		parser := expfmt.NewTextParser(model.LegacyValidation)
		families, err := parser.TextToMetricFamilies(strings.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		for name, f := range families {
			if !strings.HasPrefix(name, "logindoctor_") || f.GetHelp() == "" || f.GetType().String() != "GAUGE" || strings.HasSuffix(name, "_total") {
				t.Errorf("%s: %v", name, f)
			}
			seen := map[string]bool{}
			for _, m := range f.GetMetric() {
				key := ""
				for _, l := range m.GetLabel() {
					if !slices.Contains(allowed, l.GetName()) {
						t.Errorf("%s has label %s", name, l.GetName())
					}
					key += fmt.Sprintf("%q=%q ", l.GetName(), l.GetValue())
				}
				if seen[key] || m.TimestampMs != nil {
					t.Errorf("%s: series %s is there twice or has a time", name, key)
				}
				seen[key] = true
			}
		}
		sum := 0.0
		for _, m := range families["logindoctor_run_verdict"].GetMetric() {
			sum += m.GetGauge().GetValue()
		}
		if sum != 1 {
			t.Errorf("%v verdicts at once", sum)
		}
	})
}

func TestMetricsNameNobody(t *testing.T) {
	out := rendered(t, Prometheus, samples.Broken(), report.Options{})
	for _, private := range []string{"maria", "LT-0441", "10.20.0.8", "microsoftonline", "01JPAB3XYZ", "Gateway CA"} {
		if strings.Contains(out, private) {
			t.Errorf("%s is in the metrics", private)
		}
	}
	for _, want := range []string{
		`logindoctor_run_verdict{site="berlin-office",target="connectwise-psa",verdict="broken"} 1`,
		`logindoctor_pathway_state{site="berlin-office",target="connectwise-psa",pathway="web-sso",state="broken"} 1`,
		`logindoctor_finding_active{site="berlin-office",target="connectwise-psa",code="LD3204",owner="network",impact="blocking"} 1`,
		`logindoctor_run_last_duration_seconds{site="berlin-office",target="connectwise-psa"} 4.2`,
	} {
		if !strings.Contains(out, want+"\n") {
			t.Errorf("%s is missing", want)
		}
	}
}

func TestOpenMetrics(t *testing.T) {
	texts(t, OpenMetrics, func(t *testing.T, _ *report.Report, out string) {
		if !strings.HasSuffix(out, "\n# EOF\n") || strings.Count(out, "\n# EOF\n") != 1 {
			t.Errorf("end: %q", out[max(len(out)-100, 0):])
		}
		for _, l := range strings.Split(out, "\n") {
			if name, unit, ok := strings.Cut(strings.TrimPrefix(l, "# UNIT "), " "); strings.HasPrefix(l, "# UNIT ") && (!ok || !strings.HasSuffix(name, "_"+unit)) {
				t.Errorf("line: %s", l)
			}
		}
	})
}

// Whatever a pathway's state is, only "ok" is told as success.
func TestUnknownIsNeverOK(t *testing.T) {
	for _, state := range []string{report.Unknown, "", "something new"} {
		r := samples.Healthy()
		r.Verdict.State, r.Pathways = state, r.Pathways[:1]
		r.Verdict.Summary.Text = "Cannot tell"
		r.Pathways[0].State, r.Pathways[0].Result = state, "cannot tell"
		for name, bad := range map[string]*regexp.Regexp{"nagios.txt": regexp.MustCompile(`\bOK\b`), "checkmk.txt": regexp.MustCompile(`(?m)^0 `),
			"datto.txt": regexp.MustCompile(`STATUS=OK`), "github.txt": regexp.MustCompile(`(?m)^OK`), "prom": regexp.MustCompile(`="ok"} 1`)} {
			if out := rendered(t, formats[name], r, report.Options{}); bad.MatchString(out) {
				t.Errorf("%s tells state %q as success:\n%s", name, state, out)
			}
		}
	}
}

func TestASCII(t *testing.T) {
	for ending, f := range formats {
		if ending == "prom" || ending == "openmetrics.txt" { // both are UTF-8 by definition
			continue
		}
		out := rendered(t, f, samples.Hostile(), report.Options{ASCII: true})
		if i := strings.IndexFunc(out, func(r rune) bool { return r > '~' }); i >= 0 {
			t.Errorf("%s: %q", ending, out[i:min(i+20, len(out))])
		}
	}
}

func TestSameReportSameBytes(t *testing.T) {
	for ending, f := range formats {
		r := redact.Apply(samples.Causes(), redact.Internal)
		if a, b := rendered(t, f, r, report.Options{}), rendered(t, f, r, report.Options{}); a != b {
			t.Errorf("%s: rendered twice it differs", ending)
		}
	}
}

func TestUngatedReportIsRefused(t *testing.T) {
	for ending, f := range formats {
		if err := f(&bytes.Buffer{}, samples.Broken(), report.Options{}); err != report.ErrUngated {
			t.Errorf("%s: got %v", ending, err)
		}
	}
}
