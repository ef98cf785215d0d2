package staff

import (
	"slices"
	"time"

	"logindoctor/checks"
	"logindoctor/checks/machine/clock"
	"logindoctor/checks/web/answer"
)

// clockOff: the application fails once a provider was asked, and by its own answers its clock is wrong. It then takes good tokens and
// certificates for ones that are over or do not hold yet.
func (v verdict) clockOff() bool {
	measured, _ := checks.ResultOf[clock.Result](v.Pass, clock.Check)
	if v.course.Shown() || v.subject(v.host()).Role == checks.RoleIDP || !v.handedBack() || !measured.Known && !v.providerAgrees() {
		return false
	}
	ahead, dated := v.ahead(v.host())
	off, direction := measured.Offset+ahead, "ahead"
	if !dated || off.Abs() < time.Duration(v.Target.Limits.ClockTokens) {
		return false
	}
	if off < 0 {
		direction = "behind"
	}
	v.report(AppClock, v.host(), checks.Span("off", off.Abs()), checks.Public("direction", direction))
	return true
}

// ahead returns how far the clock of a host is ahead of this computer's; dated is false if its answer does not say.
func (v verdict) ahead(host string) (by time.Duration, dated bool) {
	outcome, _ := v.OutcomeOn(answer.Check, v.subject(host))
	asked, _ := outcome.Result.(answer.Result)
	return -asked.Offset, asked.Dated
}

// providerAgrees reports whether a provider on the way has the time of this computer: then the third clock is the wrong one.
func (v verdict) providerAgrees() bool {
	return slices.ContainsFunc(v.log.Hosts(), func(host string) bool {
		by, dated := v.ahead(host)
		return dated && v.subject(host).Role == checks.RoleIDP && by.Abs() < time.Duration(v.Target.Limits.ClockRisk)
	})
}
