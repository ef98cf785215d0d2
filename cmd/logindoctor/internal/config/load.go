package config

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"strings"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/catalog"
)

// A Source is where settings come from.
type Source struct {
	File   string              // named by --config; then neither the user's nor the system's file is read
	Getenv func(string) string // nil means no environment
	Flags  map[string][]string // values of the flags that were given, by the name of the flag
}

// Load lays flags over the environment, over the files, over what is built in. Mistakes in a file are a catalog.Errors;
// a file that was named and cannot be read is a *catalog.InputError.
func Load(src Source) (*Settings, error) {
	if src.Getenv == nil {
		src.Getenv = func(string) string { return "" }
	}
	s := &Settings{origins: map[string]string{}}
	s.fill(spoken(func(key string) []string { return src.Flags[flagName(key)] }), func(key string) string { return "flag --" + flagName(key) })
	s.fill(spoken(func(key string) []string { return words(src.Getenv(envName(key))) }), func(key string) string { return "environment " + envName(key) })
	for _, file := range src.files() {
		layer, err := read(file)
		if err != nil {
			return nil, err
		}
		s.fill(layer, func(string) string { return file.path })
	}
	s.fill(&Settings{Level: "standard", Proxy: "system", Limits: catalog.DefaultLimits(), Keep: defaultKeep}, func(string) string { return builtIn })
	return s, nil
}

const builtIn = "built-in"

// defaultKeep lets a quarter's tickets still find their runs, and a job that runs every ten minutes fit on any disk.
var defaultKeep = Keep{OK: checks.Duration(30 * 24 * time.Hour), Failed: checks.Duration(180 * 24 * time.Hour)}

// fill takes over what is not set yet.
func (s *Settings) fill(from *Settings, origin func(path string) string) {
	values := map[string]reflect.Value{}
	leaves(reflect.ValueOf(from).Elem(), "", func(path string, v reflect.Value) { values[path] = v })
	leaves(reflect.ValueOf(s).Elem(), "", func(path string, v reflect.Value) {
		if v.IsZero() && !values[path].IsZero() {
			v.Set(values[path])
			s.origins[path] = origin(path)
		}
	})
}

// leaves visits every value that has a key of its own, in the order of the file.
func leaves(v reflect.Value, path string, visit func(path string, v reflect.Value)) {
	for i := range v.NumField() {
		key := v.Type().Field(i).Tag.Get("yaml")
		if key == "" {
			continue
		}
		at := strings.TrimPrefix(path+"."+key, ".")
		if f := v.Field(i); f.Kind() == reflect.Struct {
			leaves(f, at, visit)
		} else {
			visit(at, f)
		}
	}
}

// spoken reads what can be said in words: texts and lists of texts at the top of the file.
func spoken(get func(key string) []string) *Settings {
	s := &Settings{}
	leaves(reflect.ValueOf(s).Elem(), "", func(key string, v reflect.Value) {
		switch values := get(key); {
		case strings.Contains(key, ".") || len(values) == 0:
		case v.Kind() == reflect.String:
			v.SetString(strings.Join(values, ","))
		case v.Type() == reflect.TypeFor[[]string]():
			v.Set(reflect.ValueOf(values))
		}
	})
	return s
}

// A file is a settings file; one that was named must exist.
type file struct {
	path  string
	named bool
}

func (src Source) files() []file {
	if path := src.File; path != "" {
		return []file{{path, true}}
	}
	if path := src.Getenv(envFile); path != "" {
		return []file{{path, true}}
	}
	var all []file
	if path, err := Path(src.Getenv); err == nil {
		all = append(all, file{path, false})
	}
	return append(all, file{systemFile(src.Getenv), false})
}

func read(f file) (*Settings, error) {
	data, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) && !f.named {
		return &Settings{}, nil
	}
	if err != nil {
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return nil, &catalog.InputError{Statement: fmt.Sprintf("The settings file %s cannot be read: %v.", f.path, err),
			Try: "logindoctor init    writes one"}
	}
	s, err := catalog.Decode(f.path, data, rules)
	if err != nil {
		return nil, err
	}
	s.Target, s.Portal = catalog.Bare(s.Target), catalog.Bare(s.Portal)
	return &s, nil
}

// A Value is one effective setting.
type Value struct {
	Key    string `json:"key"`
	Value  string `json:"value"`
	Origin string `json:"origin"` // "flag --level", "environment LOGINDOCTOR_LEVEL", the path of a file, or "built-in"
}

// Values lists every setting in the order of the file. Of a reference to a program only its kind is shown.
func (s *Settings) Values() []Value {
	var all []Value
	leaves(reflect.ValueOf(s).Elem(), "", func(path string, v reflect.Value) {
		all = append(all, Value{path, show(path, v.Interface()), cmp.Or(s.origins[path], builtIn)})
	})
	return all
}

func show(path string, v any) string {
	switch v := v.(type) {
	case string:
		if strings.HasPrefix(path, "credentials.") && strings.HasPrefix(v, "exec:") {
			return "exec:…"
		}
		return v
	case []string:
		return strings.Join(v, ", ")
	case checks.Duration:
		if v == 0 {
			return ""
		}
		return checks.Human(time.Duration(v))
	case []Plugin:
		names := make([]string, len(v))
		for i, p := range v {
			names[i] = p.Name
		}
		return strings.Join(names, ", ")
	}
	return fmt.Sprint(v)
}
