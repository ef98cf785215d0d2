package machine

import (
	"bytes"
	"slices"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"logindoctor/checks"
	"logindoctor/report"
)

// Prometheus writes gauges in the text format, without timestamps, ready for a textfile collector.
var Prometheus = renderer(func(b *bytes.Buffer, r *report.Report, _ report.Options) error {
	return expose(b, r, expfmt.NewFormat(expfmt.TypeTextPlain))
}, asIs)

// OpenMetrics writes the same gauges in the OpenMetrics format.
var OpenMetrics = renderer(func(b *bytes.Buffer, r *report.Report, _ report.Options) error {
	return expose(b, r, expfmt.NewFormat(expfmt.TypeOpenMetrics))
}, asIs)

// asIs leaves the exposition in UTF-8, which both formats demand.
func asIs(s string) string { return s }

func expose(b *bytes.Buffer, r *report.Report, f expfmt.Format) error {
	e := expfmt.NewEncoder(b, f)
	for _, m := range metrics(r) {
		if len(m.Metric) == 0 {
			continue
		}
		if err := e.Encode(m.MetricFamily); err != nil {
			return err
		}
	}
	if closer, ok := e.(expfmt.Closer); ok {
		return closer.Close()
	}
	return nil
}

// A family is a metric whose label values belong to closed sets or to the settings: never a user, an address or a text.
type family struct {
	*dto.MetricFamily
	labels []string
}

// gauge declares a family. Its unit is empty if it has none; the encoder would write an empty one as a broken line.
func gauge(name, help, unit string, labels ...string) *family {
	f := &family{&dto.MetricFamily{Name: new("logindoctor_" + name), Help: &help, Type: dto.MetricType_GAUGE.Enum()}, labels}
	if unit != "" {
		f.Unit = &unit
	}
	return f
}

// set adds a series with one value per label; one that is there already keeps its value, because a series exists once.
func (f *family) set(value float64, labels ...string) {
	var pairs []*dto.LabelPair
	for i, l := range labels {
		pairs = append(pairs, &dto.LabelPair{Name: &f.labels[i], Value: &l})
	}
	for _, m := range f.Metric {
		if slices.EqualFunc(m.Label, pairs, func(a, b *dto.LabelPair) bool { return a.GetValue() == b.GetValue() }) {
			return
		}
	}
	f.Metric = append(f.Metric, &dto.Metric{Label: pairs, Gauge: &dto.Gauge{Value: &value}})
}

// states sets one series per state, so that "unknown" is a value and not a gap.
func (f *family) states(state string, labels ...string) {
	all := []string{report.OK, report.Degraded, report.Broken, report.Unknown}
	if !slices.Contains(all, state) {
		state = report.Unknown
	}
	for _, s := range all {
		value := 0.0
		if s == state {
			value = 1
		}
		f.set(value, slices.Concat(labels, []string{s})...)
	}
}

func metrics(r *report.Report) []*family {
	site, target := r.Context.Site, r.Target.Product
	build := gauge("build_info", "Build information of the logindoctor that produced these series.", "", "version")
	build.set(1, r.Tool.Version)
	verdict := gauge("run_verdict", "Verdict of the last completed run, one series per verdict, 1 for the current one.", "",
		"site", "target", "verdict")
	verdict.states(r.Verdict.State, site, target)
	state := gauge("pathway_state", "State of a sign-in pathway in the last run, one series per state, 1 for the current one.", "",
		"site", "target", "pathway", "state")
	took := gauge("pathway_last_duration_seconds", "Duration of each pathway in the last run.", "seconds", "site", "target", "pathway")
	stages := gauge("stage_last_duration_seconds", "Duration of each stage in the last run.", "seconds", "site", "target", "pathway", "stage")
	for _, p := range r.Pathways {
		state.states(p.State, site, target, p.ID)
		took.set(p.DurationSeconds, site, target, p.ID)
		for _, c := range p.Columns {
			if c.DurationSeconds > 0 && slices.Contains(report.ColumnIDs[:], c.ID) {
				stages.set(c.DurationSeconds, site, target, p.ID, c.ID)
			}
		}
	}
	active := gauge("finding_active", "Findings present in the last run.", "", "site", "target", "code", "owner", "impact")
	for _, f := range r.Findings {
		active.set(1, site, target, f.Code, owner(f.Owner), impact(f.Impact))
	}
	return []*family{build, verdict, state, active, stages, took, completed(r, site, target), duration(r, site, target)}
}

func completed(r *report.Report, site, target string) *family {
	f := gauge("run_last_completed_timestamp_seconds", "When the last run completed.", "seconds", "site", "target")
	f.set(float64(r.Run.StartedAt.UnixMilli())/1000+r.Run.DurationSeconds, site, target)
	return f
}

func duration(r *report.Report, site, target string) *family {
	f := gauge("run_last_duration_seconds", "How long the last run took.", "seconds", "site", "target")
	f.set(r.Run.DurationSeconds, site, target)
	return f
}

// owner and impact bound what a document that was read may say.
func owner(s string) string {
	if slices.Contains(checks.Owners, checks.Owner(s)) {
		return s
	}
	return string(checks.OwnerUndetermined)
}

func impact(s string) string {
	for _, known := range []checks.Impact{checks.Blocking, checks.Degrading, checks.Risk} {
		if s == known.String() {
			return s
		}
	}
	return checks.Info.String()
}
