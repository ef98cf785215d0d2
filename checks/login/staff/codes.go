package staff

import (
	"logindoctor/checks"
	"logindoctor/checks/internal/way"
)

func code(id string, i checks.Impact, o checks.Owner, aliases ...string) *checks.Code {
	return &checks.Code{ID: id, Impact: i, Owner: o, Aliases: aliases}
}

// explained adds the codes that are the reason if they were found as well.
func explained(c *checks.Code, by ...string) *checks.Code {
	c.ExplainedBy = by
	return c
}

// passing marks a code that rests on one answer, which the next walk may get from a server that works or over a line that holds.
func passing(c *checks.Code) *checks.Code {
	c.MayPass = true
	return c
}

// What this browser does.
var (
	CookiesOff   = code("LD1301", checks.Blocking, checks.OwnerDeviceIT, "browser-cookies-disabled")
	ThirdParty   = code("LD1302", checks.Degrading, checks.OwnerDeviceIT, "browser-third-party-cookies")
	Extension    = code("LD1303", checks.Blocking, checks.OwnerUser, "browser-extension-blocks")
	ManagedBlock = code("LD1304", checks.Blocking, checks.OwnerDeviceIT, "browser-url-blocklist-policy")
	NoPopup      = code("LD1305", checks.Degrading, checks.OwnerUser, "browser-popup-blocked")
	OnlyBrowser  = passing(explained(code("LD1306", checks.Blocking, checks.OwnerDeviceIT), "LD2116", "LD2117"))
)

// byRecord are the codes that the service's own records give.
var byRecord = []string{"LD6014", "LD6016", "LD6019"}

// TooOld is about the browser's age: its scripts are not understood, or the page says so.
var TooOld = code("LD1308", checks.Blocking, checks.OwnerUser, "browser-unsupported-version")

// What the application's pages do.
var (
	HeaderTooLong = explained(code("LD4206", checks.Blocking, checks.OwnerUser, "http-header-too-large"), "LD5106")
	PageFails     = passing(explained(code("LD4411", checks.Blocking, checks.OwnerVendor), byRecord...))
	PartMissing   = passing(code("LD4412", checks.Blocking, checks.OwnerVendor))
	ScriptStops   = passing(code("LD4422", checks.Blocking, checks.OwnerVendor))
	Unusable      = passing(code("LD4426", checks.Blocking, checks.OwnerVendor))
	Empty         = passing(code("LD4424", checks.Blocking, checks.OwnerVendor))
)

// What the identity providers say or do.
var (
	PartnerDown   = passing(code("LD5002", checks.Blocking, checks.OwnerIdentity, "sso-federated-idp-down"))
	RedirectURI   = code("LD5101", checks.Blocking, checks.OwnerIdentity, "sso-redirect-uri-mismatch")
	ClientUnknown = code("LD5102", checks.Blocking, checks.OwnerIdentity, "sso-client-unknown")
	SAMLRefused   = code("LD5103", checks.Blocking, checks.OwnerIdentity)
	SAMLClock     = code("LD5104", checks.Blocking, checks.OwnerIdentity, "sso-saml-clock-skew")
	StateLost     = explained(code("LD5105", checks.Blocking, checks.OwnerUser, "sso-state-cookie-lost"), "LD1301", "LD5111", "LD5115")
	LoginLoop     = explained(code("LD5106", checks.Blocking, checks.OwnerVendor, "sso-login-loop"), "LD1301")
	Throttled     = explained(code("LD5107", checks.Blocking, checks.OwnerNetwork, "sso-throttled"), "LD5106")
	GrantDead     = code("LD5108", checks.Blocking, checks.OwnerUser, "sso-grant-expired-or-revoked")
	PartnerFault  = code("LD5109", checks.Blocking, checks.OwnerIdentity)
	PassingFault  = code("LD5110", checks.Blocking, checks.OwnerIDPVendor)
	SameSite      = code("LD5111", checks.Blocking, checks.OwnerVendor, "browser-samesite-form-post")
	ProviderPart  = passing(code("LD5112", checks.Blocking, checks.OwnerNetwork, "browser-idp-cdn-blocked"))
	Declined      = code("LD5113", checks.Blocking, checks.OwnerIdentity)
	AppClock      = code("LD5114", checks.Blocking, checks.OwnerVendor)
	CookieRefused = code("LD5115", checks.Blocking, checks.OwnerVendor)
	NotTaken      = explained(code("LD5116", checks.Blocking, checks.OwnerPSAAdmin), byRecord...)
	SecretDead    = code("LD5201", checks.Blocking, checks.OwnerIdentity, "sso-federated-secret-expired")
	SigningCert   = explained(code("LD5203", checks.Blocking, checks.OwnerIdentity, "sso-saml-signing-cert"), "LD6019")
	KeyUnknown    = code("LD5204", checks.Blocking, checks.OwnerVendor, "sso-jwks-rotated")
	NotAssigned   = code("LD5301", checks.Blocking, checks.OwnerIdentity, "sso-user-not-assigned")
	PolicyRefuses = code("LD5302", checks.Blocking, checks.OwnerIdentity, "sso-conditional-access-block")
	DeviceRefused = code("LD5303", checks.Blocking, checks.OwnerDeviceIT, "sso-device-not-compliant")
	TenantBarred  = code("LD5304", checks.Blocking, checks.OwnerNetwork, "sso-tenant-restrictions")
	RefusedFor    = code("LD5398", checks.Blocking, checks.OwnerIdentity)
	Refused       = explained(code("LD5399", checks.Blocking, checks.OwnerUndetermined), byRecord...)
)

