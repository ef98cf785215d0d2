package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"logindoctor/checks/catalog"
)

// A misuseError is a mistake in how logindoctor was called: one sentence and the way out.
type misuseError struct{ statement, try string }

func (e *misuseError) Error() string {
	if e.try == "" {
		return e.statement
	}
	return e.statement + "\nTry:  " + e.try
}

func misuse(statement, try string) error { return &misuseError{statement, try} }

// secretFlags are what people try first; secrets never travel in arguments, where every process can read them.
var secretFlags = []string{"password", "pass", "secret", "token", "api-key", "private-key", "public-key", "client-id", "totp"}

// badFlag turns what pflag says into a sentence with the nearest flag.
func badFlag(err error, flags *pflag.FlagSet) error {
	var none *pflag.NotExistError
	if !errors.As(err, &none) {
		return misuse(sentence(err.Error()), "")
	}
	name := none.GetSpecifiedName()
	for _, s := range secretFlags {
		if name == s {
			return misuse("Secrets are not taken as flags, because other programs can read them there.",
				"put a reference (env:, file: or exec:) under credentials in the settings:  logindoctor init")
		}
	}
	if name == "format" || name == "out" {
		return misuse("There is no flag --"+name+".", "-o json    or, to a file:  -o json=report.json")
	}
	var names []string
	flags.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if near := catalog.Nearest(name, names); near != "" {
		return misuse("There is no flag --"+name+".", "--"+near)
	}
	if none.GetSpecifiedShortnames() != "" {
		return misuse("There is no flag -"+name+".", "logindoctor help")
	}
	return misuse("There is no flag --"+name+".", "logindoctor help")
}

// sentence makes a library's error readable: capital at the beginning, full stop at the end.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + strings.TrimSuffix(s[1:], ".") + "."
}

// oneOf refuses a word that is not in a closed set and names the nearest that is.
func oneOf(what, word string, known []string) error {
	for _, k := range known {
		if k == word {
			return nil
		}
	}
	try := strings.Join(known, ", ")
	if near := catalog.Nearest(word, known); near != "" {
		try = near + "    (all: " + try + ")"
	}
	return misuse(fmt.Sprintf("There is no %s %q.", what, word), try)
}
