package api

import "logindoctor/checks"

// The codes of signing in with a key.
var (
	WrongHost     = &checks.Code{ID: "LD4103", Aliases: []string{"region-missing-api-prefix"}, Impact: checks.Blocking, Owner: checks.OwnerPSAAdmin}
	Unroutable    = &checks.Code{ID: "LD4105", Aliases: []string{"region-path-doubled"}, Impact: checks.Blocking, Owner: checks.OwnerPSAAdmin}
	NoClientID    = &checks.Code{ID: "LD7101", Aliases: []string{"api-clientid-missing"}, Impact: checks.Blocking, Owner: checks.OwnerPSAAdmin}
	BadClientID   = &checks.Code{ID: "LD7102", Aliases: []string{"api-clientid-invalid"}, Impact: checks.Blocking, Owner: checks.OwnerPSAAdmin}
	KeysRefused   = &checks.Code{ID: "LD7103", Aliases: []string{"api-bad-keys", "api-member-inactive"}, Impact: checks.Blocking, Owner: checks.OwnerPSAAdmin}
	FewRights     = &checks.Code{ID: "LD7104", Aliases: []string{"api-role-forbidden"}, Impact: checks.Info, Owner: checks.OwnerPSAAdmin}
	VersionGone   = &checks.Code{ID: "LD7105", Aliases: []string{"api-accept-version"}, Impact: checks.Degrading, Owner: checks.OwnerPSAAdmin}
	TooManyCalls  = &checks.Code{ID: "LD7106", Aliases: []string{"api-rate-limited"}, Impact: checks.Blocking, Owner: checks.OwnerPSAAdmin}
	PageNotData   = &checks.Code{ID: "LD7107", Aliases: []string{"api-html-instead-of-json"}, Impact: checks.Blocking, Owner: checks.OwnerPSAAdmin}
	StrayBlank    = &checks.Code{ID: "LD7108", Aliases: []string{"api-key-whitespace"}, Impact: checks.Blocking, Owner: checks.OwnerPSAAdmin}
	Redirected    = &checks.Code{ID: "LD7109", Aliases: []string{"api-redirect-strips-auth"}, Impact: checks.Blocking, Owner: checks.OwnerPSAAdmin}
	CallFailed    = &checks.Code{ID: "LD7110", Impact: checks.Blocking, Owner: checks.OwnerVendor}
	UnknownAnswer = &checks.Code{ID: "LD7111", Impact: checks.Blocking, Owner: checks.OwnerPSAAdmin}
)

var codes = []*checks.Code{WrongHost, Unroutable, NoClientID, BadClientID, KeysRefused, FewRights, VersionGone,
	TooManyCalls, PageNotData, StrayBlank, Redirected, CallFailed, UnknownAnswer}
