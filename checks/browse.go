package checks

import (
	"context"
	"encoding/json"
	"time"
)

// EventVersion is the version of Script and Event, the contract between logindoctor and the child process that drives
// the browser. A reader refuses any other version; fields are only ever added within one.
const EventVersion = 1

// A Script is what the browser is asked to do. Steps run in order; the first failing step that is not Optional ends it.
type Script struct {
	Name      string // for messages, "web-sso"
	Session   string // scripts of one session share cookies, in turn; empty means cookies of its own
	Steps     []Step
	Deadline  time.Duration // for the whole script; zero means 60 s
	MaxRounds int           // visits of one host after another before a loop is called; zero means 5
	Profile   bool          // in a copy of the person's own profile, which the settings name
	Shots     bool          // a picture before each press, beside those that steps ask for

	// Answer asks a person for what no program can know, a code that came by mail for example. Nil means that nobody can be
	// asked. It runs in the parent; the deadline stands still meanwhile.
	Answer func(ctx context.Context, question string) (Secret, error) `json:"-"`
}

// Verbs of a Step.
const (
	DoOpen   = "open"   // navigate to URL
	DoWait   = "wait"   // until one of Any is visible or one of Texts is on the page
	DoFill   = "fill"   // type Value or Secret into the first of Any that is visible
	DoPress  = "press"  // click the first of Any that is visible, as a person would
	DoCode   = "code"   // type the one-time code that Secret, a seed, gives at that moment; without one, what Answer says to Ask
	DoFollow = "follow" // carry out whichever of Cases is seen first in their order, until one that Ends; Within holds for each
	DoLook   = "look"   // emit a "page" event
	DoShot   = "shot"   // emit a "shot" event, form fields masked
	DoPrint  = "print"  // lay out Value, an HTML document of our own, and emit it as PDF in "print" events
)

// A Step is one action on the page.
type Step struct {
	Name     string        `json:"name"`
	Do       string        `json:"do"`
	URL      string        `json:"url,omitempty"`
	Any      []string      `json:"any,omitempty"`   // selectors, tried in order, in the page and its frames
	Texts    []string      `json:"texts,omitempty"` // visible texts, case-insensitive
	Value    string        `json:"value,omitempty"`
	Secret   Secret        `json:"-"`                  // sent over the pipe only, never in argv or environment
	Factor   *Factor       `json:"factor,omitempty"`   // DoCode: how Secret makes codes; nil means the usual
	Ask      string        `json:"ask,omitempty"`      // DoCode: the question for a person
	Cases    []Case        `json:"cases,omitempty"`    // DoFollow
	Usable   bool          `json:"usable,omitempty"`   // DoWait: until a person could type into it
	Optional bool          `json:"optional,omitempty"` // not finding it is an answer, not an error
	If       string        `json:"if,omitempty"`       // only if the step of that name was done
	Unless   string        `json:"unless,omitempty"`   // only if it was not
	Within   time.Duration `json:"within,omitempty"`   // zero means 15 s
}

// Selectors are CSS, or begin with one of these words and a colon. Letters' case does not matter behind them. Of several
// that hold the text the one that holds the least beside it counts: "text:Sign in" is not "Sign in with a key".
const (
	ByLabel = "label" // a field whose label, placeholder or accessible name holds the text
	ByRole  = "role"  // button, link, checkbox, or what a field is for: password, username, email, one-time-code
	ByText  = "text"  // a button or link on which the text stands
)

// A Case is a page that a sign-in may lead to and what is done there. Real sign-ins show their pages in no fixed order:
// the account may be known, the second factor may be remembered, consent is asked for once.
//
// What is still there after the last press, while the next page is on its way, is not seen again. It has come again if the
// browser shows it in a new document, or if the page has changed, or asked its server, and has been at rest for a second.
type Case struct {
	Name  string   `json:"name"`            // "password", "consent"; the steps of the case are called "password/fill" in the log
	Any   []string `json:"any,omitempty"`   // seen if one of these is visible
	Texts []string `json:"texts,omitempty"` // or one of these texts is
	At    []Place  `json:"at,omitempty"`    // but only in documents of one of these places; none means anywhere
	Steps []Step   `json:"steps,omitempty"`
	Ends  bool     `json:"ends,omitempty"` // this is where the way leads, or where it cannot go on
	Most  int      `json:"most,omitempty"` // how often on one host; zero means once. A page that comes again after that ends the following
}

// A Place is where a page may be: what is typed for one host is not typed into a page of another that looks alike.
type Place struct {
	Host string `json:"host,omitempty"` // with the port if it is not 443, or "*." and the end of a name; empty means any
	Path string `json:"path,omitempty"` // what the path holds, letters' case aside; empty means any
}

// A Factor is how a seed makes one-time codes, RFC 6238. Zero values mean SHA-1, 6 digits and 30 s.
type Factor struct {
	Hash   string        `json:"hash,omitempty"` // sha1, sha256 or sha512
	Digits int           `json:"digits,omitempty"`
	Period time.Duration `json:"period,omitempty"`
}

