// Package redact is the only way from a report to something that is written. A Gate takes out what a profile keeps back,
// once, on the data model, by the class of each field; and it looks at every output before it is written.
package redact

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"logindoctor/checks"
	"logindoctor/report"
)

// longestSeconds bounds durations, which a document that was read may give at will: 31 years.
const longestSeconds = 1e9

// A Gate redacts reports and remembers what it took out, so that it can look for it in what is written. It is not safe
// for concurrent use. Within all that passes one Gate the same value gets the same token.
type Gate struct {
	profile  Profile
	secrets  *secrets
	names    *names
	kept     map[string]bool // hosts that belong to nobody in particular
	learning bool            // the first of two walks: nothing is replaced yet
	removed  map[string]int
	suspects map[string]bool // names, as far as they were looked at
	path     []string
}

// New returns a gate. The secrets given are removed wherever and in whatever coding they turn up.
func New(p Profile, known ...checks.Secret) *Gate {
	l := &ledger{}
	return &Gate{profile: p, secrets: newSecrets(l, known), names: newNames(l), kept: map[string]bool{}, removed: map[string]int{}, suspects: map[string]bool{}}
}

// Redact returns a copy of the report that renderers accept: cleaned of everything a terminal or page could obey, of secrets,
// and of what the profile keeps back. A report that was redacted more strictly before stays as it is.
func (g *Gate) Redact(r *report.Report) *report.Report {
	g.profile = g.profile.stricter(r.Redaction.Profile)
	g.names.ledger.load(r.Redaction.Ledger)
	g.removed = map[string]int{}
	for _, class := range []string{report.ClassSecret, report.ClassPicture, person, org, network, text} {
		if n := r.Redaction.Removed[class]; n > 0 {
			g.removed[class] = n
		}
	}
	for _, h := range r.Target.PublicHosts {
		g.kept[strings.ToLower(h)] = true
	}
	if g.profile.tokens[person] {
		g.names.person(r.Context.Host, "host") // a site without a name of its own is called after the computer
	}
	in := reflect.ValueOf(*r)
	g.learning = true
	g.value(in, "", "")
	g.learning = false
	g.secrets.seal()
	g.names.seal()
	out := g.value(in, "", "").Interface().(report.Report)
	out.Redaction.Profile = g.profile.name
	out.Redaction.Removed = g.removed
	out.Redaction.Removed[report.ClassSecret] += 0
	out.Redaction.Ledger = slices.Clone(g.names.ledger.entries)
	return &out
}

// Apply redacts one report; see Gate.Redact.
func Apply(r *report.Report, p Profile, known ...checks.Secret) *report.Report {
	return New(p, known...).Redact(r)
}

// Row is Gate.Redact for one row of a live stream, of which no more is known. It replaces no names.
func Row(c report.Check, known ...checks.Secret) report.Check {
	g := New(Internal, known...)
	g.secrets.seal()
	return g.value(reflect.ValueOf(c), "", "").Interface().(report.Check)
}

// value copies a part of the document. Nil slices and maps become empty, because the document has no null.
func (g *Gate) value(v reflect.Value, class, kind string) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(g.value(v.Elem(), class, kind))
		}
	case reflect.Struct:
		if a, ok := v.Interface().(report.Artifact); ok {
			v = reflect.ValueOf(g.artifact(a))
		}
		g.fields(out, v)
	case reflect.Slice:
		if class == report.ClassPicture {
			return v
		}
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(g.value(v.Index(i), class, kind))
		}
	case reflect.Map:
		out.Set(reflect.MakeMapWithSize(v.Type(), v.Len()))
		for _, key := range inOrder(v.MapKeys()) {
			g.path = append(g.path, key.String())
			out.SetMapIndex(g.value(key, public, ""), g.value(v.MapIndex(key), class, kind))
			g.path = g.path[:len(g.path)-1]
		}
	case reflect.String:
		out.SetString(g.text(v.String(), class, kind))
	case reflect.Float64:
		out.SetFloat(min(max(v.Float(), 0), longestSeconds))
	default:
		out.Set(v)
	}
	return out
}

// inOrder puts "e2" before "e12": tokens are numbered in the order of the document.
func inOrder(keys []reflect.Value) []reflect.Value {
	slices.SortFunc(keys, func(a, b reflect.Value) int {
		return cmp.Or(cmp.Compare(len(a.String()), len(b.String())), strings.Compare(a.String(), b.String()))
	})
	return keys
}

func (g *Gate) fields(out, v reflect.Value) {
	if v.Type() == reflect.TypeFor[report.Time]() {
		out.Set(v)
		return
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		class, kind := f.Tag.Get("class"), f.Tag.Get("token")
		if class == report.ClassOwn {
			if class = v.FieldByName("Class").String(); class == public {
				class = fact
			}
			kind = kindOf(label(v))
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		g.path = append(g.path, name)
		out.Field(i).Set(g.value(v.Field(i), class, kind))
		g.path = g.path[:len(g.path)-1]
	}
}

// label is what an observation is called.
func label(v reflect.Value) string {
	if l := v.FieldByName("Label"); l.IsValid() {
		return l.String()
	}
	return v.FieldByName("Key").String()
}

// kindOf tells by the label of an observation what a token for it should say.
func kindOf(label string) string {
	for _, word := range []string{"computer", "device", "host"} {
		if strings.Contains(strings.ToLower(label), word) {
			return "host"
		}
	}
	return ""
}

// where names the field that is being copied, "findings.text".
func (g *Gate) where() string { return strings.Join(g.path, ".") }

func (g *Gate) count(class string, n int) {
	if !g.learning && n > 0 {
		g.removed[class] += n
	}
}

// text redacts one string.
func (g *Gate) text(s, class, kind string) string {
	if s == "" {
		return ""
	}
	scrubbed, n := g.secrets.scrub(s, class, g.where(), !g.learning)
	g.count(report.ClassSecret, n)
	if class == report.ClassSentence {
		scrubbed = report.OneLine(scrubbed)
	}
	if g.profile.longest(class) == 0 {
		g.count(class, 1)
		return ""
	}
	return report.Shorten(report.Visible(g.named(scrubbed, class, kind)), g.profile.longest(class))
}

// named replaces the names that the profile keeps back.
func (g *Gate) named(s, class, kind string) string {
	if len(g.profile.tokens) == 0 {
		return s
	}
	if g.profile.tokens[class] {
		g.learn(s, class, kind)
	}
	g.names.shapes(s)
	if g.learning {
		return s
	}
	s, hits := g.names.replace(s, g.where(), class == public)
	for c, n := range hits {
		g.count(c, n)
	}
	if class != public {
		var n int
		s, n = withoutHardware(s)
		g.count(network, n)
	}
	return s
}

// learn remembers a value of a class that becomes a token.
func (g *Gate) learn(s, class, kind string) {
	if class == person {
		g.names.person(s, cmp.Or(kind, "user"))
		return
	}
	hosts := hostsIn(s)
	for _, h := range hosts {
		if !g.kept[h] {
			g.names.add(h, class, hostKind(h))
		}
	}
	if len(hosts) == 0 && class == org {
		g.names.add(s, class, cmp.Or(kind, "name"))
	}
}
