package oidc

import "logindoctor/checks"

func code(id string, i checks.Impact, o checks.Owner, explainedBy ...string) *checks.Code {
	return &checks.Code{ID: id, Impact: i, Owner: o, ExplainedBy: explainedBy}
}

// What is wrong with what the application asks.
var (
	NoOpenID            = code("LD5120", checks.Blocking, checks.OwnerVendor)
	TypeNotOffered      = code("LD5121", checks.Blocking, checks.OwnerVendor)
	TokenInQuery        = code("LD5122", checks.Blocking, checks.OwnerVendor)
	ModeNotOffered      = code("LD5123", checks.Blocking, checks.OwnerVendor)
	NoState             = code("LD5124", checks.Risk, checks.OwnerVendor)
	NoNonce             = code("LD5125", checks.Blocking, checks.OwnerVendor)
	ChallengeNotOffered = code("LD5126", checks.Blocking, checks.OwnerVendor)
	ChallengeBroken     = code("LD5127", checks.Blocking, checks.OwnerVendor)
	ReturnUnusable      = code("LD5128", checks.Blocking, checks.OwnerVendor)
	OtherEndpoint       = code("LD5129", checks.Risk, checks.OwnerVendor)
)

// What is wrong with the answer.
var (
	StateChanged = code("LD5131", checks.Blocking, checks.OwnerIDPVendor)
	StateMissing = code("LD5132", checks.Blocking, checks.OwnerIDPVendor)
	NameChanged  = code("LD5133", checks.Blocking, checks.OwnerIDPVendor)
	NameMissing  = code("LD5134", checks.Blocking, checks.OwnerIDPVendor)
	OtherWay     = code("LD5135", checks.Blocking, checks.OwnerIDPVendor)
	OtherReturn  = code("LD5136", checks.Blocking, checks.OwnerIDPVendor)
	PartMissing  = code("LD5137", checks.Blocking, checks.OwnerIDPVendor)
)

// What the provider says in the place of an answer, RFC 6749 section 4.1.2.1 and OpenID Connect Core 3.1.2.6.
var (
	Denied       = code("LD5140", checks.Blocking, checks.OwnerIdentity)
	NotThisWay   = code("LD5141", checks.Blocking, checks.OwnerIdentity, "LD5121")
	ScopeRefused = code("LD5142", checks.Blocking, checks.OwnerIdentity)
	NotAccepted  = code("LD5143", checks.Blocking, checks.OwnerVendor, "LD5120", "LD5121", "LD5122", "LD5123", "LD5125", "LD5126", "LD5127")
	PersonNeeded = code("LD5144", checks.Blocking, checks.OwnerVendor)
	OwnTrouble   = code("LD5145", checks.Blocking, checks.OwnerIDPVendor)
)

// What is wrong with the id token.
var (
	Unreadable    = code("LD5150", checks.Blocking, checks.OwnerIDPVendor)
	OtherIssuer   = code("LD5151", checks.Blocking, checks.OwnerIdentity)
	OtherAudience = code("LD5152", checks.Blocking, checks.OwnerIdentity)
	OtherParty    = code("LD5153", checks.Blocking, checks.OwnerIDPVendor)
	NonceChanged  = code("LD5154", checks.Blocking, checks.OwnerIDPVendor)
	NonceMissing  = code("LD5155", checks.Blocking, checks.OwnerIDPVendor)
	Expired       = code("LD5156", checks.Blocking, checks.OwnerIDPVendor, "LD5159")
	TooEarly      = code("LD5157", checks.Blocking, checks.OwnerIDPVendor, "LD5158")
	ClockAhead    = code("LD5158", checks.Degrading, checks.OwnerIDPVendor)
	ClockBehind   = code("LD5159", checks.Degrading, checks.OwnerIDPVendor)
	ClaimMissing  = code("LD5160", checks.Blocking, checks.OwnerIDPVendor)
)

// What is wrong with its signature.
var (
	Unsigned            = code("LD5161", checks.Blocking, checks.OwnerIDPVendor)
	AlgorithmNotOffered = code("LD5162", checks.Blocking, checks.OwnerIDPVendor)
	KeyUnknown          = code("LD5164", checks.Blocking, checks.OwnerIDPVendor)
	SignatureWrong      = code("LD5165", checks.Blocking, checks.OwnerIDPVendor)
	KeyUnfit            = code("LD5166", checks.Blocking, checks.OwnerIDPVendor)
	HashWrong           = code("LD5168", checks.Blocking, checks.OwnerIDPVendor)
)

// Unseen says that the token travels where no browser is.
var Unseen = code("LD5190", checks.Info, checks.OwnerUndetermined)

var codes = []*checks.Code{NoOpenID, TypeNotOffered, TokenInQuery, ModeNotOffered, NoState, NoNonce, ChallengeNotOffered,
	ChallengeBroken, ReturnUnusable, OtherEndpoint, StateChanged, StateMissing, NameChanged, NameMissing, OtherWay, OtherReturn,
	PartMissing, Denied, NotThisWay, ScopeRefused, NotAccepted, PersonNeeded, OwnTrouble, Unreadable, OtherIssuer, OtherAudience,
	OtherParty, NonceChanged, NonceMissing, Expired, TooEarly, ClockAhead, ClockBehind, ClaimMissing, Unsigned, AlgorithmNotOffered,
	KeyUnknown, SignatureWrong, KeyUnfit, HashWrong, Unseen}
