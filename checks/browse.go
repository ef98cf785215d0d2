package checks

import "time"

// EventVersion is the version of Script and Event, the contract between logindoctor and the child process that drives
// the browser. A reader refuses any other version; fields are only ever added within one.
const EventVersion = 1

// A Script is what the browser is asked to do. Steps run in order; the first failing step that is not Optional ends it.
type Script struct {
	Name      string // for messages, "web-sso"
	Steps     []Step
	Deadline  time.Duration // for the whole script; zero means 60 s
	MaxRounds int           // visits of one host after another before a loop is called; zero means 5
}

// Verbs of a Step.
const (
	DoOpen  = "open"  // navigate to URL
	DoWait  = "wait"  // until one of Any is visible or one of Texts is on the page
	DoFill  = "fill"  // type Value or Secret into the first of Any that is visible
	DoPress = "press" // click the first of Any that is visible, as a person would
	DoLook  = "look"  // emit a "page" event
	DoShot  = "shot"  // emit a "shot" event, form fields masked
)

// A Step is one action on the page.
type Step struct {
	Name     string        `json:"name"`
	Do       string        `json:"do"`
	URL      string        `json:"url,omitempty"`
	Any      []string      `json:"any,omitempty"`   // CSS selectors, tried in order, in the page and its frames
	Texts    []string      `json:"texts,omitempty"` // visible texts, case-insensitive
	Value    string        `json:"value,omitempty"`
	Secret   Secret        `json:"-"`                  // sent over the pipe only, never in argv or environment
	Optional bool          `json:"optional,omitempty"` // not finding it is an answer, not an error
	If       string        `json:"if,omitempty"`       // only if the step of that name was done
	Unless   string        `json:"unless,omitempty"`   // only if it was not
	Within   time.Duration `json:"within,omitempty"`   // zero means 15 s
}

// Kinds of Event. The order of the log is the order in which the browser said it.
const (
	EventStart       = "start"       // browser is up: Text is its product and version, Notes how it was started
	EventHop         = "hop"         // an answer for the main document, redirects included: URL, Status, Location, Host
	EventFailure     = "failure"     // a request that got no answer: URL, Type, Error (net::ERR_…), Blocked
	EventResource    = "resource"    // a script, style, frame or call that answered: URL, Type, Status, MIME
	EventCookie      = "cookie"      // set or withheld: Host, Cookie
	EventConsole     = "console"     // Level, Text
	EventCertificate = "certificate" // the browser refused a certificate: Host, Error
	EventPopup       = "popup"       // window.open: URL, Blocked
	EventStep        = "step"        // Step, Outcome, Matched
	EventPage        = "page"        // URL, Title, Text (first 4 kB of visible text), Fields
	EventShot        = "shot"        // Step, Image (PNG)
	EventLoop        = "loop"        // Text names the hosts, Rounds
	EventTunnel      = "tunnel"      // added by the parent: its relay could not reach Host, Error is the true cause
	EventEnd         = "end"         // Outcome done, stopped, timeout or crashed; Error
)

// Outcomes of a step and of a script.
const (
	OutcomeDone    = "done"
	OutcomeMissing = "missing" // the control or text did not appear within the time
	OutcomeSkipped = "skipped" // If or Unless said so
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
	Blocked  string        `json:"blocked,omitempty"` // csp, mixed-content, client, administrator, …
	Level    string        `json:"level,omitempty"`
	Title    string        `json:"title,omitempty"`
	Text     string        `json:"text,omitempty"`
	Notes    []string      `json:"notes,omitempty"`
	Step     string        `json:"step,omitempty"`
	Outcome  string        `json:"outcome,omitempty"`
	Matched  string        `json:"matched,omitempty"` // the selector or text that was found
	Fields   []Field       `json:"fields,omitempty"`
	Cookie   *Cookie       `json:"cookie,omitempty"`
	Rounds   int           `json:"rounds,omitempty"`
	Image    []byte        `json:"image,omitempty"`
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
}

// A Cookie is a cookie without its value.
type Cookie struct {
	Name     string   `json:"name"`
	Domain   string   `json:"domain,omitempty"`
	Path     string   `json:"path,omitempty"`
	SameSite string   `json:"same_site,omitempty"`
	Secure   bool     `json:"secure,omitempty"`
	HTTPOnly bool     `json:"http_only,omitempty"`
	Sending  bool     `json:"sending,omitempty"` // withheld on the way to the server rather than refused on the way in
	Refused  []string `json:"refused,omitempty"` // the browser's reasons; none means stored
	Bytes    int      `json:"bytes,omitempty"`
}
