package answer

import "logindoctor/checks"

// The codes of an answer. LD2205 is another address that works, LD2212 large packets lost, LD4310 a region that is down,
// LD4311 the whole service.
var (
	Silent       = &checks.Code{ID: "LD4001", Impact: checks.Blocking, Owner: checks.OwnerVendor, ExplainedBy: []string{"LD2212", "LD4310", "LD4311"}}
	Hangup       = &checks.Code{ID: "LD4002", Impact: checks.Blocking, Owner: checks.OwnerVendor, ExplainedBy: []string{"LD2212", "LD4310", "LD4311"}}
	WrongPath    = &checks.Code{ID: "LD4003", Aliases: []string{"http-404-wrong-path"}, Impact: checks.Blocking, Owner: checks.OwnerPSAAdmin}
	RedirectLoop = &checks.Code{ID: "LD4004", Aliases: []string{"http-redirect-loop"}, Impact: checks.Blocking, Owner: checks.OwnerVendor}
	Unencrypted  = &checks.Code{ID: "LD4005", Impact: checks.Blocking, Owner: checks.OwnerVendor}
	Uncertified  = &checks.Code{ID: "LD4006", Impact: checks.Blocking, Owner: checks.OwnerVendor}
	EmptyPage    = &checks.Code{ID: "LD4007", Impact: checks.Blocking, Owner: checks.OwnerVendor}
	NoHTTP       = &checks.Code{ID: "LD4008", Impact: checks.Blocking, Owner: checks.OwnerVendor}
	StaleAddress = &checks.Code{ID: "LD4104", Aliases: []string{"region-codebase-stale"}, Impact: checks.Blocking, Owner: checks.OwnerPSAAdmin}
	BlockPage    = &checks.Code{ID: "LD4201", Aliases: []string{"http-swg-block-page"}, Impact: checks.Blocking, Owner: checks.OwnerNetwork}
	EdgeBlock    = &checks.Code{ID: "LD4202", Aliases: []string{"http-waf-block"}, Impact: checks.Blocking, Owner: checks.OwnerVendor}
	Challenge    = &checks.Code{ID: "LD4203", Aliases: []string{"http-bot-challenge"}, Impact: checks.Blocking, Owner: checks.OwnerVendor, Hits: checks.Programs}
	PlaceBlock   = &checks.Code{ID: "LD4204", Aliases: []string{"http-geo-ip-block"}, Impact: checks.Blocking, Owner: checks.OwnerPSAAdmin}
	Throttled    = &checks.Code{ID: "LD4205", Aliases: []string{"http-429"}, Impact: checks.Blocking, Owner: checks.OwnerNetwork}
	Unavailable  = &checks.Code{ID: "LD4301", Aliases: []string{"http-503-maintenance"}, Impact: checks.Blocking, Owner: checks.OwnerVendor, ExplainedBy: []string{"LD2205", "LD4311"}}
	AppFault     = &checks.Code{ID: "LD4302", Aliases: []string{"http-500-origin"}, Impact: checks.Blocking, Owner: checks.OwnerVendor, ExplainedBy: []string{"LD2205", "LD4310", "LD4311"}}
	EdgeFault    = &checks.Code{ID: "LD4303", Aliases: []string{"http-502-504-gateway"}, Impact: checks.Blocking, Owner: checks.OwnerVendor, ExplainedBy: []string{"LD2205", "LD4310", "LD4311"}}
	Maintenance  = &checks.Code{ID: "LD4304", Aliases: []string{"http-soft-200-maintenance"}, Impact: checks.Blocking, Owner: checks.OwnerVendor}
	Unsteady     = &checks.Code{ID: "LD4305", Aliases: []string{"vendor-partial-degradation"}, Impact: checks.Degrading, Owner: checks.OwnerVendor}
	ProviderDown = &checks.Code{ID: "LD5001", Aliases: []string{"vendor-outage-idp"}, Impact: checks.Blocking, Owner: checks.OwnerVendor, MayPass: true, ExplainedBy: []string{"LD2205"}}
	ProviderMute = &checks.Code{ID: "LD5003", Aliases: []string{"sso-authority-unreachable"}, Impact: checks.Blocking, Owner: checks.OwnerVendor, ExplainedBy: []string{"LD2212"}}
	Slow         = &checks.Code{ID: "LD8001", Aliases: []string{"http-slow-ttfb"}, Impact: checks.Degrading, Owner: checks.OwnerVendor}
)

var codes = []*checks.Code{Silent, Hangup, WrongPath, RedirectLoop, Unencrypted, Uncertified, EmptyPage, NoHTTP, StaleAddress, BlockPage, EdgeBlock, Challenge,
	PlaceBlock, Throttled, Unavailable, AppFault, EdgeFault, Maintenance, Unsteady, ProviderDown,
	ProviderMute, Slow}
