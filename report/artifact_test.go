package report

import (
	"encoding/json"
	"strings"
	"testing"

	"logindoctor/checks"
)

func TestTraffic(t *testing.T) {
	if _, ok := Traffic(Tool{}, []checks.Traffic{{Walk: "portal"}}); ok {
		t.Error("an archive of nothing")
	}
	later, sooner := json.RawMessage(`{"startedDateTime":"2026-01-02T03:04:06Z"}`), json.RawMessage(`{"startedDateTime":"2026-01-02T03:04:05Z"}`)
	a, ok := Traffic(Tool{Name: "logindoctor", Version: "1"}, []checks.Traffic{{Walk: "portal"}, {Walk: "web-sso", Browser: "Chrome/1",
		Entries: []json.RawMessage{later, json.RawMessage(`nonsense`), sooner}}})
	want := `{"log":{"version":"1.2","creator":{"name":"logindoctor","version":"1"},"pages":[{"comment":"Chrome/1","id":"walk_2","pageTimings":{},` +
		`"startedDateTime":"2026-01-02T03:04:05Z","title":"web-sso"}],"entries":[{"pageref":"walk_2","startedDateTime":"2026-01-02T03:04:05Z"},` +
		`{"pageref":"walk_2","startedDateTime":"2026-01-02T03:04:06Z"}]}}`
	if !ok || a.Name != HARName || string(a.Data) != want {
		t.Errorf("%s\n%s", a.Name, a.Data)
	}
	long := json.RawMessage(`{"startedDateTime":"2","request":"` + strings.Repeat("2", mostTraffic/2-500) + `"}`)
	if a, _ := Traffic(Tool{}, []checks.Traffic{{Entries: []json.RawMessage{long, long, long}}}); a.Bytes > mostTraffic || !strings.Contains(string(a.Data), "cut") {
		t.Errorf("%d bytes", a.Bytes)
	}
}