// What is said of the account.
var (
	UnknownAccount = code("LD6001", checks.Blocking, checks.OwnerPSAAdmin, "sso-account-not-found")
	Locked         = code("LD6002", checks.Blocking, checks.OwnerUser, "sso-account-locked")
	Disabled       = code("LD6003", checks.Blocking, checks.OwnerIdentity, "sso-account-disabled")
	OtherAccount   = code("LD6004", checks.Blocking, checks.OwnerUser, "sso-wrong-account-session")
	OnlySSO        = explained(code("LD6005", checks.Blocking, checks.OwnerUser, "sso-enforced-password-disabled"), "LD5001", "LD5002", "LD5003")
	NoLicence      = code("LD6006", checks.Blocking, checks.OwnerPSAAdmin, "vendor-licence-missing-user")
	NoAccess       = code("LD6007", checks.Blocking, checks.OwnerPSAAdmin, "sso-home-access-missing")
	NotUsed        = code("LD6008", checks.Info, checks.OwnerOperator)
	PasswordWrong  = code("LD6009", checks.Blocking, checks.OwnerUser, "sso-wrong-password")
	Barred         = code("LD6014", checks.Blocking, checks.OwnerPSAAdmin)
	NotLinked      = code("LD6016", checks.Blocking, checks.OwnerPSAAdmin)
	StoredCert     = code("LD6019", checks.Blocking, checks.OwnerIdentity)
)

// What a person must do before the sign-in goes on; none of it is a fault.
var (
	Consent   = code("LD6010", checks.Info, checks.OwnerIdentity)
	Terms     = code("LD6011", checks.Info, checks.OwnerUser)
	Expired   = code("LD6012", checks.Degrading, checks.OwnerUser)
	Elsewhere = code("LD6013", checks.Info, checks.OwnerUser)
	Captcha   = code("LD4413", checks.Info, checks.OwnerOperator)
	Factor    = code("LD6206", checks.Info, checks.OwnerUser)
	Enrol     = code("LD6207", checks.Info, checks.OwnerUser, "mfa-enrolment-required")
	Message   = code("LD6208", checks.Info, checks.OwnerUser)
	Question  = code("LD6213", checks.Info, checks.OwnerOperator)
)

// What is wrong with the second factor.
var (
	FactorDown  = passing(code("LD6202", checks.Blocking, checks.OwnerIDPVendor, "mfa-service-unavailable"))
	DeviceClock = code("LD6203", checks.Blocking, checks.OwnerUser, "mfa-totp-device-clock")
	WrongSeed   = explained(code("LD6204", checks.Blocking, checks.OwnerIdentity, "mfa-totp-wrong-secret"), "LD1102", "LD1104")
	CodeRefused = explained(code("LD6205", checks.Blocking, checks.OwnerUser), "LD1102", "LD1104")
	NotSent     = code("LD6211", checks.Blocking, checks.OwnerUser, "mfa-sms-not-delivered")
	Interaction = code("LD6209", checks.Blocking, checks.OwnerIdentity, "mfa-interaction-required")
	Retries     = code("LD6210", checks.Blocking, checks.OwnerUser, "mfa-retries-exhausted")
)

var codes = []*checks.Code{CookiesOff, ThirdParty, Extension, ManagedBlock, NoPopup, OnlyBrowser, TooOld, HeaderTooLong, PageFails,
	PartMissing, ScriptStops, Unusable, Empty, PartnerDown, RedirectURI, ClientUnknown, SAMLRefused, SAMLClock, StateLost, LoginLoop, Throttled, GrantDead, PartnerFault,
	PassingFault, SameSite, ProviderPart, Declined, AppClock, CookieRefused, NotTaken, SecretDead, SigningCert, KeyUnknown, NotAssigned, PolicyRefuses, DeviceRefused,
	TenantBarred, RefusedFor, Refused, UnknownAccount, Locked, Disabled, OtherAccount, OnlySSO, NoLicence, NoAccess, NotUsed, PasswordWrong, Barred, NotLinked,
	StoredCert, Consent, Terms, Expired, Elsewhere, Captcha, Factor, Enrol, Message, Question, FactorDown, DeviceClock, WrongSeed, CodeRefused,
	NotSent, Interaction, Retries}

// byMeans is what the meanings of the product's words and provider codes lead to.
var byMeans = map[string]*checks.Code{
	"redirect-uri": RedirectURI, "client-unknown": ClientUnknown, "client-disabled": ClientUnknown, "tenant": ClientUnknown,
	"saml": SAMLRefused, "saml-clock": SAMLClock, "saml-signature": SigningCert, "certificate": SigningCert,
	"state": StateLost, "loop": LoginLoop, "throttled": Throttled, "session-expired": GrantDead,
	"upstream": PartnerFault, "upstream-down": PartnerDown, "agent": PartnerFault, "transient": PassingFault,
	"secret-expired": SecretDead, "secret-wrong": SecretDead, "upstream-secret": SecretDead, "key-unknown": KeyUnknown,
	"not-assigned": NotAssigned, "policy": PolicyRefuses, "device": DeviceRefused, "tenant-restriction": TenantBarred,
	"account-unknown": UnknownAccount, "wrong-directory": UnknownAccount, "locked": Locked, "disabled": Disabled,
	"other-account": OtherAccount, "licence": NoLicence, "no-access": NoAccess, "mfa-provider": FactorDown,
	"password-wrong": PasswordWrong, "retries": Retries, "message-failed": NotSent, "code-wrong": CodeRefused, "password-expired": Expired,
}

// Leads returns the code to which an identity provider's code leads, nil if it is a normal step of a sign-in.
func Leads(c checks.ProviderCode) *checks.Code {
	switch lead := byMeans[c.Means]; {
	case lead != nil:
		return lead
	case c.Means == "":
		return Refused
	case way.Harmless(c.Means):
		return nil
	}
	return RefusedFor
}
