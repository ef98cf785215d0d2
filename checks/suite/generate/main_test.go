package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestGeneratedFilesAreCurrent(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	files, err := outputs(root)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range files {
		got, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(got, want) {
			t.Errorf("%s is not current: run go generate ./checks/suite", path)
		}
	}
}

func TestScaffoldMakesACheckThatTheGeneratorFinds(t *testing.T) {
	root := t.TempDir()
	if err := scaffold(root, "tls.newness"); err != nil {
		t.Fatal(err)
	}
	files, err := outputs(root)
	if err != nil {
		t.Fatal(err)
	}
	if list := string(files["checks/suite/suite.go"]); !strings.Contains(list, "tlsnewness.Check,") {
		t.Errorf("the list lacks the new check:\n%s", list)
	}
	if err := scaffold(root, "tls.newness"); err == nil {
		t.Error("a second time it overwrites the folder")
	}
	if err := scaffold(root, "nowhere.newness"); err == nil || !strings.Contains(err.Error(), "machine, dns") {
		t.Errorf("a stage that does not exist gives %v", err)
	}
}
