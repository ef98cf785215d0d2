package checks

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// A Manual is the README.md of a check: what explain prints, and where the report takes sentences and steps from.
type Manual struct {
	Title    string // "tls.chain"
	Question string // first paragraph
	Sections []ManualSection
}

// A ManualSection explains one code.
type ManualSection struct {
	Code     string
	Title    string
	Sentence string // the statement, with {placeholders}
	Meaning  string
	Sees     string
	Why      string
	How      string
	Fixes    []Fix
	Proof    string // commands or observations, one a line
	Undo     string
	Wrong    string
	Asks     []Ask
	Sources  string // public ones, one item a line; a plug-in may have none
}

// A Fix is one thing that one owner can do, with {placeholders}.
type Fix struct {
	Owner Owner
	Text  string
}

// An Ask is a question to a person about what no program on this computer can see. The name keeps it apart from others,
// "other-place"; the same question is asked once, whatever raises it.
type Ask struct {
	Name string
	Text string // with {placeholders}
}

// headings are those of the explain page, in order.
var headings = []string{"Meaning", "What people see", "Why it happens", "How logindoctor knows", "Who fixes it, and how",
	"Prove the fix", "Undo", "When this can be wrong", asks, sources}

// The headings that a section may lack.
const (
	asks    = "What to ask"
	sources = "Sources"
)

// ReadManual parses README.md in a check's folder. Its errors name the line.
func ReadManual(files fs.FS) (*Manual, error) {
	text, err := fs.ReadFile(files, "README.md")
	if err != nil {
		return nil, err
	}
	p := manualParser{}
	for i, line := range strings.Split(string(text), "\n") {
		if err := p.line(strings.TrimRight(line, " \r")); err != nil {
			return nil, fmt.Errorf("README.md line %d: %w", i+1, err)
		}
	}
	if err := p.endSection(); err != nil {
		return nil, fmt.Errorf("README.md: %w", err)
	}
	return &p.manual, nil
}

// Section returns the section of a code, or nil.
func (m *Manual) Section(code string) *ManualSection {
	for i := range m.Sections {
		if m.Sections[i].Code == code {
			return &m.Sections[i]
		}
	}
	return nil
}

type manualParser struct {
	manual  Manual
	heading string // current ### heading; empty before the first
	body    []string
	seen    []string
}

func (p *manualParser) section() *ManualSection {
	if len(p.manual.Sections) == 0 {
		return nil
	}
	return &p.manual.Sections[len(p.manual.Sections)-1]
}

func (p *manualParser) line(l string) error {
	switch {
	case strings.HasPrefix(l, "### "):
		return p.startHeading(l[4:])
	case strings.HasPrefix(l, "## "):
		return p.startSection(l[3:])
	case strings.HasPrefix(l, "# "):
		p.manual.Title = l[2:]
	default:
		p.body = append(p.body, l)
	}
	return nil
}

func (p *manualParser) startSection(l string) error {
	if err := p.endSection(); err != nil {
		return err
	}
	code, title, ok := strings.Cut(l, " ")
	if !ok {
		return fmt.Errorf("section %q needs a code and a title", l)
	}
	p.manual.Sections = append(p.manual.Sections, ManualSection{Code: code, Title: title})
	p.seen = nil
	return nil
}

func (p *manualParser) startHeading(h string) error {
	if p.section() == nil {
		return fmt.Errorf("heading %q outside a code's section", h)
	}
	if !slices.Contains(headings, h) {
		return fmt.Errorf("heading %q is none of: %s", h, strings.Join(headings, "; "))
	}
	if slices.Contains(p.seen, h) {
		return fmt.Errorf("%s has the heading %q twice", p.section().Code, h)
	}
	if err := p.endHeading(); err != nil {
		return err
	}
	p.heading = h
	p.seen = append(p.seen, h)
	return nil
}

// endSection files what was collected and demands every heading but questions and sources.
func (p *manualParser) endSection() error {
	if err := p.endHeading(); err != nil {
		return err
	}
	s := p.section()
	if s == nil {
		return nil
	}
	if s.Sentence == "" {
		return fmt.Errorf("%s has no sentence under its title", s.Code)
	}
	for _, h := range headings {
		if h != sources && h != asks && !slices.Contains(p.seen, h) {
			return fmt.Errorf("%s lacks the heading %q", s.Code, h)
		}
	}
	return nil
}

func (p *manualParser) endHeading() error {
	text := strings.TrimSpace(strings.Join(p.body, "\n"))
	heading := p.heading
	p.body, p.heading = nil, ""
	s := p.section()
	if s == nil {
		p.manual.Question = text
		return nil
	}
	switch heading {
	case "":
		s.Sentence = strings.Join(strings.Fields(text), " ")
	case "Meaning":
		s.Meaning = text
	case "What people see":
		s.Sees = text
	case "Why it happens":
		s.Why = text
	case "How logindoctor knows":
		s.How = text
	case "Prove the fix":
		s.Proof = text
	case "Undo":
		s.Undo = text
	case "When this can be wrong":
		s.Wrong = text
	case sources:
		s.Sources = text
	case asks:
		return s.readAsks(text)
	default:
		return s.readFixes(text)
	}
	return nil
}

// readFixes reads "- owner: step." items; a line that begins with blanks goes on with the item above.
func (s *ManualSection) readFixes(text string) error {
	for _, l := range strings.Split(text, "\n") {
		if strings.TrimSpace(l) == "" {
			continue
		}
		if item, ok := strings.CutPrefix(l, "- "); ok {
			owner, step, ok := strings.Cut(item, ": ")
			if !ok || !slices.Contains(Owners, Owner(owner)) {
				return fmt.Errorf("%s: item %q does not begin with an owner and a colon", s.Code, item)
			}
			s.Fixes = append(s.Fixes, Fix{Owner(owner), step})
			continue
		}
		if len(s.Fixes) == 0 {
			return fmt.Errorf("%s: %q is not an item", s.Code, l)
		}
		s.Fixes[len(s.Fixes)-1].Text += " " + strings.TrimSpace(l)
	}
	return nil
}

// readAsks reads "- name: question" items; a line that begins with blanks goes on with the item above.
func (s *ManualSection) readAsks(text string) error {
	for _, item := range strings.Split("\n"+text, "\n- ")[1:] {
		name, question, ok := strings.Cut(strings.Join(strings.Fields(item), " "), ": ")
		if !ok || !askName.MatchString(name) {
			return fmt.Errorf("%s: question %q does not begin with a name and a colon", s.Code, item)
		}
		s.Asks = append(s.Asks, Ask{name, question})
	}
	return nil
}

var askName = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)

var placeholder = regexp.MustCompile(`\{[a-z0-9_]+\}`)

// Fill replaces the {placeholders} of a manual's text by evidence of the same key; one without evidence stays as it is.
func Fill(text string, ev []Evidence) string {
	return placeholder.ReplaceAllStringFunc(text, func(name string) string {
		for _, e := range ev {
			if e.Key == name[1:len(name)-1] {
				return e.Value
			}
		}
		return name
	})
}

// Placeholders returns the names of the {placeholders} in a text.
func Placeholders(text string) []string {
	var names []string
	for _, m := range placeholder.FindAllString(text, -1) {
		names = append(names, m[1:len(m)-1])
	}
	return names
}
