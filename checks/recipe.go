package checks

import (
	"slices"
	"strings"
)

// A Recipe tells which pages a sign-in may lead to and what is done on each: pages of the application for the pathways of
// some doors, or pages of some kinds of identity provider. The pages have no order: which one comes when, and whether it
// comes at all, differs from person to person.
type Recipe struct {
	ID    string     `yaml:"id"`
	Doors []Door     `yaml:"doors"` // pathways that begin on these pages
	Kinds []string   `yaml:"kinds"` // or kinds of identity provider that show them
	Pages []PageSpec `yaml:"pages"` // if two could be meant, the first one is
}

// Pages that every sign-in is made of; PageSpec.Is is one of them.
const (
	PageForm      = "form"              // asks for company and user, on some doors for the password too
	PageProvider  = "provider"          // leads to an identity provider
	PageChoose    = "choose"            // which account, if several are known
	PageMail      = "mail"              // asks who signs in
	PagePassword  = "password"          // asks for the password
	PageCode      = "code"              // asks for the code of an authenticator
	PageSent      = "sent-code"         // asks for a code that came by mail, text message or call
	PagePush      = "push"              // waits until the person approves on another device
	PageEnrol     = "enrol"             // a second factor must be set up
	PageConsent   = "consent"           // may the application read the profile
	PageTerms     = "terms"             // terms must be accepted
	PageStay      = "stay-signed-in"    // shall this browser be remembered
	PageElsewhere = "session-elsewhere" // the member is signed in somewhere else
	PageExpired   = "password-expired"  // a new password must be chosen
	PageCaptcha   = "captcha"           // a person must prove to be one
	PageLandmark  = "landmark"          // the application itself: this is where the way leads
	PageRefusal   = "refusal"           // the page that says no
)

// PageKinds lists every kind of page.
var PageKinds = []string{PageForm, PageProvider, PageChoose, PageMail, PagePassword, PageCode, PageSent, PagePush, PageEnrol,
	PageConsent, PageTerms, PageStay, PageElsewhere, PageExpired, PageCaptcha, PageLandmark, PageRefusal}

// A PageSpec is a page and what is done on it.
type PageSpec struct {
	Is    string   `yaml:"is"`    // one of PageKinds
	Seen  Element  `yaml:"seen"`  // it is that page if this is visible
	Texts []string `yaml:"texts"` // or one of these texts
	Do    []Act    `yaml:"do"`    // none: the way ends here
	Fact  `yaml:",inline"`
}

// An Act is one action on a page; exactly one of Fill, Press and Await is set.
type Act struct {
	Fill     string   `yaml:"fill"`     // company, user, password or code, typed into In
	In       Element  `yaml:"in"`       // where it is typed
	Press    Element  `yaml:"press"`    // what is clicked
	Await    []string `yaml:"await"`    // texts, one of which must appear before the next act
	Within   Duration `yaml:"within"`   // how long the control or text may take, 15 s
	Optional bool     `yaml:"optional"` // if it does not appear, the next act follows
	IfSeen   bool     `yaml:"if_seen"`  // only if the text of the last Await appeared
}

// What an Act can fill in.
const (
	FillCompany  = "company"
	FillUser     = "user"
	FillPassword = "password"
	FillCode     = "code"
)

// An Element is a field, button or link, by what it is called. The lists are tried one after the other, so that an id that
// the vendor renames does not matter as long as a name, a label, a role or a text stays.
type Element struct {
	ID    []string `yaml:"id"`
	Name  []string `yaml:"name"`
	Label []string `yaml:"label"` // label, placeholder or accessible name
	Role  []string `yaml:"role"`  // button, link, checkbox, or what a field is for: password, username, email, one-time-code
	Text  []string `yaml:"text"`  // of a button or link
	CSS   []string `yaml:"css"`   // where nothing of the above is known
}

// Selectors returns the control in the words of a Step.
func (c Element) Selectors() []string {
	var all []string
	for _, id := range c.ID {
		all = append(all, `[id="`+id+`"]`)
	}
	for _, name := range c.Name {
		all = append(all, `[name="`+name+`"]`)
	}
	for _, list := range []struct {
		by    string
		words []string
	}{{ByLabel, c.Label}, {ByRole, c.Role}, {ByText, c.Text}} {
		for _, word := range list.words {
			all = append(all, list.by+":"+word)
		}
	}
	return slices.Concat(all, c.CSS)
}

// Empty reports whether the control has no name at all.
func (c Element) Empty() bool { return len(c.Selectors()) == 0 }

func (c Element) String() string { return strings.Join(c.Selectors(), ", ") }
