package redact_test

import (
	"fmt"
	"strings"
	"testing"

	"logindoctor/checks"
	"logindoctor/report"
	"logindoctor/report/internal/samples"
	"logindoctor/report/redact"
)

// BenchmarkTraffic redacts a report with as much of the browser's exchanges as one may hold.
func BenchmarkTraffic(b *testing.B) {
	var entries []string
	for i := range 600 {
		entries = append(entries, fmt.Sprintf(`{"startedDateTime":"2026-11-25T10:00:00.%03dZ","time":12.5,"request":{"method":"GET","url":"https://host%d.myconnectwise.net/v2026_1/app/part%d.js?v=%d",`+
			`"httpVersion":"h2","headers":[{"name":"Accept","value":"text/html,application/xhtml+xml"},{"name":"Cookie","value":"sid=abcdef%d; theme=dark"},`+
			`{"name":"User-Agent","value":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"}],"queryString":[{"name":"v","value":"%d"}],"cookies":[]},`+
			`"response":{"status":200,"statusText":"OK","headers":[{"name":"content-type","value":"text/javascript"},{"name":"cache-control","value":"max-age=31536000"}],"content":{"size":4711,"mimeType":"text/javascript"}}}`, i, i%40, i, i, i, i))
	}
	har := `{"log":{"version":"1.2","entries":[` + strings.Join(entries, ",") + `]}}`
	r := samples.Broken()
	r.Artifacts = []report.Artifact{{Name: report.HARName, MediaType: "application/json", Data: []byte(har)}}
	b.SetBytes(int64(len(har)))
	b.ReportAllocs()
	for b.Loop() {
		redact.Apply(r, redact.Internal, checks.NewSecret("hunter2hunter2"))
	}
}
