package main

import (
	"encoding/json"
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"logindoctor/report"
)

// release is the version that the changelog speaks of; the commit comes from the build.
const release = "0.1.0"

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Version, commit, schema version", Args: cobra.NoArgs, RunE: a.version}
}

func (a *app) version(*cobra.Command, []string) error {
	t := tool()
	if a.flags.json {
		return json.NewEncoder(a.out).Encode(map[string]string{"version": t.Version, "commit": t.Commit,
			"report_schema": report.Schema, "report_schema_version": report.SchemaVersion})
	}
	_, err := fmt.Fprintf(a.out, "logindoctor %s, commit %s, report schema %s\n", t.Version, t.Commit, report.SchemaVersion)
	return err
}

// tool describes this program for a report.
func tool() report.Tool {
	t := report.Tool{Name: "logindoctor", Version: release, Commit: "unknown"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return t
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			t.Commit = s.Value[:12]
		}
	}
	return t
}
