package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"logindoctor/checks"
)

// Version of both documents; a reader refuses any other.
const Version = 1

// A description is what the program prints when its last argument is "describe".
type description struct {
	Version int        `json:"version"`
	Manual  string     `json:"manual"` // README.md of a check, with a section for every code
	Codes   []codeText `json:"codes"`
}

type codeText struct {
	ID          string       `json:"id"`
	Impact      string       `json:"impact"`
	Owner       checks.Owner `json:"owner"`
	ExplainedBy []string     `json:"explained_by"`
}

// A request is what the program reads when its last argument is "run".
type request struct {
	Version  int               `json:"version"`
	Host     string            `json:"host"`
	Port     int               `json:"port"`
	Role     checks.Role       `json:"role"`
	Path     string            `json:"path"`
	Region   string            `json:"region"`
	Pathways []string          `json:"pathways"`
	Secrets  map[string]string `json:"secrets,omitempty"`
}

// A result is what it prints then.
type result struct {
	Version  int            `json:"version"`
	Findings []findingText  `json:"findings"`
	Evidence []evidenceText `json:"evidence"`
}

type findingText struct {
	Code      string         `json:"code"`
	Certainty string         `json:"certainty"`
	Owner     checks.Owner   `json:"owner"` // empty means the code's
	Evidence  []evidenceText `json:"evidence"`
}

type evidenceText struct {
	Key   string       `json:"key"`
	Value string       `json:"value"`
	Class checks.Class `json:"class"`
}

var (
	impacts     = map[string]checks.Impact{"info": checks.Info, "risk": checks.Risk, "degrading": checks.Degrading, "blocking": checks.Blocking}
	certainties = map[string]checks.Certainty{"possible": checks.Possible, "likely": checks.Likely, "confirmed": checks.Confirmed}
	classes     = []checks.Class{checks.ClassPublic, checks.ClassNetwork, checks.ClassOrg, checks.ClassPerson, checks.ClassText}
	keyForm     = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
)

const valueLimit = 2000

// describe asks the program for its codes and manual and completes c.
func describe(ctx context.Context, d Declaration, c *checks.Check) error {
	ask := call{argv: append(slices.Clone(d.Command), "describe"), limit: d.Timeout}
	var said description
	if err := ask.document(ctx, &said); err != nil {
		return err
	}
	var err error
	if c.Codes, err = said.codes(d.Name); err != nil {
		return ask.failed(err, "")
	}
	c.Files = manual(said.Manual)
	book, err := checks.ReadManual(c.Files)
	if err != nil {
		return ask.failed(err, "")
	}
	for _, code := range c.Codes {
		if book.Section(code.ID) == nil {
			return ask.failed(fmt.Errorf("the manual has no section for %s", code.ID), "")
		}
	}
	c.Run = func(ctx context.Context, p *checks.Pass) (any, error) { return nil, d.examine(ctx, p, c.Codes, book) }
	return nil
}

func (said description) codes(name string) ([]*checks.Code, error) {
	var all []*checks.Code
	for _, text := range said.Codes {
		number, err := strconv.Atoi(strings.TrimPrefix(text.ID, "X-"+name+"-"))
		switch {
		case err != nil || text.ID != fmt.Sprintf("X-%s-%d", name, number):
			return nil, fmt.Errorf("code %.40q: write X-%s- and a number", text.ID, name)
		case impacts[text.Impact] == 0:
			return nil, fmt.Errorf("%s: impact %.40q is none of info, risk, degrading and blocking", text.ID, text.Impact)
		case !slices.Contains(checks.Owners, text.Owner):
			return nil, fmt.Errorf("%s: nobody is called %.40q", text.ID, text.Owner)
		}
		all = append(all, &checks.Code{ID: text.ID, Impact: impacts[text.Impact], Owner: text.Owner, ExplainedBy: text.ExplainedBy})
	}
	if len(all) == 0 {
		return nil, errors.New("no codes")
	}
	return all, nil
}

// examine runs the program for one subject and files what it found.
func (d Declaration) examine(ctx context.Context, p *checks.Pass, codes []*checks.Code, book *checks.Manual) error {
	argv, err := d.arguments(ctx, p)
	if err != nil {
		return err
	}
	asked, hidden, err := d.request(ctx, p)
	if err != nil {
		return err
	}
	c := call{argv: append(argv, "run"), input: asked, limit: d.Timeout, hidden: hidden}
	var said result
	if err := c.document(ctx, &said); err != nil {
		return err
	}
	filed := filing{codes: codes, book: book, hide: c.hide}
	if err := filed.read(said); err != nil {
		return c.failed(err, "")
	}
	p.Observe(filed.observed...)
	for _, f := range filed.findings {
		p.Report(f.Code, f.Certainty, f.Evidence...).By(f.Owner)
	}
	return nil
}

