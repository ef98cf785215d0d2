package machine

import (
	"bytes"
	"encoding/csv"
	"strings"

	"logindoctor/report"
	"logindoctor/report/internal/fold"
)

// CSV writes one row per check (RFC 4180, but with plain line feeds).
var CSV = renderer(writeCSV, fold.ASCII)

var csvHeader = []string{"run_id", "started_at", "site", "verdict", "demo", "id", "check", "subject", "role", "stage", "pathways", "state", "required",
	"reason", "blocked_by", "started_seconds", "duration_seconds", "findings"}

func writeCSV(b *bytes.Buffer, r *report.Report, _ report.Options) error {
	at, err := r.Run.StartedAt.MarshalText()
	if err != nil {
		return err
	}
	rows := [][]string{csvHeader}
	for _, c := range r.Checks {
		rows = append(rows, []string{r.Run.ID, string(at), r.Context.Site, r.Verdict.State, yes(r.Demo), c.ID, c.Check, c.Subject, c.Role, c.Stage,
			strings.Join(c.Pathways, " "), c.State, yes(c.Required), c.Reason, strings.Join(c.BlockedBy, " "), seconds(c.StartedSeconds),
			seconds(c.DurationSeconds), strings.Join(c.Findings, " ")})
	}
	for _, row := range rows {
		for i := range row {
			row[i] = inert(row[i])
		}
	}
	return csv.NewWriter(b).WriteAll(rows)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// inert keeps a spreadsheet from taking a cell for a formula (https://owasp.org/www-community/attacks/CSV_Injection).
func inert(s string) string {
	if strings.IndexAny(strings.TrimLeft(s, " \"'"), "=+-@\t\r＝＋－＠") == 0 {
		return "'" + s
	}
	return s
}
