package oidc

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"logindoctor/checks"
	"logindoctor/checks/internal/page"
)

// published are the algorithms whose keys a provider publishes; those with a shared secret (HS256) nobody else can check.
var published = []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384,
	jose.ES512, jose.EdDSA}

// signature judges who signed, with the first thing that is wrong.
func (j judge) signature(t token) {
	offered := j.published.Algorithms
	name := page.Text(t.algorithm, 20)
	switch {
	case strings.EqualFold(t.algorithm, "none") || strings.HasSuffix(t.raw, "."):
		j.Say(Unsigned, checks.Confirmed, checks.Public("algorithm", orNone(name)))
		return
	case len(offered) > 0 && !slices.Contains(offered, t.algorithm):
		j.Say(AlgorithmNotOffered, checks.Confirmed, checks.Public("algorithm", name), checks.Public("offered", strings.Join(offered, ", ")))
		return
	}
	j.hashes(t)
	var set jose.JSONWebKeySet
	if !slices.Contains(published, jose.SignatureAlgorithm(t.algorithm)) || json.Unmarshal(j.published.Published, &set) != nil {
		return // nothing to check it with
	}
	keys := set.Keys
	if t.header.Key != "" {
		keys = set.Key(t.header.Key)
	}
	if len(keys) == 0 {
		j.Say(KeyUnknown, checks.Confirmed, checks.Public("key", page.Text(t.header.Key, 80)), checks.Count("keys", len(set.Keys)))
		return
	}
	for _, k := range keys {
		if k.Use == "enc" || k.Algorithm != "" && k.Algorithm != t.algorithm {
			j.Say(KeyUnfit, checks.Confirmed, checks.Public("key", page.Text(k.KeyID, 80)), checks.Public("for", strings.TrimSpace(k.Use+" "+k.Algorithm)),
				checks.Public("algorithm", name))
			return
		}
	}
	if !verifies(t.raw, keys) {
		j.Say(SignatureWrong, checks.Confirmed, checks.Public("algorithm", name), checks.Public("key", orNone(page.Text(t.header.Key, 80))))
	}
}

// verifies reports whether one of the keys made the signature.
func verifies(raw string, keys []jose.JSONWebKey) bool {
	signed, err := jose.ParseSignedCompact(raw, published)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(keys, func(k jose.JSONWebKey) bool {
		_, err := signed.Verify(k)
		return err == nil
	})
}
