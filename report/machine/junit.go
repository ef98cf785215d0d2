package machine

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/report"
	"logindoctor/report/internal/fold"
	"logindoctor/report/internal/words"
)

// JUnit writes one suite per pathway with one case per check on it; a check on several pathways is a case of each.
var JUnit = renderer(writeJUnit, fold.References)

type junitSuites struct {
	XMLName xml.Name `xml:"testsuites"`
	Name    string   `xml:"name,attr"`
	junitCounts
	Suites []junitSuite `xml:"testsuite"`
}

type junitCounts struct {
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Errors   int    `xml:"errors,attr"`
	Skipped  int    `xml:"skipped,attr"`
	Time     string `xml:"time,attr"`
}

func (c *junitCounts) add(t junitCase) {
	c.Tests++
	switch {
	case t.Failure != nil:
		c.Failures++
	case t.Error != nil:
		c.Errors++
	case t.Skipped != nil:
		c.Skipped++
	}
}

type junitSuite struct {
	Name string `xml:"name,attr"`
	junitCounts
	Timestamp  string          `xml:"timestamp,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Class   string       `xml:"classname,attr"`
	Name    string       `xml:"name,attr"`
	Time    string       `xml:"time,attr"`
	Skipped *junitReason `xml:"skipped"`
	Error   *junitReason `xml:"error"`
	Failure *junitReason `xml:"failure"`
	Out     string       `xml:"system-out,omitempty"`
}

type junitReason struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

func writeJUnit(b *bytes.Buffer, r *report.Report, _ report.Options) error {
	all := junitSuites{Name: r.Tool.Name, junitCounts: junitCounts{Time: seconds(r.Run.DurationSeconds)}}
	for i := range r.Pathways {
		p := &r.Pathways[i]
		s := suite(r, p.ID, p.State)
		s.Time = seconds(p.DurationSeconds)
		if s.Failures+s.Errors == 0 && p.State != report.OK && p.State != report.Degraded {
			s.judge(r, p.State, p.Result)
		}
		all.Suites = append(all.Suites, s)
	}
	if len(r.Pathways) == 0 { // without a case a build server would call it a success
		s := suite(r, "logindoctor", report.Unknown)
		s.Time = all.Time
		s.judge(r, report.Unknown, "no pathway was tested")
		all.Suites = append(all.Suites, s)
	}
	for _, s := range all.Suites {
		for _, c := range s.Cases {
			all.add(c)
		}
	}
	text, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	b.WriteString(xml.Header)
	b.Write(bytes.ReplaceAll(text, []byte("&#xA;"), []byte("\n"))) // only told has line feeds, and it goes into no attribute
	b.WriteByte('\n')
	return nil
}

// judge adds a case for a verdict that no check of the suite shows, for a build server would call the suite a success.
func (s *junitSuite) judge(r *report.Report, state, why string) {
	c := junitCase{Class: s.class(r), Name: "verdict", Time: "0.000"}
	reason := &junitReason{Type: state, Message: why}
	if f := r.Primary(); f != nil {
		reason.Type, reason.Message = f.Code, why+", "+f.Code+" "+f.Title
		reason.Text = f.Code + " " + report.Sentence(f.Title) + "\n" + report.Sentence(f.Text)
	}
	if state == report.Broken {
		c.Failure = reason
	} else {
		c.Error = reason
	}
	s.Cases = append(s.Cases, c)
	s.add(c)
}

// class holds site and pathway, because some readers show nothing else.
func (s *junitSuite) class(r *report.Report) string {
	return "logindoctor." + strings.ReplaceAll(r.Context.Site, ".", "-") + "." + s.Name
}

func suite(r *report.Report, pathway, state string) junitSuite {
	s := junitSuite{Name: pathway, Timestamp: r.Run.StartedAt.UTC().Format(time.RFC3339), Properties: []junitProperty{
		{"logindoctor.verdict", r.Verdict.State}, {"logindoctor.site", r.Context.Site}, {"logindoctor.pathway_state", state},
		{"logindoctor.version", r.Tool.Version}}}
	if r.Demo {
		s.Properties = append(s.Properties, junitProperty{"logindoctor.demo", "DEMO DATA"})
	}
	for i := range r.Checks {
		if c := &r.Checks[i]; slices.Contains(c.Pathways, pathway) {
			row := testcase(r, c)
			row.Class = s.class(r)
			s.Cases = append(s.Cases, row)
			s.add(row)
		}
	}
	return s
}

func testcase(r *report.Report, c *report.Check) junitCase {
	row := junitCase{Name: c.ID, Time: seconds(c.DurationSeconds)}
	title, text := told(r, c)
	switch c.State {
	case checks.Passed.String():
	case checks.Warned.String():
		row.Out = text
	case checks.Failed.String():
		row.Failure = &junitReason{Type: strings.Join(c.Findings, " "), Message: title, Text: text}
	case checks.Blocked.String(), checks.Skipped.String():
		row.Skipped = &junitReason{Message: words.Behind(c)}
	default:
		row.Error = &junitReason{Type: c.State, Message: words.Behind(c)}
	}
	return row
}

// told says what a check found, because some readers show only one of the two: codes with their titles, and everything
// that a reader of one case needs.
func told(r *report.Report, c *report.Check) (title, text string) {
	var titles, parts []string
	for _, code := range c.Findings {
		f := words.FindingOf(r, c, code)
		if f == nil {
			titles, parts = append(titles, code), append(parts, code+".")
			continue
		}
		titles = append(titles, f.Code+" "+f.Title)
		parts = append(parts, fmt.Sprintf("%s %s\n%s\nFix by: %s %s", f.Code, report.Sentence(f.Title), report.Sentence(f.Text),
			report.Sentence(words.Who(f, r.Target.Vendor)), f.Certain()))
		for i, s := range f.Steps {
			parts = append(parts, fmt.Sprintf("%d. %s", i+1, words.Act(s)))
		}
	}
	return strings.Join(titles, "; "), strings.Join(parts, "\n")
}
