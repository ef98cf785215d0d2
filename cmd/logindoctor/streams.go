package main

// Rules for the streams (ux.md 2.5): the product goes to standard output; progress, questions and troubles of the tool
// go to standard error, which stays empty off a terminal unless the tool itself is in trouble. A closed pipe ends the
// program quietly. Files are written aside and renamed.

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/term"

	"logindoctor/report"
	"logindoctor/report/brief"
	"logindoctor/report/bundle"
	"logindoctor/report/html"
	"logindoctor/report/json"
	"logindoctor/report/machine"
	"logindoctor/report/markdown"
	"logindoctor/report/redact"
	"logindoctor/report/template"
	"logindoctor/report/text"
	"logindoctor/report/ticket"
)

// A terminal is where the program was started.
type terminal struct {
	in               io.Reader
	out, err         io.Writer
	outTTY, errTTY   bool
	inTTY            bool
	width            int    // of standard output, zero if unknown
	program          string // name that it was called by
	getenv           func(string) string
	executable       func() (string, error)
	interruptSignals []os.Signal
}

func system() *terminal {
	t := &terminal{in: os.Stdin, out: os.Stdout, err: os.Stderr, program: os.Args[0], getenv: os.Getenv, executable: os.Executable,
		interruptSignals: []os.Signal{os.Interrupt, syscall.SIGTERM}}
	t.inTTY = term.IsTerminal(int(os.Stdin.Fd()))
	t.outTTY = term.IsTerminal(int(os.Stdout.Fd()))
	t.errTTY = term.IsTerminal(int(os.Stderr.Fd()))
	if w, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil {
		t.width = w
	}
	return t
}

// formats are the output formats: the default, and the others in the order of their names.
var formats = []struct {
	name   string
	use    string
	ending string // of a file name, from which people guess the format
	render report.Renderer
}{
	{"text", "the report for people (default)", "txt", text.Render},
	{"brief", "at most 1,000 bytes: chat, RMM cells, termination messages", "", brief.Render},
	{bundleFormat, "everything in one zip file: report, page, facts, screenshots, browser log; needs a file", "zip", bundle.Render},
	{"checkmk", "local check of Checkmk, one service per pathway", "", machine.Checkmk},
	{"csv", "one row per check, for spreadsheets", "csv", machine.CSV},
	{"datto", "result block of a Datto RMM monitor", "", machine.Datto},
	{"github", "annotations of a GitHub workflow", "", machine.GitHub},
	{"html", "one page for tickets and print, works offline; render reads it back", "html", html.Render},
	{"json", "one document, schema report-v1", "json", json.Render},
	{"jsonl", "one event per line", "jsonl", json.RenderLines},
	{"junit", "build servers, one suite per pathway", "xml", machine.JUnit},
	{"markdown", "GitHub, GitLab, chats: headings and tables", "md", markdown.Render},
	{"nagios", "plugin output of Nagios, Icinga, Naemon, Centreon", "", machine.Nagios},
	{"none", "nothing", "", func(io.Writer, *report.Report, report.Options) error { return nil }},
	{"openmetrics", "metrics in the OpenMetrics format", "", machine.OpenMetrics},
	{pdfFormat, "the HTML page, printed by the browser of this computer; needs a file", "pdf", nil}, // see printer
	{"prometheus", "metrics for a textfile collector", "prom", machine.Prometheus},
	{templateFormat, "template=FILE[=PATH]: Go's text/template over the JSON document", "", nil}, // see templated
	{"ticket", "the note of a ticket, at most 2,000 characters", "", ticket.Render},
}

// Formats that need more than a report.
const (
	bundleFormat   = "bundle"
	pdfFormat      = "pdf"
	templateFormat = "template"
)

// An output is one -o FORMAT[=PATH].
type output struct {
	format string
	render report.Renderer
	path   string // empty is standard output
}

// parseOutputs reads every -o and refuses two formats for one standard output.
func parseOutputs(specs []string) ([]output, error) {
	var list []output
	owners := 0
	for _, spec := range specs {
		o, err := parseOutput(spec)
		if err != nil {
			return nil, err
		}
		if o.path == "" {
			owners++
		}
		list = append(list, o)
	}
	if owners > 1 {
		return nil, misuse("Two formats cannot both go to standard output.", "-o text -o json=report.json")
	}
	if owners == 0 {
		list = append([]output{{format: "text", render: text.Render}}, list...)
	}
	return list, nil
}