// Kinds of Event. The order of the log is the order in which the browser said it.
const (
	EventStart       = "start"       // browser is up: Text is its product and version, Notes how it was started
	EventHop         = "hop"         // an answer for the main document, redirects included: URL, Status, Location, Host
	EventFailure     = "failure"     // a request that got no answer: URL, Type, Error (net::ERR_…), Blocked
	EventResource    = "resource"    // a script, style, frame or call that answered: URL, Type, Status, MIME
	EventExchange    = "exchange"    // a question to a server and its answer: Entry
	EventCookie      = "cookie"      // set or withheld: Host, Cookie
	EventConsole     = "console"     // Level (LevelException or what the browser calls it), Text
	EventCertificate = "certificate" // the browser refused a certificate: Host, Error
	EventPopup       = "popup"       // window.open: URL, Blocked
	EventStep        = "step"        // Step, Outcome, Matched; a case of DoFollow is a step when it is seen
	EventPage        = "page"        // Step, URL, Title, Text (first 4 kB of visible text), Error (what of it the page marks as one), Fields, Loading, Awaits; told of each case, too
	EventShot        = "shot"        // Step, Image (PNG)
	EventPrint       = "print"       // Step, PDF: the next piece of the file
	EventAsk         = "ask"         // a person was asked: Step, Text
	EventMessage     = "message"     // a message of single sign-on passed: URL, Method, Message
	EventLoop        = "loop"        // Text names the hosts, Rounds
	EventTunnel      = "tunnel"      // added by the parent: its relay could not reach Host, Error is the true cause
	EventEnd         = "end"         // Outcome done, stopped, timeout or crashed; Error
)

// LevelException is the level of an error that a script of the page did not catch.
const LevelException = "exception"

// Outcomes of a step and of a script.
const (
	OutcomeDone    = "done"
	OutcomeMissing = "missing" // the control or text did not appear within the time
	OutcomeSkipped = "skipped" // If or Unless said so
	OutcomeAgain   = "again"   // a page of a case came more often than it may
	OutcomeFailed  = "failed"  // the browser could not do it
	OutcomeStopped = "stopped" // a step failed or a loop was found
	OutcomeTimeout = "timeout"
	OutcomeCrashed = "crashed"
)

// An Event is one line of the log. Only the fields named beside its kind are set.
type Event struct {
	V        int           `json:"v"`
	Kind     string        `json:"kind"`
	At       time.Duration `json:"at"`              // since the start of the script
	URL      string        `json:"url,omitempty"`   // scheme, host and path; never a query or fragment
	Query    []Param       `json:"query,omitempty"` // parameters in order; values only of those that hold no secret
	Host     string        `json:"host,omitempty"`  // host, with the port if it is not 443
	Addr     string        `json:"addr,omitempty"`
	Type     string        `json:"type,omitempty"` // Document, Script, Stylesheet, XHR, Fetch, …
	Method   string        `json:"method,omitempty"`
	Status   int           `json:"status,omitempty"`
	MIME     string        `json:"mime,omitempty"`
	Location string        `json:"location,omitempty"` // scheme, host and path of a redirect
	Error    string        `json:"error,omitempty"`
	Blocked  string        `json:"blocked,omitempty"` // csp, mixed-content, client, administrator, integrity, type, …
	Level    string        `json:"level,omitempty"`
	Title    string        `json:"title,omitempty"`
	Text     string        `json:"text,omitempty"`
	Notes    []string      `json:"notes,omitempty"`
	Step     string        `json:"step,omitempty"`
	Outcome  string        `json:"outcome,omitempty"`
	Matched  string        `json:"matched,omitempty"` // the selector or text that was found
	Fields   []Field       `json:"fields,omitempty"`
	Loading  bool          `json:"loading,omitempty"` // something of the page is still under way
	Awaits   string        `json:"awaits,omitempty"`  // of that, the first part to which nobody has answered yet
	Cookie   *Cookie       `json:"cookie,omitempty"`
	Message  *Message      `json:"message,omitempty"`
	Rounds   int           `json:"rounds,omitempty"`
	Image    []byte        `json:"image,omitempty"`

	Entry json.RawMessage `json:"entry,omitempty"` // an entry of HAR 1.2, masked: no bodies, no values of cookies and secrets
	PDF   []byte          `json:"pdf,omitempty"`
}

// A Param is one parameter of a query.
type Param struct {
	Name  string `json:"name"`
	Value string `json:"value,omitempty"`
}

// A Field is a control of the page that a person could use.
type Field struct {
	Tag     string `json:"tag"`
	Type    string `json:"type,omitempty"`
	ID      string `json:"id,omitempty"`
	Name    string `json:"name,omitempty"`
	Label   string `json:"label,omitempty"` // label, placeholder or text
	Visible bool   `json:"visible"`
	Invalid bool   `json:"invalid,omitempty"` // the browser does not send its form: it must be filled, or otherwise
}

// A Message is what the application and an identity provider tell each other through the browser. The values are read
// by the checks of the stage idp and never kept.
type Message struct {
	Protocol string            `json:"protocol"`         // oidc or saml
	Kind     string            `json:"kind"`             // request or response
	Way      string            `json:"way"`              // query, fragment or form
	Values   map[string]Secret `json:"values,omitempty"` // parameter: value as sent, over the pipe only
}

// A Cookie is a cookie without its value.
type Cookie struct {
	Name     string   `json:"name"`
	Domain   string   `json:"domain,omitempty"`
	Path     string   `json:"path,omitempty"`
	SameSite string   `json:"same_site,omitempty"`
	Secure   bool     `json:"secure,omitempty"`
	HTTPOnly bool     `json:"http_only,omitempty"`
	Parted   bool     `json:"partitioned,omitempty"` // kept apart for each site that shows its frame (CHIPS)
	Sending  bool     `json:"sending,omitempty"`     // withheld on the way to the server rather than refused on the way in
	Refused  []string `json:"refused,omitempty"`     // the browser's reasons; none means stored
	Bytes    int      `json:"bytes,omitempty"`
}
