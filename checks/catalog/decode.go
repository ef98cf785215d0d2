// Package catalog knows the services that can be diagnosed: it reads product files strictly and turns one into a target.
package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"logindoctor/checks"
)

const maxFile = 1 << 20

// Refuse records that the value at a path, such as "regions[1].web", breaks a rule. The hint stands beside the caret and
// may be empty. A path that the file does not hold is shown at the nearest block around it.
type Refuse func(path, text, hint string)

// Decode reads one YAML document into a T and finds every mistake at once: unknown and repeated keys, wrong kinds of
// value, and whatever the rules refuse. The error is an Errors. An empty document leaves the zero T to the rules.
func Decode[T any](name string, data []byte, rules ...func(*T, Refuse)) (T, error) {
	var value T
	r := &reader{source: newSource(name, data), bad: map[string]bool{}, at: map[string]mark{"": {1, 1}}}
	root, ok := r.parse(data)
	if ok && root != nil {
		r.value(root, reflect.ValueOf(&value).Elem(), "")
	}
	if ok {
		for _, rule := range rules {
			rule(&value, r.refuse)
		}
	}
	return value, r.err()
}

// A mark is a place in a file, counted from one.
type mark struct{ line, column int }

type reader struct {
	source *source
	errs   Errors
	at     map[string]mark // where the value of a path stands
	bad    map[string]bool // paths that were already complained about
}

func (r *reader) err() error {
	if len(r.errs) == 0 {
		return nil
	}
	slices.SortStableFunc(r.errs, func(a, b *Error) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	for _, e := range r.errs {
		e.Excerpt = r.source.excerpt(e)
	}
	return r.errs
}

func (r *reader) add(at mark, path, hint, format string, args ...any) {
	r.bad[path] = true
	r.errs = append(r.errs, &Error{File: r.source.name, Line: at.line, Column: at.column, Path: path,
		Text: fmt.Sprintf(format, args...), Hint: hint})
}

// refuse is the Refuse of the rules. What is missing beside a misspelt key is not reported a second time.
func (r *reader) refuse(path, text, hint string) {
	at, known := r.at[path]
	if r.bad[path] || !known && r.bad[parent(path)] {
		return
	}
	for around := path; !known; at, known = r.at[around] {
		around = parent(around)
	}
	r.errs = append(r.errs, &Error{File: r.source.name, Line: at.line, Column: at.column, Path: path, Text: text, Hint: hint})
}

// parse returns the root of the only document, nil if it is empty; ok is false if the text could not be read at all.
func (r *reader) parse(data []byte) (root *yaml.Node, ok bool) {
	if at, text := unreadable(data); text != "" {
		r.add(at, "", "", "%s", text)
		return nil, false
	}
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		r.add(mark{1, 1}, "", "", "%s", notYAML)
		return nil, false
	}
	var first, second yaml.Node
	if err := loader.Load(&first); errors.Is(err, io.EOF) {
		return nil, true
	} else if err != nil {
		r.syntax(err)
		return nil, false
	}
	if err := loader.Load(&second); err == nil {
		r.add(mark{second.Line, second.Column}, "", "", "A second document begins here; this file may hold one only.")
	} else if !errors.Is(err, io.EOF) {
		r.syntax(err)
	}
	return first.Content[0], true
}

func (r *reader) syntax(err error) {
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		r.add(mark{1, 1}, "", "", "%s", notYAML)
		return
	}
	at := mark{max(load.Mark.Line, 1), max(load.Mark.Column, 1)}
	text, fromStart := explain(load.Message, r.source.runeAt(at))
	if fromStart && load.ContextMark.Line > 0 {
		at = mark{load.ContextMark.Line, load.ContextMark.Column}
	}
	r.add(at, "", "", "%s", text)
}

func (r *reader) value(n *yaml.Node, v reflect.Value, path string) {
	at := mark{n.Line, n.Column}
	r.at[path] = at
	switch {
	case n.Kind == yaml.AliasNode:
		r.add(at, path, "write the value out", `%s holds a reference (*name); references are not read.`, title(path))
	case n.ShortTag() == "!!null":
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		r.value(n, v.Elem(), path)
	case v.Kind() == reflect.Struct && n.Kind == yaml.MappingNode:
		r.object(n, v, path)
	case v.Kind() == reflect.Map && n.Kind == yaml.MappingNode:
		r.table(n, v, path)
	case v.Kind() == reflect.Slice && n.Kind == yaml.SequenceNode:
		v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
		for i, item := range n.Content {
			r.value(item, v.Index(i), fmt.Sprintf("%s[%d]", path, i))
		}
	case n.Kind == yaml.ScalarNode && scalar(n, v):
	default:
		r.add(at, path, r.advice(n, v), "%s needs %s, found %s.", title(path), needs(v), found(n))
	}
}