func parseOutput(spec string) (output, error) {
	name, path, _ := strings.Cut(spec, "=")
	if path == "-" {
		path = ""
	}
	var names []string
	ending := strings.TrimPrefix(filepath.Ext(name), ".")
	for _, f := range formats {
		switch {
		case f.name != name:
		case name == templateFormat:
			return templated(path)
		case name == pdfFormat && path == "":
			return output{}, misuse("A PDF goes to a file.", "-o pdf=report.pdf")
		case name == bundleFormat && path == "":
			return output{}, misuse("A bundle goes to a file.", "-o bundle=signin.zip")
		default:
			return output{name, f.render, path}, nil
		}
		if ending != "" && f.ending == ending {
			return output{}, misuse(fmt.Sprintf("-o takes a format, and %q is a file name.", spec), "-o "+f.name+"="+spec)
		}
		names = append(names, f.name)
	}
	return output{}, oneOf("format", name, names)
}

// templated reads FILE[=PATH].
func templated(path string) (output, error) {
	file, path, _ := strings.Cut(path, "=")
	if file == "" {
		return output{}, misuse("-o template needs the file of a template.", "-o template=ticket.tmpl    or, to a file:  -o template=ticket.tmpl=ticket.txt")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return output{}, misuse(sentence(err.Error()), "-o template=FILE    (its data: logindoctor run -o json)")
	}
	render, err := template.Parse(filepath.Base(file), string(text))
	if err != nil {
		return output{}, misuse("The template does not hold: "+err.Error()+".", "fix that place; the data is what -o json writes")
	}
	if path == "-" {
		path = ""
	}
	return output{templateFormat, render, path}, nil
}

// look says how people want to see text.
type look struct {
	color          string // auto, always, never
	ascii          bool
	width          int
	verbose, quiet int
}

// options settles the look for standard output. Off beats forced on (ux.md 2.6).
func (l look) options(t *terminal, toFile bool) report.Options {
	o := report.Options{Width: l.width, ASCII: l.ascii, Verbose: l.verbose, Quiet: l.quiet}
	if o.Width == 0 && t.outTTY && t.width > 0 {
		o.Width = min(max(t.width, 60), 120)
	}
	tty := t.outTTY && !toFile
	switch {
	case l.color == "always":
		o.Color = true
	case l.color == "never" || t.getenv("NO_COLOR") != "":
	case t.getenv("CLICOLOR_FORCE") != "" || t.getenv("FORCE_COLOR") != "":
		o.Color = true
	default:
		o.Color = tty && t.getenv("TERM") != "dumb"
	}
	if runtime.GOOS == "windows" && !tty {
		o.ASCII = true
	}
	return o
}

// write redacts a report and renders it to every output. One that would leak is left out, the others are written.
func (a *app) write(r *report.Report, d destination) error {
	gate := redact.New(d.redact, a.known...)
	r = gate.Redact(r)
	var leaks error
	for i, o := range d.outputs {
		opts := d.look.options(a.terminal, o.path != "")
		opts.File, opts.Run = fileBeside(d.outputs, i), d.run
		opts.Warn, opts.Crit = d.warn, d.crit
		err := a.writeOutput(gate, r, o, opts)
		var leak *redact.LeakError
		switch {
		case errors.As(err, &leak):
			leaks = errors.Join(leaks, err)
		case err != nil:
			return err
		}
	}
	return leaks
}

func (a *app) writeOutput(gate *redact.Gate, r *report.Report, o output, opts report.Options) error {
	if o.path == "" {
		if err := gate.Write(a.out, o.format, r, o.render, opts); err != nil && !closedPipe(err) {
			return fmt.Errorf("write %s: %w", o.format, err)
		}
		return nil
	}
	opts.Quiet = 0
	if o.format == pdfFormat { // in which nothing can be found, so the page that is printed is looked at
		if _, err := gate.Render(o.format, r, html.Render, opts); err != nil {
			return err
		}
	}
	return writeFile(o.path, func(w io.Writer) error { return gate.Write(w, o.format, r, o.render, opts) })
}

// fileBeside is the first file that another output than this one goes to.
func fileBeside(outputs []output, this int) string {
	for i, o := range outputs {
		if i != this && o.path != "" {
			return o.path
		}
	}
	return ""
}

// writeFile writes aside and renames, so that a reader never sees half a report. A device, and a file that cannot be
// replaced because a container's runtime mounted it there, are written in place.
func writeFile(path string, render func(io.Writer) error) error {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return writeInPlace(path, 0, render)
	}
	there := err == nil
	f, err := os.CreateTemp(filepath.Dir(path), ".logindoctor-*")
	if err != nil {
		if there {
			return writeInPlace(path, os.O_TRUNC, render)
		}
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(f.Name())
	if err := errors.Join(render(f), f.Chmod(0o644), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Rename(f.Name(), path); err == nil || !there {
		return err
	}
	return writeInPlace(path, os.O_TRUNC, render)
}

func writeInPlace(path string, how int, render func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|how, 0)
	if err != nil {
		return err
	}
	return errors.Join(render(f), f.Close())
}

func closedPipe(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe)
}
