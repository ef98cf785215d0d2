package portal

import "logindoctor/checks"

// messages are the checks that see why a provider and the portal do not understand each other.
var messages = []string{"idp.oidc", "idp.saml"}

// The codes of the portal's page.
var (
	ScriptMissing  = &checks.Code{ID: "LD4401", Aliases: []string{"portal-js-bundle-missing"}, Impact: checks.Blocking, Owner: checks.OwnerVendor, MayPass: true}
	PolicyForbids  = &checks.Code{ID: "LD4402", Aliases: []string{"portal-csp-block"}, Impact: checks.Blocking, Owner: checks.OwnerVendor}
	ScriptReplaced = &checks.Code{ID: "LD4403", Impact: checks.Blocking, Owner: checks.OwnerNetwork, MayPass: true}
	CaptchaGone    = &checks.Code{ID: "LD4404", Aliases: []string{"portal-captcha-blocked"}, Impact: checks.Blocking, Owner: checks.OwnerNetwork, MayPass: true}
	FormChanged    = &checks.Code{ID: "LD4405", Aliases: []string{"portal-form-changed"}, Impact: checks.Info, Owner: checks.OwnerOperator}
	BlockedHere    = &checks.Code{ID: "LD4406", Impact: checks.Blocking, Owner: checks.OwnerUser}
	PageFails      = &checks.Code{ID: "LD4407", Impact: checks.Blocking, Owner: checks.OwnerVendor, ExplainedBy: messages, MayPass: true}
	ScriptFails    = &checks.Code{ID: "LD4408", Impact: checks.Blocking, Owner: checks.OwnerVendor, MayPass: true}
	Circle         = &checks.Code{ID: "LD4409", Impact: checks.Blocking, Owner: checks.OwnerVendor}
	Unusable       = &checks.Code{ID: "LD4425", Impact: checks.Blocking, Owner: checks.OwnerVendor, MayPass: true}
	OtherPage      = &checks.Code{ID: "LD4410", Impact: checks.Blocking, Owner: checks.OwnerPSAAdmin, MayPass: true}
)

// The codes of signing in with a test contact.
var (
	WrongPassword = &checks.Code{ID: "LD4414", Aliases: []string{"portal-wrong-password"}, Impact: checks.Blocking, Owner: checks.OwnerUser}
	NotEnabled    = &checks.Code{ID: "LD4415", Aliases: []string{"portal-contact-not-enabled"}, Impact: checks.Blocking, Owner: checks.OwnerPSAAdmin}
	TokenRejected = &checks.Code{ID: "LD4416", Aliases: []string{"portal-csrf-rejected"}, Impact: checks.Blocking, Owner: checks.OwnerVendor}
	Told          = &checks.Code{ID: "LD4417", Aliases: []string{"portal-login-200-error"}, Impact: checks.Blocking, Owner: checks.OwnerPSAAdmin}
	NotStuck      = &checks.Code{ID: "LD4418", Aliases: []string{"portal-session-not-stuck"}, Impact: checks.Blocking, Owner: checks.OwnerVendor}
	Refused       = &checks.Code{ID: "LD4419", Impact: checks.Blocking, Owner: checks.OwnerUndetermined, ExplainedBy: messages}
	NotUsed       = &checks.Code{ID: "LD4420", Impact: checks.Info, Owner: checks.OwnerOperator}
	Question      = &checks.Code{ID: "LD4423", Impact: checks.Info, Owner: checks.OwnerOperator}
	CaptchaAsked  = &checks.Code{ID: "LD4421", Impact: checks.Info, Owner: checks.OwnerOperator}
)

var codes = []*checks.Code{ScriptMissing, PolicyForbids, ScriptReplaced, CaptchaGone, FormChanged, BlockedHere, PageFails, ScriptFails, Circle, Unusable, OtherPage, WrongPassword,
	NotEnabled, TokenRejected, Told, NotStuck, Refused, NotUsed, Question, CaptchaAsked}
