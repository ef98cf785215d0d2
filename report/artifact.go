package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"logindoctor/checks"
)

// Picture makes an artifact out of a PNG.
func Picture(name string, png []byte) Artifact { return artifact(name, "image/png", png) }

func artifact(name, kind string, data []byte) Artifact {
	sum := sha256.Sum256(data)
	return Artifact{Name: name, MediaType: kind, Bytes: len(data), SHA256: hex.EncodeToString(sum[:]), Data: data}
}

// HARName is the name of the artifact that Traffic makes.
const HARName = "har"

// mostTraffic is how many bytes of exchanges a report holds.
const mostTraffic = 600_000

// Traffic makes one HAR 1.2 archive (w3c.github.io/web-performance/specs/HAR/Overview.html) out of all walks, each of them
// a page of it. ok is false if the browser asked nothing.
func Traffic(tool Tool, walks []checks.Traffic) (a Artifact, ok bool) {
	type product struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	var archive struct {
		Log struct {
			Version string           `json:"version"`
			Creator product          `json:"creator"`
			Pages   []map[string]any `json:"pages"`
			Entries []map[string]any `json:"entries"`
			Comment string           `json:"comment,omitempty"`
		} `json:"log"`
	}
	l := &archive.Log
	l.Version, l.Creator = "1.2", product{tool.Name, tool.Version}
	size := 0
	for i, w := range walks {
		id := fmt.Sprintf("walk_%d", i+1)
		var entries []map[string]any
		for _, raw := range w.Entries {
			if size += len(raw); size > mostTraffic {
				l.Comment = "cut: there was more"
				break
			}
			var e map[string]any
			if json.Unmarshal(raw, &e) == nil && e["startedDateTime"] != nil {
				e["pageref"] = id
				entries = append(entries, e)
			}
		}
		if len(entries) == 0 {
			continue
		}
		slices.SortStableFunc(entries, byStart)
		l.Pages = append(l.Pages, map[string]any{"id": id, "title": w.Walk, "startedDateTime": entries[0]["startedDateTime"],
			"pageTimings": map[string]any{}, "comment": w.Browser})
		l.Entries = append(l.Entries, entries...)
	}
	data, err := json.Marshal(archive)
	if err != nil || len(l.Entries) == 0 {
		return Artifact{}, false
	}
	return artifact(HARName, "application/json", data), true
}

func byStart(a, b map[string]any) int {
	one, _ := a["startedDateTime"].(string)
	other, _ := b["startedDateTime"].(string)
	return cmp.Compare(one, other)
}