// request writes the question; hidden are the secrets in it, which must not come back.
func (d Declaration) request(ctx context.Context, p *checks.Pass) (document []byte, hidden []string, err error) {
	port := p.Subject.Port
	if port == 0 {
		port = 443
	}
	r := request{Version: Version, Host: p.Subject.Host, Port: port, Role: p.Subject.Role, Path: p.Subject.Path,
		Region: p.Target.Region, Pathways: pathways(p), Secrets: map[string]string{}}
	for _, name := range d.Secrets {
		secret, err := p.World.Secret(ctx, name)
		if err != nil {
			return nil, nil, err
		}
		r.Secrets[name] = secret.Reveal()
		hidden = append(hidden, secret.Reveal(), strings.TrimSpace(secret.Reveal()))
	}
	document, err = json.Marshal(r)
	return document, hidden, err
}

// document runs the program and decodes its output, which is one document without fields that nobody knows.
func (c call) document(ctx context.Context, into any) error {
	code, output, err := c.run(ctx)
	if err != nil {
		return err
	}
	if code != 0 {
		return c.failed(fmt.Errorf("exit code %d", code), output)
	}
	var head struct {
		Version int `json:"version"`
	}
	if json.Unmarshal([]byte(output), &head) == nil && head.Version != Version {
		return c.failed(fmt.Errorf("version %d is not %d", head.Version, Version), output)
	}
	decoder := json.NewDecoder(strings.NewReader(output))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return c.failed(errors.New(clean(strings.TrimPrefix(err.Error(), "json: "), lineShown)), output)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return c.failed(errors.New("something follows the document"), output)
	}
	return nil
}

// A filing turns a result into findings and evidence.
type filing struct {
	codes    []*checks.Code
	book     *checks.Manual
	hide     func(string) string
	findings []*checks.Finding
	observed []checks.Evidence
}

func (f *filing) read(said result) error {
	var err error
	if f.observed, err = f.evidence(said.Evidence); err != nil {
		return err
	}
	for _, text := range said.Findings {
		finding, err := f.finding(text)
		if err != nil {
			return err
		}
		f.findings = append(f.findings, finding)
	}
	return nil
}

func (f *filing) finding(text findingText) (*checks.Finding, error) {
	at := slices.IndexFunc(f.codes, func(c *checks.Code) bool { return c.ID == text.Code })
	if at < 0 {
		return nil, fmt.Errorf("code %.40q was not described", text.Code)
	}
	code := f.codes[at]
	if text.Owner == "" {
		text.Owner = code.Owner
	}
	if certainties[text.Certainty] == 0 || !slices.Contains(checks.Owners, text.Owner) {
		return nil, fmt.Errorf("%s: certainty %.40q or owner %.40q does not exist", code.ID, text.Certainty, text.Owner)
	}
	evidence, err := f.evidence(text.Evidence)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", code.ID, err)
	}
	for _, name := range checks.Placeholders(f.book.Section(code.ID).Sentence) {
		if !slices.ContainsFunc(evidence, func(e checks.Evidence) bool { return e.Key == name }) {
			return nil, fmt.Errorf("%s: no evidence for {%s} of its sentence", code.ID, name)
		}
	}
	return &checks.Finding{Code: code, Certainty: certainties[text.Certainty], Owner: text.Owner, Evidence: evidence}, nil
}

func (f *filing) evidence(texts []evidenceText) ([]checks.Evidence, error) {
	var all []checks.Evidence
	for _, text := range texts {
		if !keyForm.MatchString(text.Key) || !slices.Contains(classes, text.Class) {
			return nil, fmt.Errorf("evidence %.40q of class %.40q: keys are snake_case, classes %v", text.Key, text.Class, classes)
		}
		all = append(all, checks.Evidence{Key: text.Key, Value: clean(f.hide(text.Value), valueLimit), Class: text.Class})
	}
	return all, nil
}

// manual is a folder with nothing but a README.md.
type manual string

// Open implements fs.FS.
func (manual) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadFile implements fs.ReadFileFS.
func (m manual) ReadFile(name string) ([]byte, error) {
	if name != "README.md" {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
	}
	return bytes.Clone([]byte(m)), nil
}
