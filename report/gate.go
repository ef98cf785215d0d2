package report

import (
	"reflect"

	"logindoctor/checks"
)

// Classes of fields beside those of package checks.
const (
	ClassSecret   = "secret"   // never collected; emptied if it is there all the same
	ClassSentence = "sentence" // written by logindoctor out of classified values
	ClassOwn      = "own"      // the value's class stands in the field Class beside it
	ClassPicture  = "picture"
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
	ClassSentence:               600,
}

// longestSeconds bounds durations, which a document that was read may give at will: 31 years.
const longestSeconds = 1e9

// Gate returns a copy of the report that renderers accept: cleaned of everything a terminal or page could obey, of secrets,
// and of what the profile keeps back. The secrets given are removed wherever and in whatever coding they turn up.
func Gate(r *Report, p Profile, secrets ...checks.Secret) *Report {
	g := newGate(secrets)
	out := g.value(reflect.ValueOf(*r), "").Interface().(Report)
	out.Redaction.Profile = p.name
	out.Redaction.Removed[ClassSecret] += g.removed
	return &out
}

// GateCheck is Gate for one row of a live stream.
func GateCheck(c Check, _ Profile, secrets ...checks.Secret) Check {
	return newGate(secrets).value(reflect.ValueOf(c), "").Interface().(Check)
}

// Gated reports whether the report went through Gate.
func (r *Report) Gated() bool { return r.Redaction.Profile != "" }

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
		if class == ClassPicture {
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
	if v.Type() == reflect.TypeFor[Time]() {
		out.Set(v)
		return
	}
	for i := range v.NumField() {
		class := v.Type().Field(i).Tag.Get("class")
		if class == ClassOwn {
			class = v.FieldByName("Class").String()
		}
		out.Field(i).Set(g.value(v.Field(i), class))
	}
}

func (g *gate) text(s, class string) string {
	if class == ClassSentence {
		s = oneLine.Replace(s)
	}
	scrubbed := g.secrets.scrub(s)
	if scrubbed != s {
		g.removed++
	}
	return shorten(clean(scrubbed), longest[class])
}
