package report

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"logindoctor/checks"
)

// Outdated is what a stored report says about now once it is older than allowed: nothing. Its pathways stay named, so that
// a monitor keeps its services. A nil report stands for an empty history; head holds tool and context then.
func Outdated(r *Report, head Report, allowed time.Duration, book Book) *Report {
	out := head
	ev := []checks.Evidence{checks.Span("allowed", allowed)}
	if r != nil {
		out = *r
		ev = append(ev, checks.Public("last", r.Run.StartedAt.UTC().Format("2006-01-02 15:04 UTC")))
	}
	sum := sha256.Sum256([]byte(NotRecent.ID))
	s := book[NotRecent.ID]
	f := Finding{Code: NotRecent.ID, Fingerprint: "v1:" + hex.EncodeToString(sum[:8]), Role: RootCause, Impact: NotRecent.Impact.String(),
		Certainty: checks.Confirmed.String(), Owner: string(NotRecent.Owner), Stage: "machine", Title: s.Title, MessageID: NotRecent.ID + ".cause",
		Params: map[string]string{}, Text: checks.Fill(s.Sentence, ev), Explain: NotRecent.ID}
	out.Schema, out.SchemaVersion = Schema, SchemaVersion
	out.Run.Complete, out.Run.DurationSeconds = true, 0
	out.Target.Pathways = append([]string{}, out.Target.Pathways...)
	out.Checks, out.Artifacts, out.Untested, out.Limits, out.Evidence = []Check{}, nil, nil, nil, map[string]Evidence{}
	for i, e := range ev {
		id := "e" + string(rune('1'+i))
		out.Evidence[id] = Evidence{Check: "history", Label: e.Key, Value: e.Value, Class: string(e.Class)}
		f.Evidence, f.Params[e.Key] = append(f.Evidence, id), e.Value
	}
	for i, fix := range s.Fixes {
		f.Steps = append(f.Steps, Step{N: i + 1, Owner: string(fix.Owner), Text: fix.Text})
	}
	out.Pathways = []Pathway{}
	if r != nil {
		for _, p := range r.Pathways {
			out.Pathways = append(out.Pathways, Pathway{ID: p.ID, Title: p.Title, State: Unknown, Depth: checks.DepthNone.String(),
				Result: "unknown: no recent result", Columns: []Column{}})
			f.Pathways = append(f.Pathways, p.ID)
		}
	}
	out.Findings = []Finding{f}
	out.Verdict = Verdict{State: Unknown, Depth: checks.DepthNone.String(), PrimaryFinding: NotRecent.ID,
		Summary: Summary{MessageID: "verdict.unknown.old", Text: "No recent result, so nothing is known about now"}}
	return &out
}
