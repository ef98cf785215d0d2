package redact

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"logindoctor/report"
)

// artifact keeps a file that belongs to the report if the profile does, and cleans it if it is data.
func (g *Gate) artifact(a report.Artifact) report.Artifact {
	picture := strings.HasPrefix(a.MediaType, "image/")
	switch {
	case len(a.Data) == 0:
		return a
	case picture && !g.profile.pictures:
		return g.leftOut(a, "screenshots are opt-in")
	case picture:
		return a
	case !g.profile.traces:
		return g.leftOut(a, "the log of the browser is opt-in")
	}
	data, err := g.cleanData(a.Data)
	if err != nil {
		return g.leftOut(a, "it cannot be searched for secrets")
	}
	sum := sha256.Sum256(data)
	a.Data, a.Bytes, a.SHA256 = data, len(data), hex.EncodeToString(sum[:])
	return a
}

func (g *Gate) leftOut(a report.Artifact, why string) report.Artifact {
	g.count(report.ClassPicture, 1)
	a.Data, a.Reason = nil, why
	return a
}

// cleanData cleans every text of a JSON file. Files of another form are refused.
func (g *Gate) cleanData(data []byte) ([]byte, error) {
	in := json.NewDecoder(bytes.NewReader(data))
	in.UseNumber()
	var v any
	if err := in.Decode(&v); err != nil {
		return nil, err
	}
	return json.MarshalIndent(g.clean(v, ""), "", " ")
}

// suspect reports whether a secret goes by a name. There are few names, and each stands in many places.
func (g *Gate) suspect(name string) bool {
	is, known := g.suspects[name]
	if !known {
		is = suspectName.MatchString(name)
		g.suspects[name] = is
	}
	return is
}

// Lists of an HTTP archive in which every value is secret, whatever its name (HAR 1.2).
var secretLists = map[string]bool{"cookies": true, "queryString": true, "params": true}

// clean cleans what stands under a key of a JSON file.
func (g *Gate) clean(v any, under string) any {
	switch v := v.(type) {
	case map[string]any:
		name, _ := v["name"].(string)
		value, pair := v["value"].(string)
		for _, key := range slices.Sorted(maps.Keys(v)) { // tokens are numbered in this order
			v[key] = g.clean(v[key], key)
		}
		if pair && (secretLists[under] || g.suspect(name)) {
			v["value"] = g.secrets.take(value)
		}
		return v
	case []any:
		for i := range v {
			v[i] = g.clean(v[i], under)
		}
		return v
	case string:
		if g.suspect(under) {
			return g.secrets.take(v)
		}
		s, n := g.secrets.scrub(v, text, g.where(), !g.learning)
		g.count(report.ClassSecret, n)
		return report.Visible(g.named(s, text, ""))
	}
	return v
}
