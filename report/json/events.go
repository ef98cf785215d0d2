package json

import (
	"cmp"
	"encoding/json"
	"io"
	"slices"

	"logindoctor/checks"
	"logindoctor/report"
	"logindoctor/report/redact"
)

// EventSchema names the version of an Event.
const EventSchema = "logindoctor.event/v1"

// Names of events, in the order in which they are written.
const (
	RunStart  = "run.start"
	StageDone = "stage.done" // one check of a stage ended for one thing
	Found     = "finding"
	RunEnd    = "run.end"
)

// An Event is one line of the stream. Its parts are those of the document.
type Event struct {
	Schema    string                     `json:"schema"`
	Event     string                     `json:"event"`
	RunID     string                     `json:"run_id"`
	AtSeconds float64                    `json:"at_seconds"` // since the start of the run
	StartedAt *report.Time               `json:"started_at,omitempty"`
	Demo      bool                       `json:"demo,omitempty"`
	Tool      *report.Tool               `json:"tool,omitempty"`
	Context   *report.Context            `json:"context,omitempty"`
	Target    *report.Target             `json:"target,omitempty"`
	Check     *report.Check              `json:"check,omitempty"`
	Finding   *report.Finding            `json:"finding,omitempty"`
	Evidence  map[string]report.Evidence `json:"evidence,omitempty"`
	Verdict   *report.Verdict            `json:"verdict,omitempty"`
	Pathways  []report.Pathway           `json:"pathways,omitzero"`
	Complete  *bool                      `json:"complete,omitempty"`
}

// RenderLines replays a document as the events that a Stream wrote while it came about, with the document's times.
func RenderLines(w io.Writer, r *report.Report, o report.Options) error {
	s := NewStream(w, o)
	if err := s.Start(r); err != nil {
		return err
	}
	rows := slices.Clone(r.Checks)
	slices.SortStableFunc(rows, func(a, b report.Check) int { return cmp.Compare(ended(a), ended(b)) })
	for _, c := range rows {
		if err := s.Done(c); err != nil {
			return err
		}
	}
	return s.End(r)
}

func ended(c report.Check) float64 { return c.StartedSeconds + c.DurationSeconds }

// A Stream writes events while a diagnosis runs. It is not safe for concurrent use.
type Stream struct {
	w       io.Writer
	options report.Options
	secrets []checks.Secret
	id      string
}

// NewStream returns a stream whose rows are cleaned of the secrets.
func NewStream(w io.Writer, o report.Options, secrets ...checks.Secret) *Stream {
	return &Stream{w: w, options: o, secrets: secrets}
}

// Start writes the first event out of a gated report that holds tool, run, context and target only.
func (s *Stream) Start(r *report.Report) error {
	if !r.Gated() {
		return report.ErrUngated
	}
	s.id = r.Run.ID
	return s.write(Event{Event: RunStart, StartedAt: &r.Run.StartedAt, Demo: r.Demo, Tool: &r.Tool, Context: &r.Context, Target: &r.Target})
}

// Done writes one check that ended.
func (s *Stream) Done(c report.Check) error {
	c = redact.Row(c, s.secrets...)
	return s.write(Event{Event: StageDone, AtSeconds: ended(c), Check: &c})
}

// End writes the findings of a gated report, causes first, and the verdict.
func (s *Stream) End(r *report.Report) error {
	if !r.Gated() {
		return report.ErrUngated
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		facts := map[string]report.Evidence{}
		for _, id := range f.Evidence {
			facts[id] = r.Evidence[id]
		}
		if err := s.write(Event{Event: Found, AtSeconds: r.Run.DurationSeconds, Finding: f, Evidence: facts}); err != nil {
			return err
		}
	}
	return s.write(Event{Event: RunEnd, AtSeconds: r.Run.DurationSeconds, Demo: r.Demo, Verdict: &r.Verdict, Pathways: r.Pathways,
		Complete: &r.Run.Complete})
}

func (s *Stream) write(e Event) error {
	e.Schema, e.RunID = EventSchema, s.id
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return write(s.w, text, s.options)
}
