package staff

import "logindoctor/checks"

// barred are the records with which no attempt can succeed, so that none is made, in words.
var barred = map[string]string{
	"inactive": "the member is inactive", "online-off": "online access of the member is switched off",
	"api-only": "the member has a licence for the API only", "sso-disabled": "its user of single sign-on is disabled",
	"not-confirmed": "its invitation to single sign-on was not accepted",
}

// BarredBy says why no attempt can succeed, "" if one can.
func BarredBy(means string) string { return barred[means] }

// certificate are the records of a stored certificate that does not hold now, in words.
var certificate = map[string]string{"certificate-ended": "it has ended", "certificate-early": "it has not begun"}

// record reports what the service's own records say of the account: the cause behind words of refusal.
func (v verdict) record(means string) {
	user := checks.Person("user", v.Target.User)
	switch {
	case barred[means] != "":
		v.report(Barred, v.web(), user, checks.Public("record", barred[means]))
	case means == "not-linked":
		v.report(NotLinked, v.web(), user)
	case certificate[means] != "":
		v.report(StoredCert, v.web(), user, checks.Public("record", certificate[means]))
	}
}
