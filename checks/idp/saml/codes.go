package saml

import "logindoctor/checks"

func code(id string, i checks.Impact, o checks.Owner, explainedBy ...string) *checks.Code {
	return &checks.Code{ID: id, Impact: i, Owner: o, ExplainedBy: explainedBy}
}

// What is wrong with what the application asks.
var (
	RequestUnreadable = code("LD5210", checks.Blocking, checks.OwnerVendor)
	RequestElsewhere  = code("LD5211", checks.Blocking, checks.OwnerPSAAdmin)
	ApplicationClock  = code("LD5212", checks.Degrading, checks.OwnerVendor)
	ConsumerUnknown   = code("LD5213", checks.Blocking, checks.OwnerVendor)
	IssuerMissing     = code("LD5214", checks.Blocking, checks.OwnerVendor)
	FormatNotOffered  = code("LD5216", checks.Degrading, checks.OwnerIdentity)
	RequestUnsigned   = code("LD5217", checks.Blocking, checks.OwnerPSAAdmin)
	BindingImpossible = code("LD5218", checks.Blocking, checks.OwnerVendor)
	EndpointUnknown   = code("LD5219", checks.Risk, checks.OwnerPSAAdmin)
)

// What is wrong with what the provider publishes, or with the certificates in it.
var (
	MetadataEnded      = code("LD5220", checks.Degrading, checks.OwnerIDPVendor)
	MetadataOther      = code("LD5221", checks.Blocking, checks.OwnerIDPVendor)
	NoSigningKey       = code("LD5222", checks.Blocking, checks.OwnerIDPVendor)
	CertificateEnded   = code("LD5223", checks.Degrading, checks.OwnerIdentity)
	CertificateEnding  = code("LD5224", checks.Risk, checks.OwnerIdentity)
	CertificateChanged = code("LD5225", checks.Blocking, checks.OwnerIdentity)
	MetadataUnseen     = code("LD5226", checks.Info, checks.OwnerUndetermined)
)

// What the provider says in the place of an assertion, SAML 2.0 Core 3.2.2.2.
var (
	NameRefused     = code("LD5231", checks.Blocking, checks.OwnerIdentity)
	ContextRefused  = code("LD5232", checks.Blocking, checks.OwnerIdentity)
	RequestDenied   = code("LD5233", checks.Blocking, checks.OwnerIdentity)
	PersonRefused   = code("LD5234", checks.Blocking, checks.OwnerIdentity)
	PersonNeeded    = code("LD5235", checks.Blocking, checks.OwnerVendor)
	RequestFaulty   = code("LD5236", checks.Blocking, checks.OwnerVendor, "LD5211", "LD5213", "LD5214", "LD5217", "LD5218")
	ProviderTrouble = code("LD5237", checks.Blocking, checks.OwnerIDPVendor)
)

// What is wrong with the response and its assertion.
var (
	Unreadable        = code("LD5230", checks.Blocking, checks.OwnerIDPVendor)
	ResponseElsewhere = code("LD5240", checks.Blocking, checks.OwnerIdentity)
	OtherIssuer       = code("LD5241", checks.Blocking, checks.OwnerIdentity)
	OtherAudience     = code("LD5242", checks.Blocking, checks.OwnerIdentity)
	OtherRecipient    = code("LD5243", checks.Blocking, checks.OwnerIdentity)
	OtherRequest      = code("LD5244", checks.Blocking, checks.OwnerIDPVendor)
	Unasked           = code("LD5245", checks.Blocking, checks.OwnerIDPVendor)
	TooEarly          = code("LD5246", checks.Blocking, checks.OwnerIDPVendor, "LD5250")
	TooLate           = code("LD5247", checks.Blocking, checks.OwnerIDPVendor, "LD5251")
	ConfirmationEnded = code("LD5248", checks.Blocking, checks.OwnerIDPVendor, "LD5251")
	SessionEnded      = code("LD5249", checks.Blocking, checks.OwnerIDPVendor, "LD5251")
	ClockAhead        = code("LD5250", checks.Degrading, checks.OwnerIDPVendor)
	ClockBehind       = code("LD5251", checks.Degrading, checks.OwnerIDPVendor)
	Unsigned          = code("LD5252", checks.Blocking, checks.OwnerIDPVendor)
	SignatureWrong    = code("LD5253", checks.Blocking, checks.OwnerIDPVendor)
	WeakSignature     = code("LD5254", checks.Risk, checks.OwnerIdentity)
	SignatureAside    = code("LD5255", checks.Blocking, checks.OwnerIDPVendor)
	Encrypted         = code("LD5256", checks.Info, checks.OwnerUndetermined)
	AssertionMissing  = code("LD5257", checks.Blocking, checks.OwnerIDPVendor)
	NameMissing       = code("LD5258", checks.Blocking, checks.OwnerIdentity)
	OtherFormat       = code("LD5259", checks.Degrading, checks.OwnerIdentity, "LD5216")
	NoBearer          = code("LD5260", checks.Blocking, checks.OwnerIDPVendor)
	RelayLost         = code("LD5261", checks.Blocking, checks.OwnerIDPVendor)
)

var codes = []*checks.Code{RequestUnreadable, RequestElsewhere, ApplicationClock, ConsumerUnknown, IssuerMissing, FormatNotOffered,
	RequestUnsigned, BindingImpossible, EndpointUnknown, MetadataEnded, MetadataOther, NoSigningKey, CertificateEnded,
	CertificateEnding, CertificateChanged, MetadataUnseen, NameRefused, ContextRefused, RequestDenied, PersonRefused, PersonNeeded,
	RequestFaulty, ProviderTrouble, Unreadable, ResponseElsewhere, OtherIssuer, OtherAudience, OtherRecipient, OtherRequest, Unasked,
	TooEarly, TooLate, ConfirmationEnded, SessionEnded, ClockAhead, ClockBehind, Unsigned, SignatureWrong, WeakSignature,
	SignatureAside, Encrypted, AssertionMissing, NameMissing, OtherFormat, NoBearer, RelayLost}
