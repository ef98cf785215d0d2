package checks

// A Finding is a conclusion: a code, what it is about, how sure it is, and why.
type Finding struct {
	Code      *Code
	Certainty Certainty
	Owner     Owner
	Subject   *Subject // what it is about; nil means this computer
	Impact    Impact   // the code's, or a softer one after a disagreeing repetition
	Evidence  []Evidence
	Instead   string // id of the pathway that the person is sent to; what is wrong there explains the finding as well
	Silence   bool   // the observation was that nothing came: repeating it would prove nothing
}

// On names the subject that the finding is about; a PerPathway check must call it unless this computer is meant.
func (f *Finding) On(s *Subject) *Finding {
	f.Subject = s
	return f
}

// By names another owner than the code's default, because the evidence says so.
func (f *Finding) By(o Owner) *Finding {
	f.Owner = o
	return f
}

// FromSilence marks a finding whose observation is that no answer came.
func (f *Finding) FromSilence() *Finding {
	f.Silence = true
	return f
}

// Hits returns whom the finding stops: nobody unless it blocks.
func (f *Finding) Hits() Clients {
	if f.Impact != Blocking {
		return 0
	}
	if f.Code.Hits == 0 {
		return Everyone
	}
	return f.Code.Hits
}