// scalar stores one word or text, and reports whether it has the form that v needs.
func scalar(n *yaml.Node, v reflect.Value) bool {
	switch {
	case v.Type() == reflect.TypeFor[checks.Duration]():
		d, err := time.ParseDuration(n.Value)
		v.SetInt(int64(d))
		return err == nil
	case v.Kind() == reflect.String:
		v.SetString(n.Value)
		return true
	case v.Kind() == reflect.Bool:
		v.SetBool(n.Value == "true")
		return n.ShortTag() == "!!bool"
	case v.Kind() == reflect.Int:
		i, err := strconv.Atoi(n.Value)
		v.SetInt(int64(i))
		return err == nil && n.ShortTag() == "!!int"
	}
	return false
}

func (r *reader) object(n *yaml.Node, v reflect.Value, path string) {
	fields := fieldsOf(v)
	r.pairs(n, path, func(key, val *yaml.Node, at string) {
		if field, ok := fields[key.Value]; ok {
			r.value(val, field, at)
			return
		}
		r.unknown(key, path, fields)
	})
}

func (r *reader) table(n *yaml.Node, v reflect.Value, path string) {
	v.Set(reflect.MakeMap(v.Type()))
	r.pairs(n, path, func(key, val *yaml.Node, at string) {
		item := reflect.New(v.Type().Elem()).Elem()
		r.value(val, item, at)
		v.SetMapIndex(reflect.ValueOf(key.Value), item)
	})
}

// pairs calls do for every key of a mapping that is one word and stands there for the first time.
func (r *reader) pairs(n *yaml.Node, path string, do func(key, val *yaml.Node, at string)) {
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, at := n.Content[i], mark{n.Content[i].Line, n.Content[i].Column}
		switch first, again := seen[key.Value]; {
		case key.Kind != yaml.ScalarNode:
			r.add(at, path, "", "A key must be one word, found %s.", found(key))
		case again:
			named := r.source.quoteKey(key.Line, key.Value)
			r.source.hide(key.Line)
			r.add(at, path, "", "The key%s is written twice; the first one is on line %d.", named, first)
		default:
			seen[key.Value] = key.Line
			do(key, n.Content[i+1], join(path, key.Value))
		}
	}
}

func (r *reader) unknown(key *yaml.Node, path string, fields map[string]reflect.Value) {
	names := keysOf(fields)
	hint := "known here: " + strings.Join(names, ", ")
	named := r.source.quoteKey(key.Line, key.Value)
	if near := Nearest(key.Value, names); near != "" {
		hint, named = fmt.Sprintf("did you mean %q?", near), " "+strconv.Quote(shorten(key.Value))
	}
	where := "here"
	if path != "" {
		where = "in " + strconv.Quote(path)
	}
	r.source.hide(key.Line)
	r.add(mark{key.Line, key.Column}, path, hint, "There is no key%s %s.", named, where)
}

// fieldsOf maps the keys of a struct, those of inlined structs included, to its fields.
func fieldsOf(v reflect.Value) map[string]reflect.Value {
	fields := map[string]reflect.Value{}
	for i := range v.NumField() {
		name, option, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		if option == "inline" {
			for k, f := range fieldsOf(v.Field(i)) {
				fields[k] = f
			}
		} else if name != "" && name != "-" {
			fields[name] = v.Field(i)
		}
	}
	return fields
}

func needs(v reflect.Value) string {
	switch {
	case v.Type() == reflect.TypeFor[checks.Duration]():
		return "a duration with its unit"
	case v.Kind() == reflect.Struct, v.Kind() == reflect.Map:
		return "a block of keys"
	case v.Kind() == reflect.Slice:
		return "a list"
	case v.Kind() == reflect.Bool:
		return "true or false"
	case v.Kind() == reflect.Int:
		return "a whole number"
	}
	return "one value"
}

func found(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a block of keys"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.ShortTag() == "!!int", n.ShortTag() == "!!float":
		return "a number"
	case n.ShortTag() == "!!bool":
		return "true or false"
	case strings.ContainsAny(n.Value, " \t\n"):
		return "text"
	}
	return "one word"
}

// advice says what to write instead, if that can be said without repeating a value that may be secret.
func (r *reader) advice(n *yaml.Node, v reflect.Value) string {
	single := n.Kind == yaml.ScalarNode && len(n.Value) <= 40 && !strings.Contains(n.Value, "\n") && !r.source.hidden()[n.Line]
	switch {
	case v.Type() == reflect.TypeFor[checks.Duration]():
		return "write for example 30s"
	case v.Kind() == reflect.Slice && single && v.Type().Elem().Kind() == reflect.String:
		return "write [" + n.Value + "]"
	case v.Kind() == reflect.Bool:
		return "write true or false, without quotes"
	}
	return ""
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// parent drops the last step of a path.
func parent(path string) string {
	if i := strings.LastIndexAny(path, ".["); i >= 0 {
		return path[:i]
	}
	return ""
}

// title names the value of a path in a sentence.
func title(path string) string {
	if path == "" {
		return "The file"
	}
	if i := strings.LastIndexByte(path, '['); i >= 0 {
		if n, err := strconv.Atoi(strings.TrimSuffix(path[i+1:], "]")); err == nil {
			return fmt.Sprintf("Item %d of %q", n+1, lastKey(path[:i]))
		}
	}
	return strconv.Quote(lastKey(path))
}
