// Package redact is the only way from a report to something that is written: it takes out what a profile keeps back.
package redact

import (
	"reflect"

	"logindoctor/checks"
	"logindoctor/report"
)

// A Profile says how much a report may give away. There are only those declared here.
type Profile struct{ name string }

// Internal keeps everything but secrets: for the people who run the tool.
var Internal = Profile{"internal"}

// longest is how many characters of each class survive; a field of no class here does not survive.
var longest = map[string]int{
	string(checks.ClassPublic):  300,
	string(checks.ClassNetwork): 300,
	string(checks.ClassOrg):     300,
	string(checks.ClassPerson):  300,
	string(checks.ClassText):    1000,
	report.ClassSentence:        600,
}

// longestSeconds bounds durations, which a document that was read may give at will: 31 years.
const longestSeconds = 1e9

// Gate returns a copy of the report that renderers accept: cleaned of everything a terminal or page could obey, of secrets,
// and of what the profile keeps back. The secrets given are removed wherever and in whatever coding they turn up.
func Gate(r *report.Report, p Profile, secrets ...checks.Secret) *report.Report {
	g := newGate(secrets)
	out := g.value(reflect.ValueOf(*r), "").Interface().(report.Report)
	out.Redaction.Profile = p.name
	out.Redaction.Removed[report.ClassSecret] += g.removed
	return &out
}

// GateCheck is Gate for one row of a live stream.
func GateCheck(c report.Check, _ Profile, secrets ...checks.Secret) report.Check {
	return newGate(secrets).value(reflect.ValueOf(c), "").Interface().(report.Check)
}

type gate struct {
	secrets scrubber
	removed int
}

func newGate(secrets []checks.Secret) *gate { return &gate{secrets: newScrubber(secrets)} }

// value copies a part of the document. Nil slices and maps become empty, because the document has no null.
func (g *gate) value(v reflect.Value, class string) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Struct:
		g.fields(out, v)
	case reflect.Slice:
		if class == report.ClassPicture {
			return v
		}
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(g.value(v.Index(i), class))
		}
	case reflect.Map:
		out.Set(reflect.MakeMapWithSize(v.Type(), v.Len()))
		for it := v.MapRange(); it.Next(); {
			out.SetMapIndex(g.value(it.Key(), string(checks.ClassPublic)), g.value(it.Value(), class))
		}
	case reflect.String:
		out.SetString(g.text(v.String(), class))
	case reflect.Float64:
		out.SetFloat(min(max(v.Float(), 0), longestSeconds))
	default:
		out.Set(v)
	}
	return out
}

func (g *gate) fields(out, v reflect.Value) {
	if v.Type() == reflect.TypeFor[report.Time]() {
		out.Set(v)
		return
	}
	for i := range v.NumField() {
		class := v.Type().Field(i).Tag.Get("class")
		if class == report.ClassOwn {
			class = v.FieldByName("Class").String()
		}
		out.Field(i).Set(g.value(v.Field(i), class))
	}
}

func (g *gate) text(s, class string) string {
	if class == report.ClassSentence {
		s = report.OneLine(s)
	}
	scrubbed := g.secrets.scrub(s)
	if scrubbed != s {
		g.removed++
	}
	return report.Shorten(report.Visible(scrubbed), longest[class])
}
